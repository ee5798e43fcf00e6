// Fiber: a function on a stack of its own, which may be left and entered again, or abandoned.
//
// Boost.Context's assembly directly, not its fiber class: that one unwinds a stack to end it, and
// a search starts fibers anew hundreds of thousands of times a second.
// A fiber belongs to the host thread that runs it.
#pragma once

#include <cstddef>

namespace spinlab::checked {

class Fiber {
 public:
  // Readies `entry(argument)` to run on the stack that ends at `stack_top`. What ran on it before is
  // abandoned: no destructor runs. `entry` must not return, but leave().
  void prepare(char* stack_top, std::size_t stack_bytes, void (*entry)(void*), void* argument);

  // From outside: runs the fiber until it leaves.
  void enter();
  // From inside: goes back to whoever entered.
  void leave();

 private:
  void* inside_ = nullptr;
  void* outside_ = nullptr;
  const void* stack_bottom_ = nullptr;
  std::size_t stack_bytes_ = 0;
  const void* outer_bottom_ = nullptr;
  std::size_t outer_bytes_ = 0;
  void* sanitizer_fiber_ = nullptr;
  void* sanitizer_outside_ = nullptr;
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;

  struct Trampoline;
};

}  // namespace spinlab::checked
