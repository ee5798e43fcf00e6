#include "harness/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "harness/say.hpp"

namespace spinlab {
namespace {

constexpr std::size_t kBarColumns = 24;
constexpr std::size_t kNowColumns = 44;  // With the rest of the line, below 100.

std::string duration(double seconds) {
  const long whole = std::lround(seconds);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

Progress::Progress(std::string what, std::size_t total)
    : what_(std::move(what)), total_(std::max<std::size_t>(total, 1)), terminal_(isatty(2) == 1) {}

Progress::~Progress() { finish(); }

void Progress::show(std::size_t done, std::string_view now) {
  const auto time = Clock::now();
  if (!started_) {
    started_ = true;
    done_at_begin_ = done;  // A resumed run: those took no time now.
    begin_ = time;
  }
  if (terminal_) {
    if (time - shown_ < std::chrono::milliseconds(100) && done < total_) return;
    shown_ = time;
    say_raw("\r\x1b[K" + one_line(line(done, now)));
  } else if (const std::size_t tenths = done * 10 / total_; tenths > tenths_shown_) {
    tenths_shown_ = tenths;
    say_raw(one_line(line(done, "")) + "\n");
  }
}

std::string Progress::line(std::size_t done, std::string_view now) const {
  const std::size_t filled = done * kBarColumns / total_;
  std::string text = fmt::format("{} [{}{}] {:3}%", what_, std::string(filled, '#'),
                                 std::string(kBarColumns - filled, '.'), done * 100 / total_);
  const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
  if (done > done_at_begin_ && done < total_) {
    const double step_s = elapsed / static_cast<double>(done - done_at_begin_);
    text += fmt::format(", {} left", duration(step_s * static_cast<double>(total_ - done)));
  }
  if (!now.empty()) text += fmt::format("  {:.{}}", now, kNowColumns);
  return text;
}

void Progress::finish() {
  if (!started_) return;
  if (terminal_) say_raw("\r\x1b[K");
  started_ = false;
}

}  // namespace spinlab
