#include "random_programs.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>

namespace spinlab::litmus {
namespace {

#if !defined(NDEBUG) || defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kSlowness = 10;
#else
constexpr std::uint64_t kSlowness = 1;
#endif

constexpr std::uint64_t kStepsOfALargeOne = 100'000;  // For a program that is run alone.

class Draw {
 public:
  Draw(const Shape& shape, std::uint64_t seed) : shape_(shape), engine_(seed) {
    below(2);  // Seeds that are neighbours begin alike.
    locations_ = from_one_to(shape.most_locations);
    seq_cst_ = shape.seq_cst && below(2) == 0;
    conditions_ = shape.conditions && below(2) == 0;
  }

  Program program() {
    const int threads = 1 + from_one_to(shape_.most_threads - 1);
    Program program;
    for (int count = 0; count < threads; ++count)
      program.push_back(shape_.identical && count > 0 ? program.front() : thread());
    return program;
  }

 private:
  int below(int bound) { return static_cast<int>(engine_() % static_cast<unsigned>(bound)); }
  int from_one_to(int most) { return 1 + below(most); }

  Thread thread() {
    Thread thread;
    const int most = shape_.most_instructions;
    const int instructions = below(2) == 0 ? most : from_one_to(most);
    for (int count = 0; count < instructions; ++count) thread.push_back(instruction());
    return thread;
  }

  Instruction instruction() {
    Instruction drawn;
    drawn.action =
        shape_.actions[static_cast<std::size_t>(below(static_cast<int>(shape_.actions.size())))];
    if (drawn.action < Action::kPlainLoad && drawn.action != Action::kFence)
      drawn.location = below(locations_);
    drawn.operand = from_one_to(2);
    drawn.expected = below(3);
    drawn.adds_register = below(5) == 0;
    if (conditions_ && below(4) == 0) drawn.only_after = below(3);
    drawn.order = order_for(drawn.action);
    drawn.failure_order = order_for(Action::kLoad);
    return drawn;
  }

  memory_order order_for(Action action) {
    using enum std::memory_order;
    const bool total = seq_cst_ && below(3) == 0;
    switch (action) {
      case Action::kPark:
      case Action::kWake:
      case Action::kPlainLoad:
      case Action::kPlainStore:
        return relaxed;
      case Action::kLoad:
      case Action::kAwaitEqual:
      case Action::kAwaitOther:
        return total ? seq_cst : below(2) == 0 ? acquire : relaxed;
      case Action::kStore:
      case Action::kPartStore:
        return total ? seq_cst : below(2) == 0 ? release : relaxed;
      case Action::kFence:
        return total ? seq_cst : any_of(acquire, release, acq_rel);
      default:
        return total ? seq_cst : below(4) == 0 ? relaxed : any_of(acquire, release, acq_rel);
    }
  }
  memory_order any_of(memory_order a, memory_order b, memory_order c) {
    const int which = below(3);
    return which == 0 ? a : which == 1 ? b : c;
  }

  const Shape& shape_;
  std::mt19937_64 engine_;
  int locations_;
  bool seq_cst_;
  bool conditions_;
};

// At most this many: each read may take any write to its location.
double reads_from_maps(const Program& program) {
  std::vector<int> writes(kMaxLocations, 1);
  for (const Thread& thread : program)
    for (const Instruction& instruction : thread)
      if (instruction.action != Action::kLoad && instruction.action != Action::kFence)
        ++writes[static_cast<std::size_t>(instruction.location)];
  double maps = 1;
  for (const Thread& thread : program)
    for (const Instruction& instruction : thread)
      if (instruction.action != Action::kStore && instruction.action != Action::kFence)
        maps *= writes[static_cast<std::size_t>(instruction.location)];
  return maps;
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

Program random_program(const Shape& shape, std::uint64_t seed) {
  Draw draw(shape, seed);
  Program program = draw.program();
  while (reads_from_maps(program) > 1e5) program = draw.program();
  return program;
}

void for_each_seed(const Series& series,
                   const std::function<void(std::uint64_t seed, Work& work)>& test) {
  const std::uint64_t from = from_environment("SPINLAB_SEED", series.first_seed);
  const std::uint64_t programs = from_environment("SPINLAB_PROGRAMS", series.programs / kSlowness);
  std::cout << "SPINLAB_SEED=" << from << " SPINLAB_PROGRAMS=" << programs << "\n";
  const std::uint64_t bound = series.steps_each * programs + kStepsOfALargeOne;
  Work work(bound);
  std::uint64_t tested = 0;
  while (tested < programs && work.left() > 0 && !testing::Test::HasFailure())
    test(from + tested++, work);
  std::cout << tested << " programs in " << bound - work.left() << " steps of at most " << bound
            << "\n";
  EXPECT_TRUE(testing::Test::HasFailure() || 2 * tested >= programs)
      << "the programs are larger than their test expects";
}

std::string describe(std::uint64_t seed, const Program& program) {
  return "seed " + std::to_string(seed) + " is\n" + text_of(program);
}

}  // namespace spinlab::litmus
