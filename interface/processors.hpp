// Processors: threads that run what is queued for them, DPCs and interrupts.
//
// A queue is changed at HIGH_LEVEL under its lock. Whoever adds to it tells the thread: itself by
// IrqlSlot::has_pending, another one by a signal. The signal runs what it may if the IRQL is below
// DISPATCH_LEVEL, when the thread is in no function that holds a lock or is about to; otherwise it
// leaves that to the function that lowers the IRQL.
//
// Thread safety: all functions. Errors: none.
#pragma once

#include <pthread.h>

#include "algorithms/ticket_lock.hpp"
#include "interface/interrupts.hpp"
#include "interface/spinlab_dpcs.h"
#include "machines/native/native.hpp"

namespace spinlab {

class alignas(NativeChosen::kLineBytes) Processor {
 public:
  // The calling thread's; null if it is none.
  static Processor*& own();

  // Whether the calling thread is this processor now: false if another one is.
  bool become_own();
  void leave();

  // False if it is queued or fired already.
  bool queue(KDPC* dpc, void* argument1, void* argument2);
  bool fire(KINTERRUPT* interrupt);
  bool remove(KDPC* dpc);

  // Runs what the calling thread's IRQL allows. On the thread only.
  void run_pending();

 private:
  class Uninterrupted;
  struct Work {
    KDPC* dpc = nullptr;
    KDPC call{};  // A copy of it: its routine may free it, another thread may queue it again.
    KINTERRUPT* interrupt = nullptr;
    bool is_left = false;  // There is more.
  };

  static void on_signal(int);
  static void install_handler();
  static void unblock_signal();
  void tell_thread();
  void link(KDPC* dpc);
  void link(KINTERRUPT* interrupt);
  KDPC* unlink_after(SINGLE_LIST_ENTRY* before);
  Work take(KIRQL level);
  static void run(const Work& work);

  TicketLock<NativeChosen> lock_;
  bool has_thread_ = false;
  pthread_t thread_{};
  SINGLE_LIST_ENTRY dpcs_{};
  KINTERRUPT* interrupts_ = nullptr;  // The highest level first; of one level, in order.
  // How many signals the thread got. Its own.
  volatile unsigned signals_ = 0;
};

}  // namespace spinlab
