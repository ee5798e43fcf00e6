#include "litmus_program.hpp"

#include <array>

namespace spinlab::litmus {
namespace {

const char* name_of(memory_order order) {
  constexpr std::array kNames = {"relaxed", "consume", "acquire", "release", "acq_rel", "seq_cst"};
  return kNames[static_cast<std::size_t>(order)];
}

const char* name_of(Action action) {
  constexpr std::array kNames = {
      "load",          "store",       "exchange",    "fetch_add",      "compare_exchange",
      "fence",         "await_equal", "await_other", "await_exchange", "part_store",
      "part_exchange", "park",        "wake",        "plain_load",     "plain_store"};
  return kNames[static_cast<std::size_t>(action)];
}

std::string text_of(const Instruction& instruction) {
  std::string text;
  if (instruction.only_after != kAlways)
    text += "if " + std::to_string(instruction.only_after) + " ";
  text += name_of(instruction.action);
  text += std::string(" ") + "xyz"[instruction.location];
  text += " operand " + std::to_string(instruction.operand);
  if (instruction.adds_register) text += " + register";
  text += " expected " + std::to_string(instruction.expected);
  return text + " " + name_of(instruction.order) + "/" + name_of(instruction.failure_order);
}

}  // namespace

std::string text_of(const Program& program) {
  std::string text;
  for (std::size_t thread = 0; thread < program.size(); ++thread) {
    text += "T" + std::to_string(thread) + ":";
    for (const Instruction& instruction : program[thread]) text += " " + text_of(instruction) + ";";
    text += "\n";
  }
  return text;
}

std::string registers_text(const Outcome& outcome) {
  std::string text;
  for (const std::vector<int>& registers : outcome.registers) {
    if (registers.empty()) continue;
    if (!text.empty()) text += " |";
    for (const int value : registers) text += (text.empty() ? "" : " ") + std::to_string(value);
  }
  return text;
}

std::string full_text(const Outcome& outcome, int locations) {
  std::string text = registers_text(outcome) + " ->";
  for (int location = 0; location < locations; ++location)
    text += " " + std::to_string(outcome.finals[static_cast<std::size_t>(location)]);
  return text;
}

}  // namespace spinlab::litmus
