#include "interface/processors.hpp"

#include <signal.h>

#include <cerrno>
#include <utility>

#include "interface/irql.hpp"

namespace spinlab {
namespace {

using M = NativeChosen;

IrqlSlot& irql_slot() { return M::thread_slot<IrqlSlot>(); }

KDPC* dpc_of(SINGLE_LIST_ENTRY* link) {
  return reinterpret_cast<KDPC*>(reinterpret_cast<char*>(link) - offsetof(KDPC, DpcListEntry));
}

// A thread that ends leaves its processor.
struct LeavesAtEnd {
  ~LeavesAtEnd() {
    if (Processor* const own = Processor::own()) own->leave();
  }
};

}  // namespace

// Holds a queue's lock at HIGH_LEVEL. Its end runs what came for this thread.
class Processor::Uninterrupted {
 public:
  explicit Uninterrupted(Processor& of) : of_(of), old_irql_(exchange_irql<M>(HIGH_LEVEL)) {
    of_.lock_.acquire(node_);
  }
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;
  ~Uninterrupted() {
    of_.lock_.release(node_);
    set_irql<M>(old_irql_);
  }

 private:
  Processor& of_;
  KIRQL old_irql_;
  TicketLock<M>::Node node_;
};

Processor*& Processor::own() {
  static thread_local constinit Processor* processor = nullptr;
  return processor;
}

bool Processor::become_own() {
  install_handler();
  static thread_local const LeavesAtEnd leaves_at_end;
  static_cast<void>(&leaves_at_end);
  const Uninterrupted inside(*this);
  if (has_thread_) return false;
  has_thread_ = true;
  thread_ = pthread_self();
  unblock_signal();
  own() = this;
  irql_slot().run_pending = [] { own()->run_pending(); };
  irql_slot().has_pending = true;  // What was queued before.
  return true;
}

void Processor::leave() {
  const Uninterrupted inside(*this);
  has_thread_ = false;
  own() = nullptr;
  irql_slot().has_pending = false;
}

void Processor::install_handler() {
  [[maybe_unused]] static const bool installed = [] {
    struct sigaction action{};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    return sigaction(SIGURG, &action, nullptr) == 0;
  }();
}

// Whoever created the thread may have blocked it, with all others.
void Processor::unblock_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGURG);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

// A signal that was on its way when the thread left finds no processor.
void Processor::on_signal(int) {
  Processor* const processor = own();
  if (processor == nullptr) return;
  const int error = errno;
  processor->signals_ = processor->signals_ + 1;
  irql_slot().has_pending = true;
  if (irql_slot().level < DISPATCH_LEVEL) processor->run_pending();
  errno = error;
}

// Under the lock: the thread cannot leave, and so not end, before it has its signal.
void Processor::tell_thread() {
  if (!has_thread_) return;
  if (own() == this) {
    irql_slot().has_pending = true;
  } else {
    pthread_kill(thread_, SIGURG);
  }
}

bool Processor::queue(KDPC* dpc, void* argument1, void* argument2) {
  const Uninterrupted inside(*this);
  void* none = nullptr;
  // acquire, pairs with unlink_after(): its last run has read what we write now. Atomic, since
  // another thread may queue it elsewhere.
  if (!std::atomic_ref(dpc->DpcData)
           .compare_exchange_strong(none, this, std::memory_order::acquire,
                                    std::memory_order::relaxed))
    return false;
  dpc->SystemArgument1 = argument1;
  dpc->SystemArgument2 = argument2;
  link(dpc);
  tell_thread();
  return true;
}

void Processor::link(KDPC* dpc) {
  SINGLE_LIST_ENTRY* before = &dpcs_;
  while (dpc->Importance != HighImportance && before->Next != nullptr) before = before->Next;
  PushEntryList(before, &dpc->DpcListEntry);
}

bool Processor::remove(KDPC* dpc) {
  const Uninterrupted inside(*this);
  // relaxed: it is ours if it is here, and then nobody else writes it.
  if (std::atomic_ref(dpc->DpcData).load(std::memory_order::relaxed) != this) return false;
  SINGLE_LIST_ENTRY* before = &dpcs_;
  while (before->Next != &dpc->DpcListEntry) before = before->Next;
  unlink_after(before);
  return true;
}

KDPC* Processor::unlink_after(SINGLE_LIST_ENTRY* before) {
  KDPC* const dpc = dpc_of(PopEntryList(before));
  // release, pairs with queue(). It is nobody's from now on.
  std::atomic_ref(dpc->DpcData).store(nullptr, std::memory_order::release);
  return dpc;
}

bool Processor::fire(KINTERRUPT* interrupt) {
  const Uninterrupted inside(*this);
  // acquire, pairs with take(), as in queue().
  if (interrupt->is_fired.exchange(true, std::memory_order::acquire)) return false;
  link(interrupt);
  tell_thread();
  return true;
}

void Processor::link(KINTERRUPT* interrupt) {
  KINTERRUPT** before = &interrupts_;
  while (*before != nullptr && (*before)->irql >= interrupt->irql) before = &(*before)->next;
  interrupt->next = *before;
  *before = interrupt;
}

// At HIGH_LEVEL. What runs first at this level; it may be queued again from now on.
Processor::Work Processor::take(KIRQL level) {
  TicketLock<M>::Node node;
  Work work;
  lock_.acquire(node);
  if (interrupts_ != nullptr && interrupts_->irql > level) {
    work.interrupt = std::exchange(interrupts_, interrupts_->next);
    work.interrupt->is_fired.store(false, std::memory_order::release);
  } else if (dpcs_.Next != nullptr && level < DISPATCH_LEVEL) {
    work.call = *dpc_of(dpcs_.Next);
    work.dpc = unlink_after(&dpcs_);
  }
  work.is_left = interrupts_ != nullptr || dpcs_.Next != nullptr;
  lock_.release(node);
  return work;
}

void Processor::run(const Work& work) {
  if (work.interrupt != nullptr) return work.interrupt->deliver(work.interrupt);
  irql_slot().level = DISPATCH_LEVEL;
  keep_order_for_signals();
  work.call.DeferredRoutine(work.dpc, work.call.DeferredContext, work.call.SystemArgument1,
                            work.call.SystemArgument2);
}

void Processor::run_pending() {
  IrqlSlot& slot = irql_slot();
  const KIRQL level = slot.level;
  for (;;) {
    slot.level = HIGH_LEVEL;  // Signals leave what they bring to us.
    keep_order_for_signals();
    const unsigned seen = signals_;
    const Work work = take(level);
    const bool is_idle = work.dpc == nullptr && work.interrupt == nullptr;
    if (is_idle) slot.has_pending = work.is_left;
    if (!is_idle) run(work);
    keep_order_for_signals();
    slot.level = level;
    keep_order_for_signals();
    // A signal between the two lines above, or below them, ran everything itself or is seen here.
    if (is_idle && signals_ == seen) return;
  }
}

}  // namespace spinlab
