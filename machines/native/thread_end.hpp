// ThreadEnd: what is to be done when a thread ends, after its thread_local objects are gone.
//
// Unlike a thread_local object with a destructor, a task needs no memory to be registered, so that
// a signal handler may do it. Tasks of the thread that ends the program do not run.
// Thread safety: all functions, in signal handlers, too. Errors: if the process has no key of
// thread storage left, the program ends, since no caller could be told.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>

#include "machines/native/end_program.hpp"

namespace spinlab {

class ThreadEnd {
 public:
  // The caller's, in storage of the thread or in memory that the task itself gives back.
  struct Task {
    void (*run)(Task&) = nullptr;
    Task* next = nullptr;
    std::atomic<bool> is_listed = false;
  };

  // Runs the task once, when the calling thread ends; the newest first. One that is listed already
  // stays. While it runs, and after it, tasks can be added still.
  static void add(Task& task) {
    // relaxed, here and below: the thread's own; atomic, since a signal may come in between.
    if (task.is_listed.exchange(true, std::memory_order::relaxed)) return;
    std::atomic<Task*>& tasks = of_this_thread();
    task.next = tasks.load(std::memory_order::relaxed);
    while (!tasks.compare_exchange_weak(task.next, &task, std::memory_order::relaxed)) continue;
    pthread_setspecific(key(), &tasks);  // Calls run_all() for any value but null.
  }

 private:
  static std::atomic<Task*>& of_this_thread() {
    static thread_local constinit std::atomic<Task*> tasks{nullptr};
    return tasks;
  }

  static void run_all(void*) {
    Task* task = of_this_thread().exchange(nullptr, std::memory_order::relaxed);
    while (task != nullptr) {
      Task* const next = task->next;
      task->is_listed.store(false, std::memory_order::relaxed);
      task->run(*task);
      task = next;
    }
  }

  // Not a local static object: the signal would wait for the initialisation that it interrupted.
  static pthread_key_t key() {
    static constinit std::atomic<std::uint64_t> plus_one{0};  // 0: none yet.
    // relaxed, all: a key is a number.
    std::uint64_t known = plus_one.load(std::memory_order::relaxed);
    if (known != 0) return static_cast<pthread_key_t>(known - 1);
    pthread_key_t made;
    if (pthread_key_create(&made, run_all) != 0)
      end_program("the process has no key of thread storage left, and locks need one");
    if (plus_one.compare_exchange_strong(known, std::uint64_t{made} + 1,
                                         std::memory_order::relaxed))
      return made;
    pthread_key_delete(made);
    return static_cast<pthread_key_t>(known - 1);
  }
};

}  // namespace spinlab
