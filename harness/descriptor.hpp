// Descriptor: closes what it was given; and writing to one.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string_view>
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

// Writes the whole text, however the system divides it: 0, or what went wrong. Any threads, each with
// a descriptor of its own.
inline int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace spinlab
