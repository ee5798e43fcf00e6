// Descriptor: closes what it was given.
#pragma once

#include <unistd.h>

#include <utility>

namespace spinlab {

// Threads: one.
class Descriptor {
 public:
  // Negative: of a call that failed; nothing to close.
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset(std::exchange(other.number_, -1));
    return *this;
  }

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  void reset(int number = -1) {
    if (is_open()) close(number_);
    number_ = number;
  }

 private:
  int number_;
};

}  // namespace spinlab
