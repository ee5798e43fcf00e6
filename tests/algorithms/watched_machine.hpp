// A native machine that tells when threads wait, so that a test can build a queue one by one, that
// lets a test act in between, and whose threads say themselves on which NUMA node they are.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "machines/native/native.hpp"

namespace spinlab {

struct WatchedMachine : NativeYielding {
  template <class T>
  class Cell : public NativeYielding::Cell<T> {
    using Base = NativeYielding::Cell<T>;

   public:
    using Base::Base;

    template <class Done>
    T await(Done done, memory_order order) const {
      return await(done, order, [](T) { return 1U; });
    }
    template <class Done, class Pace>
    T await(Done done, memory_order order, Pace pace) const {
      const T value = this->load(order);
      if (done(value)) return value;
      waited_on = this;
      ++waits;
      return Base::await(done, order, pace);
    }

    template <class Done>
    std::optional<T> await_for(Done done, memory_order order, std::uint32_t looks) const {
      return await_for(done, order, looks, [](T) { return 1U; });
    }
    template <class Done, class Pace>
    std::optional<T> await_for(Done done, memory_order order, std::uint32_t looks,
                               Pace pace) const {
      const std::optional<T> value = Base::await_for(done, order, looks, pace);
      if (after_looks) std::exchange(after_looks, nullptr)();
      return value;
    }
  };

  static std::uint32_t node() { return here; }

  // Returns once so many waits have begun, of all threads, since the program started.
  static void await_waits(int count) {
    while (waits < count) std::this_thread::yield();
  }

  inline static std::atomic<int> waits = 0;
  inline static std::atomic<const void*> waited_on = nullptr;  // The cell of the last of them.
  inline static thread_local std::uint32_t here = 0;
  // Called once, after the calling thread's next await_for(): what others do meanwhile.
  inline static thread_local std::function<void()> after_looks;
};

static_assert(Machine<WatchedMachine>);

}  // namespace spinlab
