// Fiber: a function on a stack of its own, which may be left and entered again, or abandoned.
//
// Boost.Context's assembly directly, not its fiber class: that one unwinds a stack to end it, and
// a search starts fibers anew hundreds of thousands of times a second.
// A Fiber that was never prepared stands for the stack of whoever switches from it first.
// Thread safety: fibers that switch to each other belong to one host thread.
#pragma once

#include <cstddef>

namespace spinlab {

class Fiber {
 public:
  // Readies `entry(argument)` to run on the stack that ends at `stack_top`. What ran on it before is
  // abandoned: no destructor runs. `entry` must not return, but switch to another fiber.
  void prepare(char* stack_top, std::size_t stack_bytes, void (*entry)(void*), void* argument);

  // Called on this fiber's stack: goes on with `next`. Returns when some fiber switches back.
  void switch_to(Fiber& next);

 private:
  struct Trampoline;

  void arrive_from(void* context, Fiber& left, void* fake_stack);

  void* context_ = nullptr;
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  // For the sanitizers only.
  const void* stack_bottom_ = nullptr;
  std::size_t stack_bytes_ = 0;
  void* sanitizer_fiber_ = nullptr;
};

}  // namespace spinlab
