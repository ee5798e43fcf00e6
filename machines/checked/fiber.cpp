#include "machines/checked/fiber.hpp"

#include <boost/context/detail/fcontext.hpp>

// The sanitizers want to know when the stack changes. Weak: without a sanitizer they are null.
extern "C" {
[[gnu::weak]] void __sanitizer_start_switch_fiber(void** save, const void* bottom, size_t size);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void* save, const void** bottom, size_t* size);
[[gnu::weak]] void __asan_unpoison_memory_region(const volatile void* from, size_t size);
[[gnu::weak]] void* __tsan_get_current_fiber();
[[gnu::weak]] void* __tsan_create_fiber(unsigned flags);
[[gnu::weak]] void __tsan_destroy_fiber(void* fiber);
[[gnu::weak]] void __tsan_switch_to_fiber(void* fiber, unsigned flags);
}

namespace spinlab::checked {
namespace context = boost::context::detail;

struct Fiber::Trampoline {
  static void run(context::transfer_t from) {
    auto* const fiber = static_cast<Fiber*>(from.data);
    fiber->outside_ = from.fctx;
    if (__sanitizer_finish_switch_fiber)
      __sanitizer_finish_switch_fiber(nullptr, &fiber->outer_bottom_, &fiber->outer_bytes_);
    fiber->entry_(fiber->argument_);
    __builtin_trap();
  }
};

void Fiber::prepare(char* stack_top, std::size_t stack_bytes, void (*entry)(void*),
                    void* argument) {
  entry_ = entry;
  argument_ = argument;
  stack_bottom_ = stack_top - stack_bytes;
  stack_bytes_ = stack_bytes;
  // Abandoned frames have left their red zones.
  if (__asan_unpoison_memory_region) __asan_unpoison_memory_region(stack_bottom_, stack_bytes);
  if (__tsan_create_fiber) {
    if (sanitizer_fiber_ != nullptr) __tsan_destroy_fiber(sanitizer_fiber_);
    sanitizer_fiber_ = __tsan_create_fiber(0);
  }
  inside_ = context::make_fcontext(stack_top, stack_bytes, &Trampoline::run);
}

void Fiber::enter() {
  void* fake_stack = nullptr;
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber(&fake_stack, stack_bottom_, stack_bytes_);
  if (__tsan_switch_to_fiber) {
    sanitizer_outside_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(sanitizer_fiber_, 0);
  }
  inside_ = context::jump_fcontext(inside_, this).fctx;
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
}

void Fiber::leave() {
  void* fake_stack = nullptr;
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber(&fake_stack, outer_bottom_, outer_bytes_);
  if (__tsan_switch_to_fiber) __tsan_switch_to_fiber(sanitizer_outside_, 0);
  outside_ = context::jump_fcontext(outside_, nullptr).fctx;
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(fake_stack, &outer_bottom_, &outer_bytes_);
}

}  // namespace spinlab::checked
