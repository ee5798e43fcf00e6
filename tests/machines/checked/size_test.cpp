// What is said of the size of a search, against the search.
#include <gtest/gtest.h>

#include <cmath>

#include "outcomes.hpp"
#include "random_programs.hpp"

namespace spinlab::litmus {
namespace {

using checked::Verdict;
using enum std::memory_order;

const Shape kShape = {.actions = kUpdates, .seq_cst = false, .conditions = true};

double estimate(const checked::Program& program, const checked::Options& options, std::size_t width,
                std::uint64_t seed) {
  return checked::Search(program, options).estimate_executions(width, seed);
}

void agree_on_sizes(const Series& series, bool symmetric) {
  Shape shape = kShape;
  shape.identical = symmetric;
  checked::Options options;
  options.symmetric = symmetric;
  for_each_seed(series, [&](std::uint64_t seed, Work& work) {
    const Program program = random_program(shape, seed);
    const checked::Program runnable = checked_program(program);
    const checked::Outcome outcome = checked::Search(runnable, options).run();
    work.spend(outcome.executions);
    EXPECT_EQ(estimate(runnable, options, 10'000, seed), static_cast<double>(outcome.executions))
        << describe(seed, program);
  });
}

TEST(Size, IsExactWhereEveryNodeIsKept) { agree_on_sizes({1'400'000, 150, 200}, false); }

TEST(Size, IsThatOfTheSearchWithSymmetry) { agree_on_sizes({1'410'000, 60, 500}, true); }

// Within five standard errors: the seeds are always the same.
TEST(Size, IsRightOnAverageWhereFewNodesAreKept) {
  const Thread one = {fetch_add(kX, 1, acq_rel), load(kY, acquire), exchange(kY, 1, release)};
  const Program program = {one, one, one};
  const checked::Program runnable = checked_program(program);
  const auto executions = static_cast<double>(checked::Search(runnable, {}).run().executions);
  constexpr int kEstimates = 500;
  double sum = 0, squares = 0;
  for (std::uint64_t seed = 1; seed <= kEstimates; ++seed) {
    const double one_estimate = estimate(runnable, {}, 5, seed);
    sum += one_estimate;
    squares += one_estimate * one_estimate;
  }
  const double mean = sum / kEstimates;
  const double error = std::sqrt((squares / kEstimates - mean * mean) / kEstimates);
  EXPECT_GT(executions, 100);
  EXPECT_NEAR(mean, executions, 5 * error);
  EXPECT_LT(error, 0.1 * executions);
}

TEST(Size, IsNotThatOfAProgramWithAViolation) {
  const Program race = {{plain_store(1)}, {plain_store(2)}};
  EXPECT_EQ(estimate(checked_program(race), {}, 10, 1), -1);
}

}  // namespace
}  // namespace spinlab::litmus
