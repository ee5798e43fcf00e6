// Mutation: one operation of a lock's text done otherwise, chosen at run time.
//
// A site is an atomic operation in the source: file, line, column and kind. The locks carry nothing for it;
// the machine's operations learn their site from std::source_location.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "machines/checked/event.hpp"

namespace spinlab::checked {

struct Site {
  std::string file;  // Its name, without folders.
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string function;  // Without scope and arguments.
  Op op = Op::kLoad;
  bool tests_first = false;  // An await_test_exchange: one site, two operations.
  memory_order order = memory_order::relaxed;
  memory_order failure_order = memory_order::relaxed;

  bool operator==(const Site& other) const {
    return line == other.line && column == other.column && op == other.op && file == other.file;
  }
};

struct Mutation {
  enum class Operator : std::uint8_t {
    kNone,
    kDropAcquire,     // acq_rel to release, acquire to relaxed.
    kDropRelease,     // acq_rel to acquire, release to relaxed.
    kDropTotalOrder,  // seq_cst to acq_rel.
    kRelax,           // acq_rel or seq_cst to relaxed.
    kRelaxFailure,    // A failing compare-exchange to relaxed.
    kStrengthen,      // To the strongest order below seq_cst.
    kDropStore,
    kSplit,          // A read-modify-write into a load and a store.
    kOneLook,        // An await returns whatever it reads first.
    kAlwaysSucceed,  // A compare-exchange that fails writes, and says that it succeeded.
    kTestOnly,       // A test-and-exchange enters on its test.
    kOrderOnTest,    // A test-and-exchange has its order on the test, not on the exchange.
  };

  Site site;
  Operator how = Operator::kNone;
};

const char* name_of(Mutation::Operator how);
const char* name_of(Op op);
const char* name_of(memory_order order);

// What changes the site's memory order to something weaker by one step, and what breaks its logic;
// an operator is listed only where it changes anything.
std::vector<Mutation> weaker_orders(const Site& site);
std::vector<Mutation> all_mutations(const Site& site);

// The order that the operator makes of `order` on an operation of that kind.
memory_order mutated_order(Mutation::Operator how, Op op, memory_order order);

// The name of a file without its folders.
std::string_view base_name(std::string_view path);
Site site_of(const Request& request);

}  // namespace spinlab::checked
