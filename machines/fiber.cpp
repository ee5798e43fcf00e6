#include "machines/fiber.hpp"

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

namespace spinlab {
namespace context = boost::context::detail;

namespace {

// What travels with a switch.
struct Passage {
  Fiber* from;
  Fiber* to;
};

}  // namespace

struct Fiber::Trampoline {
  static void run(context::transfer_t from) {
    const Passage passage = *static_cast<Passage*>(from.data);
    Fiber& self = *passage.to;
    self.arrive_from(from.fctx, *passage.from, nullptr);
    self.entry_(self.argument_);
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
  context_ = context::make_fcontext(stack_top, stack_bytes, &Trampoline::run);
}

void Fiber::switch_to(Fiber& next) {
  void* fake_stack = nullptr;
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber(&fake_stack, next.stack_bottom_, next.stack_bytes_);
  if (__tsan_switch_to_fiber) {
    if (sanitizer_fiber_ == nullptr) sanitizer_fiber_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(next.sanitizer_fiber_, 0);
  }
  Passage passage{this, &next};
  const context::transfer_t from = context::jump_fcontext(next.context_, &passage);
  arrive_from(from.fctx, *static_cast<Passage*>(from.data)->from, fake_stack);
}

// `left` can be entered again; and the first switch from a stack tells where that one lies.
void Fiber::arrive_from(void* context, Fiber& left, void* fake_stack) {
  left.context_ = context;
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(fake_stack, &left.stack_bottom_, &left.stack_bytes_);
}

}  // namespace spinlab
