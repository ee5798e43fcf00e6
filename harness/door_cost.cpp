// door_cost: what KeAcquireSpinLock and KeReleaseSpinLock cost beyond the lock behind them.
//
// Linked once with each kind of library. Four pairs of acquire and release take turns in short
// batches on one pinned thread, so that whatever disturbs one disturbs its neighbours:
//   c       the C functions of the library that this program is linked with
//   adaptor the same lock through ThreadNodes, inlined: what the C functions are compared with
//   core    the same through Ke<>, inlined: the adaptor and the IRQL
//   irql    KeRaiseIrqlToDpcLevel and KeLowerIrql: two C calls and the IRQL's accesses, no lock
// Prints medians of the paired differences to the adaptor, with 95 % intervals, in ns.
#include <fmt/core.h>
#include <sched.h>

#include <cstdlib>
#include <string_view>
#include <vector>

#include "algorithms/all_locks.hpp"
#include "algorithms/thread_nodes.hpp"
#include "harness/clock.hpp"
#include "harness/statistics.hpp"
#include "interface/ke.hpp"
#include "interface/spinlab_backend.h"
#include "machines/native/native.hpp"
#include "machines/native/processor.h"

namespace spinlab {
namespace {

constexpr int kBatches = 2000;
constexpr int kPairsPerBatch = 1000;

// ns of one call, over a batch. Out of line: each kind gets the same loop and its own alignment.
template <class Operation>
[[gnu::noinline]] double batch_ns(Operation operation) {
  const std::uint64_t begin = spinlab_ticks();
  for (int i = 0; i < kPairsPerBatch; ++i) operation();
  return ns_from_ticks(spinlab_ticks() - begin) / kPairsPerBatch;
}

void compiler_barrier() { asm volatile("" ::: "memory"); }

struct Samples {
  std::vector<double> ns;
  std::vector<double> over_adaptor_ns;
};

void print(const Samples& samples) {
  const Estimate cost = estimate_median(samples.ns);
  const Estimate over = estimate_median(samples.over_adaptor_ns);
  fmt::print(" {:>6.2f} {:>6.2f} [{:5.2f}, {:5.2f}]", cost.median, over.median, over.interval.low,
             over.interval.high);
}

template <template <class> class LockOver>
void measure(const char* name) {
  alignas(128) static KSPIN_LOCK c_lock;
  alignas(128) static KSPIN_LOCK core_lock;
  alignas(128) static ThreadNodes<LockOver, NativeChosen> adaptor;
  using Core = Ke<LockOver, NativeChosen>;
  Samples c, core, irql;
  std::vector<double> adaptor_ns;
  for (int batch = 0; batch < kBatches; ++batch) {
    const double lone = batch_ns([] {
      adaptor.acquire();
      compiler_barrier();
      adaptor.release();
    });
    const auto add = [lone](Samples& samples, double ns) {
      samples.ns.push_back(ns);
      samples.over_adaptor_ns.push_back(ns - lone);
    };
    adaptor_ns.push_back(lone);
    add(c, batch_ns([] {
          KIRQL old_irql;
          KeAcquireSpinLock(&c_lock, &old_irql);
          compiler_barrier();
          KeReleaseSpinLock(&c_lock, old_irql);
        }));
    add(core, batch_ns([] {
          const KIRQL old_irql = Core::acquire_raise_to_dpc(&core_lock);
          compiler_barrier();
          Core::release(&core_lock, old_irql);
        }));
    add(irql, batch_ns([] {
          const KIRQL old_irql = KeRaiseIrqlToDpcLevel();
          compiler_barrier();
          KeLowerIrql(old_irql);
        }));
  }
  fmt::print("{:<16} {:>7.2f}", name, median(adaptor_ns));
  print(c);
  print(core);
  fmt::print(" {:>6.2f}\n", median(irql.ns));
}

void pin_to_first_allowed_processor() {
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  for (std::size_t processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(processor, &allowed)) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

}  // namespace
}  // namespace spinlab

int main() {
  spinlab::pin_to_first_allowed_processor();
  const std::string_view backend = SpinlabBackendName();
#define SPINLAB_LOCK(stem, Type) \
  if (backend == #stem) spinlab::measure<spinlab::Type>(#stem);
#include "algorithms/locks.def"
#undef SPINLAB_LOCK
  return EXIT_SUCCESS;
}
