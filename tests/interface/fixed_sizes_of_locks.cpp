// What threads and programs have of a fixed size for the locks themselves.
#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <latch>
#include <set>
#include <thread>
#include <vector>

#include "algorithms/cohort_lock.hpp"
#include "algorithms/node_pool.hpp"
#include "algorithms/qspinlock_lock.hpp"
#include "algorithms/thread_rw_lock.hpp"
#include "algorithms/twa_lock.hpp"
#include "algorithms/word_rw_lock.hpp"
#include "interface/spinlab_lists.h"
#include "machines/native/blocks.hpp"
#include "tests/algorithms/watched_machine.hpp"
#include "tests/interface/fixed_sizes.hpp"

namespace spinlab {
namespace {

// The same threads, fewer of them: what numbers them is the same text.
struct FewThreads : NativeYielding {
  using Index = BasicThreadIndex<64>;
  static constexpr std::uint32_t kMaxThreads = Index::kMaxThreads;
  static std::uint32_t thread_index() { return Index::of_this_thread(); }
};
static_assert(Machine<FewThreads>);

// In a process of its own: so many threads that live at once each call `use`.
template <class Use>
void use_by_threads(std::uint32_t count, Use use) {
  std::latch all_came(count);
  std::vector<std::jthread> threads;
  for (std::uint32_t thread = 0; thread < count; ++thread)
    threads.emplace_back([&] {
      use();
      all_came.arrive_and_wait();
    });
}

void expect_an_end_with_one_thread_too_many(void (*use)()) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  use_by_threads(FewThreads::kMaxThreads - 1, use);  // And this one may have a number, too.
  EXPECT_DEATH(use_by_threads(FewThreads::kMaxThreads + 1, use), "spinlab: one thread too many");
}

void threads_are_numbered() {
  expect_an_end_with_one_thread_too_many([] { FewThreads::thread_index(); });
}

void threads_have_slots() {
  expect_an_end_with_one_thread_too_many(
      [] { ++FewThreads::thread_slot<std::uint32_t>(FewThreads::thread_index()); });
}

void threads_read() {
  expect_an_end_with_one_thread_too_many([] {
    static constinit ThreadRwLock<FewThreads> lock;
    lock.acquire_shared();
    lock.release_shared();
  });
}

// Each waits for its lock, whose pending waiter is about to enter, when the next one comes.
void nested_waits() {
  using M = WatchedMachine;
  using Lock = QspinLock<M>;
  constexpr std::uint32_t kPending = 0x100;
  auto& nesting = Lock::Waiters::of(M::thread_index()).nesting;
  for (std::uint32_t level = 0; level <= Lock::Waiters::kContexts; ++level) {
    Lock lock;
    auto& word = reinterpret_cast<std::atomic<std::uint32_t>&>(lock);
    word = kPending;
    nesting = level;
    const int waits = M::waits;
    std::uint32_t seen = 0;
    std::jthread pending([&] {
      M::await_waits(waits + 1);
      seen = word.fetch_and(~kPending);
    });
    Lock::Node node;
    lock.acquire(node);
    pending.join();
    EXPECT_EQ(seen >> 16 != 0, level < Lock::Waiters::kContexts) << level;  // In the queue.
    EXPECT_EQ(nesting, level);
    lock.release(node);
    EXPECT_EQ(word, 0U);
  }
  nesting = 0;
}

void nodes_of_the_pool() {
  struct Node {};
  using Pool = NodePool<Native, Node>;
  std::array<int, 5> locks{};
  std::set<void*> nodes;
  for (int& lock : locks) nodes.insert(&Pool::take(&lock));
  EXPECT_EQ(nodes.size(), locks.size());
  for (int& lock : locks) Pool::give_back_after(&lock, [](Node&) {});
}

// A ticket and the one that is as many later as there are slots wait at the same one.
void tickets_of_a_slot() {
  BasicTwaLock<WatchedMachine, 2> lock;
  decltype(lock)::Node node;
  std::vector<int> entered;
  std::vector<std::jthread> threads;
  lock.acquire(node);
  for (int ticket = 1; ticket <= 5; ++ticket) {
    const int waits = WatchedMachine::waits;
    threads.emplace_back([&, ticket] {
      decltype(lock)::Node own;
      lock.acquire(own);
      entered.push_back(ticket);
      lock.release(own);
    });
    WatchedMachine::await_waits(waits + 1);
  }
  lock.release(node);
  threads.clear();  // Joins.
  EXPECT_EQ(entered, (std::vector{1, 2, 3, 4, 5}));
}

// The second thread is on another node, and waits in the first one's cohort.
void nodes_of_a_cohort() {
  CohortLock<WatchedMachine> lock;
  CohortLock<WatchedMachine>::Node node;
  WatchedMachine::here = 0;
  lock.acquire(node);
  const int waits = WatchedMachine::waits;
  std::jthread other([&] {
    CohortLock<WatchedMachine>::Node own;
    WatchedMachine::here = 8;
    lock.acquire(own);
    lock.release(own);
  });
  WatchedMachine::await_waits(waits + 1);
  lock.release(node);
  other.join();
  EXPECT_FALSE(lock.is_held());
}

// 31 bits count the readers. One more shows as a writer, so the next one waits; nothing is lost.
void readers_of_a_word() {
  WordRwLock<WatchedMachine> lock;
  auto& word = reinterpret_cast<std::atomic<std::uint32_t>&>(lock);
  word = 0x7FFFFFFF;
  lock.acquire_shared();
  const int waits = WatchedMachine::waits;
  std::jthread next([&] { lock.acquire_shared(); });
  WatchedMachine::await_waits(waits + 1);
  lock.release_shared();
  next.join();
  lock.release_shared();
  EXPECT_EQ(word, 0x7FFFFFFFU);
}

void entries_of_an_s_list() {
  constexpr std::size_t kEntries = 65536;
  SLIST_HEADER list;
  InitializeSListHead(&list);
  std::vector<SLIST_ENTRY> entries(kEntries);
  for (SLIST_ENTRY& entry : entries) InterlockedPushEntrySList(&list, &entry);
  EXPECT_EQ(ExQueryDepthSList(&list), 0);  // 16 bits show it, as on Windows.
  std::size_t found = 0;
  while (InterlockedPopEntrySList(&list) != nullptr) ++found;
  EXPECT_EQ(found, kEntries);
}

void objects_of_a_block() {
  struct Object {
    std::array<char, 4096> bytes{};
  };
  std::set<Object*> objects;
  for (int object = 0; object < 5; ++object) objects.insert(&Blocks<Object>::make());
  EXPECT_EQ(objects.size(), 5U);
  for (Object* object : objects) Blocks<Object>::destroy(*object);
}

void keys_of_the_process() {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        pthread_key_t key;
        while (pthread_key_create(&key, nullptr) == 0) continue;
        Native::thread_index();
      },
      "spinlab: the process has no key of thread storage left");
}

}  // namespace

std::vector<FixedSize> fixed_sizes_of_locks() {
  return {

      {"NestedWaitsOfAThread",
       {"qspinlock_lock.hpp:waiters"},
       4,
       "waits by tries, without a place",
       nested_waits},
      {"NodesOfAThread",
       {"node_pool.hpp:inline_entries"},
       4,
       "one more is made, for the thread's life",
       nodes_of_the_pool},
      {"SlotsOfTheWaitingArray",
       {"twa_lock.hpp:slots"},
       4096,
       "two tickets share a slot, and are served in order",
       tickets_of_a_slot},
      {"NumaNodesOfACohortLock",
       {"cohort_lock.hpp:cohorts_"},
       8,
       "two nodes share a cohort",
       nodes_of_a_cohort},
      {"NumbersOfThreads",
       {"thread_index.hpp:taken"},
       ThreadIndex::kMaxThreads,
       "the program ends and says why",
       threads_are_numbered},
      {"SlotsOfThreads",
       {"threads.hpp:slots"},
       ThreadIndex::kMaxThreads,
       "the thread gets no number",
       threads_have_slots},
      {"ReadersOfAnNdisLock",
       {"thread_rw_lock.hpp:parts_"},
       ThreadIndex::kMaxThreads,
       "the thread gets no number",
       threads_read},
      {"ReadersOfAnExSpinLock", {}, 0x7FFFFFFF, "the next one waits", readers_of_a_word},
      {"EntriesOfAnSList", {}, 65535, "the depth begins anew", entries_of_an_s_list},
      {"ObjectsOfABlock", {}, 4, "more memory from the system", objects_of_a_block},
      {"KeysOfThreadStorage",
       {},
       PTHREAD_KEYS_MAX,
       "the program ends and says why",
       keys_of_the_process},
  };
}

}  // namespace spinlab
