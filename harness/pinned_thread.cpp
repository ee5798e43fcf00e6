#include "harness/pinned_thread.hpp"

#include <pthread.h>
#include <sched.h>

#include <cstddef>
#include <system_error>
#include <utility>

namespace spinlab {

struct PinnedThread::Running {
  std::function<void()> body;
  pthread_t thread{};
};

namespace {

class Attributes {
 public:
  Attributes() { pthread_attr_init(&attributes_); }
  ~Attributes() { pthread_attr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  // Sized by the processor: a plain cpu_set_t ends at 1024.
  void pin(int processor) {
    const auto index = static_cast<std::size_t>(processor);
    cpu_set_t* const set = CPU_ALLOC(index + 1);
    if (set == nullptr) throw std::bad_alloc();
    const std::size_t bytes = CPU_ALLOC_SIZE(index + 1);
    CPU_ZERO_S(bytes, set);
    CPU_SET_S(index, bytes, set);
    pthread_attr_setaffinity_np(&attributes_, bytes, set);
    CPU_FREE(set);
  }

  const pthread_attr_t* get() const { return &attributes_; }

 private:
  pthread_attr_t attributes_;
};

extern "C" void* run_body(void* argument) {
  const auto& body = *static_cast<const std::function<void()>*>(argument);
  // noexcept: an exception has nobody to go to.
  [&]() noexcept { body(); }();
  return nullptr;
}

}  // namespace

PinnedThread::PinnedThread(int processor, std::function<void()> body)
    : running_(new Running{std::move(body)}) {
  Attributes attributes;
  int error = 0;
  if (processor >= 0) {
    attributes.pin(processor);
    error = pthread_create(&running_->thread, attributes.get(), run_body, &running_->body);
    pinned_ = error == 0;
  }
  // A refused processor and a lack of resources look alike; the second try tells them apart.
  if (!pinned_) error = pthread_create(&running_->thread, nullptr, run_body, &running_->body);
  if (error != 0) {
    running_.reset();
    throw std::system_error(error, std::generic_category(), "cannot start a thread");
  }
}

PinnedThread::~PinnedThread() { join(); }

PinnedThread::PinnedThread(PinnedThread&& other) noexcept = default;

PinnedThread& PinnedThread::operator=(PinnedThread&& other) noexcept {
  join();
  running_ = std::move(other.running_);
  pinned_ = other.pinned_;
  return *this;
}

void PinnedThread::join() {
  if (running_ == nullptr) return;
  pthread_join(running_->thread, nullptr);
  running_.reset();
}

}  // namespace spinlab
