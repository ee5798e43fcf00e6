#include "interface/processors.hpp"

#include <signal.h>

#include <atomic>
#include <cerrno>

#include "interface/irql.hpp"

namespace spinlab {
namespace {

using M = NativeChosen;

IrqlSlot& irql_slot() { return M::thread_slot<IrqlSlot>(); }

KDPC* dpc_of(SINGLE_LIST_ENTRY* link) {
  return reinterpret_cast<KDPC*>(reinterpret_cast<char*>(link) - offsetof(KDPC, DpcListEntry));
}

// Whatever it is, run_pending() will see.
void look_soon() {
  // relaxed: the thread's own.
  irql_slot().pending.store(HIGH_LEVEL, std::memory_order::relaxed);
}

// A thread that ends leaves its processor.
struct LeavesAtEnd {
  ~LeavesAtEnd() {
    if (Processor* const own = Processor::own()) own->leave_at_end();
  }
};

}  // namespace

// Holds a queue's lock. What came for this thread meanwhile runs at its end.
class Processor::Uninterrupted {
 public:
  explicit Uninterrupted(Processor& of) : of_(of) { of_.lock_.acquire(node_); }
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;
  ~Uninterrupted() { of_.lock_.release(node_); }

 private:
  AtHighLevel<M> at_high_level_;  // Begins first, ends last.
  Processor& of_;
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
  look_soon();  // At what was queued before.
  return true;
}

void Processor::leave() {
  if (depth_ > 0) {
    is_leaving_ = true;
  } else {
    end_own();
  }
}

// A routine that was left by longjmp() or the thread's end is not inside any more.
void Processor::leave_at_end() {
  depth_ = 0;
  end_own();
}

void Processor::end_own() {
  const Uninterrupted inside(*this);
  has_thread_ = false;
  is_told_ = false;
  is_leaving_ = false;
  own() = nullptr;
  // relaxed: the thread's own.
  irql_slot().pending.store(PASSIVE_LEVEL, std::memory_order::relaxed);
}

bool Processor::has_thread() {
  const Uninterrupted inside(*this);
  return has_thread_;
}

void Processor::install_handler() {
  [[maybe_unused]] static const bool installed = [] {
    struct sigaction action{};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    return sigaction(SIGURG, &action, nullptr) == 0;
  }();
}

// Whoever created the thread may have blocked it, with all others; and in its handler it is.
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
  look_soon();
  unblock_signal();  // An interrupt runs on top of a DPC.
  if (irql_slot().level < HIGH_LEVEL) processor->run_pending();
  errno = error;
}

// Under the lock: the thread cannot leave, and so not end, before it has its signal. At most one is
// on its way, so that signals do not pile up on the thread's stack.
void Processor::tell_thread() {
  if (!has_thread_) return;
  if (own() == this) {
    look_soon();
  } else if (!is_told_) {
    is_told_ = true;
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

void Processor::flush() {
  KDPC marker;
  initialize_dpc(marker, [](PKDPC, PVOID, PVOID, PVOID) {}, nullptr);
  queue(&marker, nullptr, nullptr);  // To the tail: what was there goes first.
  // acquire, pairs with unlink_after(): the DPCs before it have run.
  while (std::atomic_ref(marker.DpcData).load(std::memory_order::acquire) != nullptr) {
    if (!has_thread()) remove(&marker);
    M::relax(1);
  }
}

bool Processor::fire(KINTERRUPT* interrupt) {
  const Uninterrupted inside(*this);
  void* none = nullptr;
  // acquire, pairs with unlink_first_interrupt(), as in queue().
  if (!interrupt->queue.compare_exchange_strong(none, this, std::memory_order::acquire,
                                                std::memory_order::relaxed))
    return false;
  interrupt->withdraw.store(withdraw, std::memory_order::relaxed);  // As disconnect() says.
  link(interrupt);
  tell_thread();
  return true;
}

bool Processor::remove(KINTERRUPT* interrupt) {
  const Uninterrupted inside(*this);
  // relaxed, as in remove(KDPC*).
  if (interrupt->queue.load(std::memory_order::relaxed) != this) return false;
  KINTERRUPT** before = &interrupts_;
  while (*before != interrupt) before = &(*before)->next;
  *before = interrupt->next;
  interrupt->queue.store(nullptr, std::memory_order::relaxed);
  return true;
}

void Processor::withdraw(KINTERRUPT* interrupt) {
  // acquire, pairs with unlink_first_interrupt(): if it is in no queue, we see that it runs.
  while (void* const queue = interrupt->queue.load(std::memory_order::acquire))
    static_cast<Processor*>(queue)->remove(interrupt);
  // acquire, pairs with run(): the service routine's writes happen before the end of the object.
  while (interrupt->runs.load(std::memory_order::acquire) != 0) M::relax(1);
}

void Processor::link(KINTERRUPT* interrupt) {
  KINTERRUPT** before = &interrupts_;
  while (*before != nullptr && (*before)->irql >= interrupt->irql) before = &(*before)->next;
  interrupt->next = *before;
  *before = interrupt;
}

// It may be fired again from now on, here or elsewhere.
KINTERRUPT* Processor::unlink_first_interrupt() {
  KINTERRUPT* const interrupt = interrupts_;
  interrupts_ = interrupt->next;
  // relaxed: the release below publishes it.
  interrupt->runs.fetch_add(1, std::memory_order::relaxed);
  // release, pairs with fire() and withdraw().
  interrupt->queue.store(nullptr, std::memory_order::release);
  return interrupt;
}

// At HIGH_LEVEL. What runs first at this level.
Processor::Work Processor::take(KIRQL level) {
  TicketLock<M>::Node node;
  Work work;
  lock_.acquire(node);
  is_told_ = false;
  if (interrupts_ != nullptr && interrupts_->irql > level) {
    work.interrupt = unlink_first_interrupt();
  } else if (dpcs_.Next != nullptr && level < DISPATCH_LEVEL) {
    work.call = *dpc_of(dpcs_.Next);
    work.dpc = unlink_after(&dpcs_);
  }
  if (dpcs_.Next != nullptr) work.left = DISPATCH_LEVEL;
  if (interrupts_ != nullptr) work.left = interrupts_->irql;
  lock_.release(node);
  return work;
}

void Processor::run(const Work& work) {
  ++depth_;
  if (work.interrupt != nullptr) {
    work.interrupt->deliver(work.interrupt);
    // release, pairs with withdraw(). The object may be gone from now on.
    work.interrupt->runs.fetch_sub(1, std::memory_order::release);
  } else {
    set_irql<M>(DISPATCH_LEVEL);
    call_routine(work.dpc, work.call);
  }
  --depth_;
}

void Processor::run_pending() {
  IrqlSlot& slot = irql_slot();
  const KIRQL level = slot.level;
  bool is_idle = false;
  // A signal since take() may have brought more. Relaxed, all: the thread's own.
  while (!is_idle || slot.pending.load(std::memory_order::relaxed) > level) {
    slot.level = HIGH_LEVEL;  // Signals leave what they bring to us.
    keep_order_for_signals();
    slot.pending.store(PASSIVE_LEVEL, std::memory_order::relaxed);
    keep_order_for_signals();
    const Work work = take(level);
    KIRQL nothing_new = PASSIVE_LEVEL;
    slot.pending.compare_exchange_strong(nothing_new, work.left, std::memory_order::relaxed);
    is_idle = work.is_none();
    if (!is_idle) run(work);
    keep_order_for_signals();
    slot.level = level;
    keep_order_for_signals();
    if (is_leaving_ && depth_ == 0) return end_own();
  }
}

}  // namespace spinlab
