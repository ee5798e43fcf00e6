// A small program over cells, explored: the message passing of docs/checker.md.
#include <cstdio>

#include "machines/checked/check.hpp"

struct MessagePassing {
  spinlab::Checked::Cell<int> data{0}, flag{0};
  void run(int thread) {
    if (thread == 0) {
      data.store(1, std::memory_order::relaxed);
      flag.store(1, std::memory_order::release);
    } else if (flag.load(std::memory_order::acquire) == 1) {
      spinlab::checked::require(data.load(std::memory_order::relaxed) == 1, "no data");
    }
  }
};

int main() {
  const auto result = spinlab::checked::check<MessagePassing>(2);
  std::printf("%s, %d executions\n", name_of(result.outcome.verdict()),
              static_cast<int>(result.outcome.executions));
}
