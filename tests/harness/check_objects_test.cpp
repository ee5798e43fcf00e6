// The checker on reader-writer locks and S-lists: what breaks them is found.
#include <gmock/gmock.h>

#include "algorithms/s_list.hpp"
#include "harness/check_object_clients.hpp"
#include "harness/make_checked_lock.hpp"
#include "harness/mutants.hpp"

namespace spinlab {
namespace {

using checked::Verdict;

class CheckedObjects : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(, CheckedObjects, testing::Values("word_rw", "thread_rw", "s_list"),
                         [](const auto& object) { return std::string(object.param); });

TEST_P(CheckedObjects, AreFoundBrokenByEveryOperatorAtEverySite) {
  const auto mutants = all_mutants(*checked_locks_named({GetParam()}).front());
  EXPECT_GE(mutants.size(), 8U);
  for (const MutantResult& result : run_mutants(mutants, true, 2))
    EXPECT_TRUE(result.killed()) << result.mutant.id;
}

// A header that counts no pushes: a first entry that came back looks as if it had never gone.
template <Machine M, class Entry>
class ForgetfulHeader : public NarrowSListHeader<M, Entry> {
  using Base = NarrowSListHeader<M, Entry>;

 public:
  using Top = typename Base::Top;
  bool push(Top expected, Top top) {
    top.sequence = 0;
    return Base::push(expected, top);
  }
};

template <template <class, class> class HeaderOver>
checked::Outcome explore_aba() {
  const auto program = program_maker<AbaClient<SList<Checked, HeaderOver>>>()({2, 1});
  return checked::check(program).outcome;
}

TEST(SListWithoutSequence, FallsToAbaAndTheRealOneDoesNot) {
  EXPECT_EQ(explore_aba<ForgetfulHeader>().verdict(), Verdict::kRace);
  const checked::Outcome real = explore_aba<NarrowSListHeader>();
  EXPECT_EQ(real.verdict(), Verdict::kOk);
  EXPECT_TRUE(real.complete);
}

}  // namespace
}  // namespace spinlab
