// A lock's facts: none can be left out or contradict another, since each decides what the lock is
// judged by. Broken ones do not compile.
#include <gtest/gtest.h>

#include "algorithms/lock.hpp"
#include "machines/native/native.hpp"

namespace spinlab {
namespace {

// Dependent, so that what does not compile is false.
template <class Info>
constexpr bool kAll = requires {
  Info{.title = "",
       .family = "",
       .source = "",
       .year = 1,
       .fairness = Fairness::kNone,
       .bypass_bound = 0,
       .words = 1,
       .node = NodeKind::kNone};
};
template <class Info>
constexpr bool kWithoutFairness = requires {
  Info{.title = "",
       .family = "",
       .source = "",
       .year = 1,
       .bypass_bound = 0,
       .words = 1,
       .node = NodeKind::kNone};
};
template <class Info>
constexpr bool kWithoutBypassBound = requires {
  Info{.title = "",
       .family = "",
       .source = "",
       .year = 1,
       .fairness = Fairness::kNone,
       .words = 1,
       .node = NodeKind::kNone};
};
template <class Info>
constexpr bool kWithoutWords = requires {
  Info{.title = "",
       .family = "",
       .source = "",
       .year = 1,
       .fairness = Fairness::kNone,
       .bypass_bound = 0,
       .node = NodeKind::kNone};
};
template <class Info>
constexpr bool kWithoutNode = requires {
  Info{.title = "",
       .family = "",
       .source = "",
       .year = 1,
       .fairness = Fairness::kNone,
       .bypass_bound = 0,
       .words = 1};
};

TEST(LockInfo, DoesNotCompileWhereAFactIsLeftOut) {
  EXPECT_TRUE(kAll<LockInfo>);
  EXPECT_FALSE(kWithoutFairness<LockInfo>);
  EXPECT_FALSE(kWithoutBypassBound<LockInfo>);
  EXPECT_FALSE(kWithoutWords<LockInfo>);
  EXPECT_FALSE(kWithoutNode<LockInfo>);
}

template <Fairness kFairness, int kBypassBound>
struct Declares {
  static constexpr LockInfo info{.title = "",
                                 .family = "",
                                 .source = "",
                                 .year = 1,
                                 .fairness = kFairness,
                                 .bypass_bound = kBypassBound,
                                 .words = 1,
                                 .node = NodeKind::kNone};
  struct Node {};
  void acquire(Node&) {}
  void release(Node&) {}
  bool is_held() const { return false; }
};

TEST(LockInfo, HasABoundOnBypassesOnlyWhereTheLockIsBounded) {
  EXPECT_TRUE((Lock<Declares<Fairness::kBounded, 3>>));
  EXPECT_TRUE((Lock<Declares<Fairness::kFifo, 0>>));
  EXPECT_FALSE((Lock<Declares<Fairness::kFifo, 3>>));
  EXPECT_FALSE((Lock<Declares<Fairness::kNone, 3>>));
}

}  // namespace
}  // namespace spinlab
