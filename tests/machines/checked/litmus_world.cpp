#include "litmus_world.hpp"

#include <array>
#include <optional>

namespace spinlab::litmus {
namespace {

using Word = std::uint32_t;  // What can be slept on.
using Cell = Checked::Cell<Word>;

class World {
 public:
  explicit World(const Program& program) : program_(program) {}

  void run(int thread) {
    Word newest = 0;
    for (const Instruction& instruction : program_[static_cast<std::size_t>(thread)]) {
      if (instruction.only_after != kAlways && instruction.only_after != static_cast<int>(newest))
        continue;
      const Word operand =
          static_cast<Word>(instruction.operand) + (instruction.adds_register ? newest : 0);
      if (const std::optional<Word> read = perform(instruction, operand)) newest = *read;
    }
  }

  const Cell& cell(int location) const { return cells_[static_cast<std::size_t>(location)]; }

 private:
  std::optional<Word> perform(const Instruction& instruction, Word operand);
  std::optional<Word> wait(const Instruction& instruction, Word operand);
  std::optional<Word> access_part(const Instruction& instruction, std::uint8_t operand);

  const Program& program_;
  std::array<Cell, kMaxLocations> cells_{Cell(0), Cell(0), Cell(0)};
  Checked::Plain<Word> plain_{0};
};

std::optional<Word> World::perform(const Instruction& instruction, Word operand) {
  Cell& at = cells_[static_cast<std::size_t>(instruction.location)];
  switch (instruction.action) {
    case Action::kLoad:
      return at.load(instruction.order);
    case Action::kStore:
      at.store(operand, instruction.order);
      return std::nullopt;
    case Action::kExchange:
      return at.exchange(operand, instruction.order);
    case Action::kFetchAdd:
      return at.fetch_add(operand, instruction.order);
    case Action::kCompareExchange: {
      Word read = static_cast<Word>(instruction.expected);
      at.compare_exchange(read, operand, instruction.order, instruction.failure_order);
      return read;
    }
    case Action::kFence:
      Checked::fence(instruction.order);
      return std::nullopt;
    case Action::kPlainLoad:
      return plain_.load();
    case Action::kPlainStore:
      plain_.store(operand);
      return std::nullopt;
    default:
      return wait(instruction, operand);
  }
}

std::optional<Word> World::wait(const Instruction& instruction, Word operand) {
  Cell& at = cells_[static_cast<std::size_t>(instruction.location)];
  const auto expected = static_cast<Word>(instruction.expected);
  const auto is_expected = [expected](Word value) { return value == expected; };
  const auto is_other = [expected](Word value) { return value != expected; };
  switch (instruction.action) {
    case Action::kAwaitEqual:
      return at.await(is_expected, instruction.order);
    case Action::kAwaitOther:
      return at.await(is_other, instruction.order);
    case Action::kAwaitExchange:
      return at.await_exchange(operand, is_expected, instruction.order);
    case Action::kPark:
      Checked::park(at, expected);
      return std::nullopt;
    case Action::kWake:
      Checked::wake(at, operand);
      return std::nullopt;
    default:
      return access_part(instruction, static_cast<std::uint8_t>(operand));
  }
}

std::optional<Word> World::access_part(const Instruction& instruction, std::uint8_t operand) {
  Cell& at = cells_[static_cast<std::size_t>(instruction.location)];
  auto part = at.part<std::uint8_t, 1>();
  if (instruction.action == Action::kPartExchange) return part.exchange(operand, instruction.order);
  part.store(operand, instruction.order);
  return std::nullopt;
}

int cell_index(const checked::Graph& graph, const checked::Threads& threads, const void* address) {
  for (int cell = 0; cell < graph.cells; ++cell)
    if (threads.address_of(cell) == address) return cell;
  return -1;
}

}  // namespace

checked::Program checked_program(const Program& program) {
  return checked::program_of<World>(static_cast<int>(program.size()),
                                    [&program](void* at) { ::new (at) World(program); });
}

Outcome outcome_of(const checked::Graph& graph, const checked::Threads& threads) {
  Outcome outcome;
  for (int thread = 0; thread < graph.threads; ++thread) {
    std::vector<int>& registers = outcome.registers.emplace_back();
    for (int index = 0; index < graph.count(thread); ++index)
      if (checked::reads(graph.at(thread, index).kind))
        registers.push_back(checked::unpack<int>(graph.at(thread, index).value));
  }
  const auto& world = *static_cast<const World*>(threads.memory().world());
  for (int location = 0; location < kMaxLocations; ++location) {
    const int cell = cell_index(graph, threads, &world.cell(location));
    outcome.finals.push_back(
        cell < 0 ? 0 : checked::unpack<int>(graph.value_of(graph.messages(cell).back())));
  }
  return outcome;
}

}  // namespace spinlab::litmus
