// Progress: one line on a terminal that says how far a long run is and how long it will take.
//
// On anything but a terminal it writes a line every tenth of the way, so that logs stay short.
// Threads: one.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace spinlab {

class Progress {
 public:
  // `what` is named at the begin of the line; `total` is in steps.
  Progress(std::string what, std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` steps are behind us; `now` is what is going on.
  void show(std::size_t done, std::string_view now);

  // Ends the line, so that other text can follow.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  std::string line(std::size_t done, std::string_view now) const;

  std::string what_;
  std::size_t total_;
  bool terminal_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point shown_{};
  std::size_t done_at_begin_ = 0;
  std::size_t tenths_shown_ = 0;
  bool started_ = false;
};

}  // namespace spinlab
