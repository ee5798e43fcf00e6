// Other libraries' locks, measured beside ours in the same run. All inlined alike, as far as their
// headers let them: oneTBB's and Concurrency Kit's are inline, pthread's are calls into libc.
#include <oneapi/tbb/mutex.h>
#include <pthread.h>
#include <tbb/queuing_mutex.h>
#include <tbb/spin_mutex.h>

#include <mutex>
#include <utility>

#include "harness/contestants.hpp"
#include "harness/make_door.hpp"
#if SPINLAB_HAS_CK
#include "harness/contestants_ck.h"
#endif

namespace spinlab {
namespace {

// A mutex with the standard's lock() and unlock().
template <class Mutex>
struct StandardAccess {
  using Lock = Mutex;
  struct Node {};
  static void acquire(Lock& lock, Node&) { lock.lock(); }
  static void release(Lock& lock, Node&) { lock.unlock(); }
};

// oneTBB's mutexes that need a scoped_lock, which is the waiting node.
template <class Mutex>
struct ScopedAccess {
  using Lock = Mutex;
  using Node = typename Mutex::scoped_lock;
  static void acquire(Lock& lock, Node& node) { node.acquire(lock); }
  static void release(Lock&, Node& node) { node.release(); }
};

struct PthreadSpin {
  pthread_spinlock_t spin;
  PthreadSpin() { pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE); }
  ~PthreadSpin() { pthread_spin_destroy(&spin); }
  void lock() { pthread_spin_lock(&spin); }
  void unlock() { pthread_spin_unlock(&spin); }
};

struct PthreadMutex {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  ~PthreadMutex() { pthread_mutex_destroy(&mutex); }
  void lock() { pthread_mutex_lock(&mutex); }
  void unlock() { pthread_mutex_unlock(&mutex); }
};

constexpr int words(std::size_t bytes) {
  return static_cast<int>((bytes + sizeof(void*) - 1) / sizeof(void*));
}

// `facts` up to the node; what follows is the same for all peers, or the door's.
Entrant peer(Contestant facts, const spinlab_door& door) {
  facts.words = words(door.lock_bytes);
  facts.kind = kKindPeer;
  return {.contestant = std::move(facts), .doors = {door}};
}

template <class Access>
Entrant peer(Contestant facts) {
  return peer(std::move(facts), make_door<Access>("direct"));
}

}  // namespace

std::vector<Entrant> peer_entrants() {
  std::vector<Entrant> peers{
      peer<StandardAccess<PthreadSpin>>({"pthread_spin", "pthread_spinlock_t", "test-and-set",
                                         "POSIX; libc", 2001, "none", "none"}),
      peer<StandardAccess<PthreadMutex>>(
          {"pthread_mutex", "pthread_mutex_t", "sleeping", "POSIX; libc", 1995, "none", "none"}),
      peer<StandardAccess<std::mutex>>(
          {"std_mutex", "std::mutex", "sleeping", "C++11; libstdc++", 2011, "none", "none"}),
      peer<StandardAccess<tbb::spin_mutex>>(
          {"tbb_spin", "tbb::spin_mutex", "test-and-set", "oneTBB", 2006, "none", "none"}),
      peer<ScopedAccess<tbb::queuing_mutex>>(
          {"tbb_queuing", "tbb::queuing_mutex", "queue", "oneTBB", 2006, "fifo", "caller"}),
      peer<ScopedAccess<tbb::speculative_spin_mutex>>({"tbb_speculative",
                                                       "tbb::speculative_spin_mutex", "elision",
                                                       "oneTBB", 2013, "none", "caller"}),
      peer<StandardAccess<tbb::mutex>>(
          {"tbb_mutex", "tbb::mutex", "hybrid", "oneTBB", 2021, "none", "none"}),
  };
#if SPINLAB_HAS_CK
  constexpr const char* kKit = "Concurrency Kit";
  peers.push_back(peer({"ck_fas", "ck_spinlock_fas", "test-and-set", kKit, 2010, "none", "none"},
                       spinlab_ck_fas));
  peers.push_back(peer({"ck_ticket", "ck_spinlock_ticket", "ticket", kKit, 2010, "fifo", "none"},
                       spinlab_ck_ticket));
  peers.push_back(
      peer({"ck_mcs", "ck_spinlock_mcs", "queue", kKit, 2010, "fifo", "caller"}, spinlab_ck_mcs));
  peers.push_back(
      peer({"ck_clh", "ck_spinlock_clh", "queue", kKit, 2010, "fifo", "caller"}, spinlab_ck_clh));
#endif
  return peers;
}

}  // namespace spinlab
