#include "harness/checked_objects.hpp"

#include "algorithms/s_list.hpp"
#include "algorithms/thread_rw_lock.hpp"
#include "algorithms/word_rw_lock.hpp"
#include "harness/check_object_clients.hpp"
#include "harness/make_checked_lock.hpp"

namespace spinlab {
namespace {

template <class L>
CheckClient readers_and_writers() {
  return {"ladder",
          "threads write and read in turn",
          false,
          {{2, 1}, {2, 2}, {3, 1}},
          program_maker<ReadersAndWritersClient<L>>()};
}

CheckedLock word_rw() {
  using L = WordRwLock<Checked>;
  return {"word_rw",
          {},
          {readers_and_writers<L>(),
           {"convert",
            "readers who are alone become the writer",
            false,
            {{2, 1}, {2, 2}, {3, 1}},
            program_maker<ConvertClient<L>>()}}};
}

CheckedLock thread_rw() {
  using L = ThreadRwLock<Checked>;
  return {"thread_rw",
          {},
          {readers_and_writers<L>(),
           {"recursive",
            "writes within a write, reads within a read",
            false,
            {{2, 1}, {3, 1}},
            program_maker<RecursiveClient<L>>()}}};
}

CheckedLock s_list() {
  using List = SList<Checked, NarrowSListHeader>;
  return {"s_list",
          {},
          {{"ladder",
            "pop an entry, push it back, or keep it",
            false,
            {{2, 1}, {2, 2}, {3, 1}},
            program_maker<PushPopClient<List>>()},
           {"aba",
            "an entry comes back over another one",
            false,
            {{2, 1}, {3, 1}},
            program_maker<AbaClient<List>>()},
           {"flush",
            "one thread takes all at once",
            false,
            {{2, 1}, {3, 1}},
            program_maker<FlushClient<List>>()}}};
}

}  // namespace

std::vector<CheckedLock> checked_objects() { return {word_rw(), thread_rw(), s_list()}; }

}  // namespace spinlab
