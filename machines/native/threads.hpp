// What the native machine keeps for threads, and where they are; the same for every Waiting policy.
//
// Thread safety: all functions. Errors: without memory the program ends, since no caller could be
// told.
#pragma once

#include <sched.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <new>
#include <type_traits>

#include "machines/native/thread_index.hpp"

namespace spinlab {

struct NativeThreads {
  static constexpr std::uint32_t kMaxThreads = ThreadIndex::kMaxThreads;

  // A T that needs no destructor must be constant-initialised, so that access is one address.
  template <class T>
  static T& thread_slot() {
    if constexpr (std::is_trivially_destructible_v<T>) {
      static thread_local constinit T slot{};
      return slot;
    } else {
      alignas(T) static thread_local constinit std::byte storage[sizeof(T)]{};
      static thread_local const Renewed<T> renewed(storage);
      return renewed.object();
    }
  }

  // In a table of all threads, which costs memory only where it is used if a new T is all zeros.
  template <class T>
  static T& thread_slot(std::uint32_t index) {
    static_assert(std::is_trivially_destructible_v<T>);
    static constinit T slots[kMaxThreads]{};
    return slots[index];
  }

  static std::uint32_t thread_index() { return ThreadIndex::of_this_thread(); }

  static std::uintptr_t place_of(const void* object) {
    return reinterpret_cast<std::uintptr_t>(object);
  }

  // For slow paths: allocates. Gone before those thread_local objects that are older than the
  // thread's first such object.
  template <class T>
  static T& thread_object() {
    static thread_local std::deque<T> objects;
    return objects.emplace_back();
  }

  template <class T>
  [[gnu::noinline, gnu::cold]] static T& make() {
    T* const object = new (std::nothrow) T{};
    if (object == nullptr) std::terminate();
    return *object;
  }

  template <class T>
  static void destroy(T& object) {
    delete &object;
  }

  template <class T>
  static T& shared() {
    static_assert(std::is_trivially_destructible_v<T>);
    static constinit T object{};
    return object;
  }

  static std::uint32_t node() {
    unsigned processor = 0;
    unsigned node = 0;  // Stays 0 where the system cannot say.
    getcpu(&processor, &node);
    return node;
  }

 private:
  // Ends the T of a thread with the thread, and puts a new one in its place: destructors that run
  // later still (of static objects, for one) may lock, and must find a T. What that one owns then
  // is given back with the process.
  template <class T>
  class Renewed {
   public:
    explicit Renewed(std::byte* storage) : object_(::new(storage) T{}) {}
    Renewed(const Renewed&) = delete;
    Renewed& operator=(const Renewed&) = delete;
    ~Renewed() {
      std::destroy_at(object_);
      ::new (object_) T{};
    }

    T& object() const { return *object_; }

   private:
    T* object_;
  };
};

}  // namespace spinlab
