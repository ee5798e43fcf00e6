// Processors: threads that run what is queued for them, DPCs and interrupts.
//
// A queue is changed at HIGH_LEVEL under its lock. Whoever adds to it tells the thread: itself by
// IrqlSlot::pending, another one by a signal. The signal runs what the IRQL lets through, on top of
// whatever the thread does, a DPC or a service routine of a lower level included; the rest waits
// for the function that lowers the IRQL.
//
// So an interrupt may come between any two instructions below its level, in a lock's own code, too.
// What a thread keeps for its locks bears that: when a routine ends, it has released what it
// acquired. Where that is not enough, the IRQL is HIGH_LEVEL (AtHighLevel).
//
// Thread safety: all functions. Errors: none.
#pragma once

#include <pthread.h>

#include "algorithms/ticket_lock.hpp"
#include "interface/interrupts.hpp"
#include "interface/spinlab_dpcs.h"
#include "machines/native/native.hpp"

namespace spinlab {

// As KeInitializeDpc().
inline void initialize_dpc(KDPC& dpc, PKDEFERRED_ROUTINE routine, PVOID context) {
  dpc = {};
  dpc.Importance = MediumImportance;
  dpc.DeferredRoutine = routine;
  dpc.DeferredContext = context;
}

class alignas(NativeChosen::kLineBytes) Processor {
 public:
  // The calling thread's; null if it is none.
  static Processor*& own();

  // Whether the calling thread is this processor now: false if another one is.
  bool become_own();
  // On the thread only. In a DPC or a service routine: once the outermost one has returned.
  void leave();
  void leave_at_end();  // Of its thread.

  // False if it is queued or fired already.
  bool queue(KDPC* dpc, void* argument1, void* argument2);
  bool fire(KINTERRUPT* interrupt);
  // False if it is not queued here.
  bool remove(KDPC* dpc);

  // Returns when each DPC that is queued now has run, or no thread is the processor.
  void flush();

  // Runs what the calling thread's IRQL allows. On the thread only.
  void run_pending();

  // Calls a DPC's routine: `dpc` is its object, `call` what that said when it was queued. The
  // verifier puts its own here, before there is a DPC.
  using CallRoutine = void(KDPC* dpc, const KDPC& call);
  static inline constinit CallRoutine* call_routine = [](KDPC* dpc, const KDPC& call) {
    call.DeferredRoutine(dpc, call.DeferredContext, call.SystemArgument1, call.SystemArgument2);
  };

 private:
  class Uninterrupted;
  struct Work {
    KDPC* dpc = nullptr;
    KDPC call{};  // A copy of it: its routine may free it, another thread may queue it again.
    KINTERRUPT* interrupt = nullptr;
    KIRQL left = PASSIVE_LEVEL;  // Below this level more may run.

    bool is_none() const { return dpc == nullptr && interrupt == nullptr; }
  };

  static void on_signal(int);
  static void install_handler();
  static void unblock_signal();
  static void withdraw(KINTERRUPT* interrupt);
  bool has_thread();
  void end_own();
  void tell_thread();
  void link(KDPC* dpc);
  void link(KINTERRUPT* interrupt);
  bool remove(KINTERRUPT* interrupt);
  KDPC* unlink_after(SINGLE_LIST_ENTRY* before);
  KINTERRUPT* unlink_first_interrupt();
  Work take(KIRQL level);
  void run(const Work& work);

  TicketLock<NativeChosen> lock_;
  bool has_thread_ = false;
  bool is_told_ = false;  // A signal was sent, and the thread has not looked since.
  pthread_t thread_{};
  SINGLE_LIST_ENTRY dpcs_{};
  KINTERRUPT* interrupts_ = nullptr;  // The highest level first; of one level, in order.

  // The thread's own.
  unsigned depth_ = 0;  // How many routines run, one on top of the other.
  bool is_leaving_ = false;
};

}  // namespace spinlab
