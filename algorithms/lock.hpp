// What every lock is: the concepts, and the facts that its header declares.
//
// Whoever lists, checks, measures or plots locks reads these facts from the header; nothing else
// in the tree repeats them.
#pragma once

#include <type_traits>

#include "machines/machine.hpp"

namespace spinlab {

// The order in which threads that wait enter, counted from the doorway (see M::doorway).
enum class Fairness {
  kFifo,     // In the order of their doorways.
  kBounded,  // At most LockInfo::bypass_bound later arrivals enter before a waiting thread.
  kNone,     // A waiting thread may be bypassed without end.
};

// Whose waiting node an acquisition uses.
enum class NodeKind {
  kNone,    // None: Node is empty.
  kCaller,  // The caller's, alive from acquire() until release() returns.
  kThread,  // The thread's own, reached by other threads.
};

// A fact that must be said: without a default, so that a LockInfo which leaves it out does not
// compile. Left out, it would be zero, and that says something (kFifo, kNone).
template <class T>
class Said {
 public:
  constexpr Said(T value) : value_(value) {}
  constexpr operator T() const { return value_; }

 private:
  T value_;
};

struct LockInfo {
  const char* title;
  const char* family;  // For people: test-and-set, ticket, queue, ... Decides nothing.
  const char* source;  // Authors and title of the first publication.
  Said<int> year;
  Said<Fairness> fairness;
  Said<int> bypass_bound;  // With kBounded only; 0 otherwise.
  Said<int> words;         // Machine words in the lock itself, rounded up; nodes not counted.
  Said<NodeKind> node;
};

// acquire() blocks until the calling thread holds the lock; release() is called by the thread that
// acquired, with the same node. is_held() is a hint: it may be old when it returns. Every lock may
// be used by any number of threads at once; none is recursive; none reports errors.
template <class L>
concept Lock = requires(L lock, const L& observed, typename L::Node node) {
  { lock.acquire(node) } -> std::same_as<void>;
  { lock.release(node) } -> std::same_as<void>;
  { observed.is_held() } -> std::same_as<bool>;
  { L::info } -> std::convertible_to<const LockInfo&>;
  requires L::info.title != nullptr&& L::info.family != nullptr&& L::info.source != nullptr;
  requires L::info.fairness == Fairness::kBounded || L::info.bypass_bound == 0;
};

// try_acquire() takes the lock and returns true, or returns false without waiting.
template <class L>
concept TryLock = Lock<L> && requires(L lock, typename L::Node node) {
  { lock.try_acquire(node) } -> std::same_as<bool>;
};

// A lock with a second door: acquisitions that bring no node.
template <class L>
concept PlainDoorLock = Lock<L> && requires(L lock) {
  { lock.acquire_plain() } -> std::same_as<void>;
  { lock.try_acquire_plain() } -> std::same_as<bool>;
  { lock.release_plain() } -> std::same_as<void>;
};

// A lock that keeps objects for itself, and must be destroyed to give them back.
template <class L>
concept OwningLock = requires { requires L::kOwnsObjects; };

// A lock of which a thread can be in one release at a time: an interrupt that releases another one
// on top of it would undo it.
template <class L>
concept OneReleaseLock = requires { requires L::kOneRelease; };

// Units between the looks of threads that wait for a flag and then race for it. Not one: each look
// takes the line from the holder, who must have it back to release. Measured in
// docs/performance.md.
inline constexpr std::uint32_t kUnitsBetweenLooks = 2;

template <class L>
inline constexpr bool kNeedsNode = !std::is_empty_v<typename L::Node>;

}  // namespace spinlab
