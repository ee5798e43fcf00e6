// A thread that is on its processor before its first instruction.
//
// Pinning by attribute, before the start: a thread that moves itself has begun elsewhere, has its
// stack's first pages there, and may have been spinning in the way of others.
#pragma once

#include <functional>
#include <memory>

namespace spinlab {

// Runs the body at once on the given processor; joins when destroyed.
// Thread safety: one owner. The body runs in the new thread; it must not throw (that terminates).
class PinnedThread {
 public:
  static constexpr int kAnyProcessor = -1;

  // `processor` is an OS index. Where pinning to it is refused (not allowed, not there, a sandbox)
  // the body runs unpinned. Throws std::system_error if there can be no further thread at all.
  PinnedThread(int processor, std::function<void()> body);
  ~PinnedThread();

  PinnedThread(PinnedThread&&) noexcept;
  PinnedThread& operator=(PinnedThread&&) noexcept;

  // Waits for the end of the body; without effect the second time.
  void join();

  bool pinned() const { return pinned_; }

 private:
  struct Running;
  std::unique_ptr<Running> running_;  // Empty: joined.
  bool pinned_ = false;
};

}  // namespace spinlab
