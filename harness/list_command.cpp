// spinlab list: everything that can be measured.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "harness/commands.hpp"
#include "harness/contestants.hpp"
#include "harness/context.hpp"

namespace spinlab {
namespace {

void print_table() {
  const char* const row = "{:<16} {:<6} {:<13} {:<9} {:>5}  {:<7} {}\n";
  fmt::print(fmt::runtime(row), "name", "kind", "family", "fairness", "words", "node", "title");
  for (const Entrant& entrant : entrants()) {
    const Contestant& c = entrant.contestant;
    fmt::print(fmt::runtime(row), c.name, c.kind, c.family, c.fairness, c.words, c.node, c.title);
  }
}

}  // namespace

void add_list_command(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("list", "Show every lock, peer and floor");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print a JSON array, with sources and years");
  command->footer("Example: the names of all locks\n  spinlab list --json | jq -r '.[].name'");
  command->callback([json] {
    if (*json) {
      fmt::print("{}", contestants_json());
    } else {
      print_table();
    }
  });
}

}  // namespace spinlab
