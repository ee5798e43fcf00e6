#include "machines/checked/names.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace spinlab::checked {
namespace {

// "WaitingNode" is "waiting node".
std::string words_of(std::string_view type) {
  std::string words;
  for (const char letter : type) {
    const bool begins = std::isupper(static_cast<unsigned char>(letter)) != 0;
    if (begins && !words.empty()) words += ' ';
    words += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return words;
}

}  // namespace

Names::Names(const Graph& graph, const Threads& threads)
    : threads_(threads),
      members_(static_cast<std::size_t>(graph.cells)),
      holds_pointers_(static_cast<std::size_t>(graph.cells)) {
  for (int thread = 0; thread < graph.threads; ++thread)
    for (int index = 0; index < graph.count(thread); ++index) {
      const Event& event = graph.at(thread, index);
      if (touches_cell(event.request.op)) learn(event.request, event.value);
    }
  name_cells();
}

void Names::learn(const Request& request, Value value) {
  const auto cell = static_cast<std::size_t>(request.cell);
  if (cell >= members_.size()) return;
  if (members_[cell].empty()) members_[cell] = text_of(request.where).member;
  if (threads_.memory().contains(reinterpret_cast<const void*>(value)))
    holds_pointers_[cell] = true;
}

// The smallest object with a name of its own that the address is in; else what the machine made
// there, or whose stack it is.
std::string Names::object_at(const void* address) const {
  const Threads::NamedObject* best = nullptr;
  for (const auto& object : threads_.names()) {
    const auto* const begin = static_cast<const char*>(object.at);
    if (address < begin || address >= begin + object.bytes) continue;
    if (best == nullptr || object.bytes < best->bytes) best = &object;
  }
  if (best != nullptr) return best->name;
  const Memory& memory = threads_.memory();
  if (const Memory::Object* const made = memory.object_at(address)) return object_of_machine(*made);
  if (const int thread = memory.stack_at(address); thread >= 0)
    return "stack of thread " + std::to_string(thread);
  return "world+" + std::to_string(memory.offset_of(address));
}

std::string Names::object_of_machine(const Memory::Object& object) const {
  std::string name = words_of(object.kind.name);
  const Memory& memory = threads_.memory();
  if (memory.contains(object.key)) {  // It belongs to a cell, as sleepers do.
    const bool known = memory.place_of(object.key) == Memory::Place::kKnown;
    return name + " of " +
           (known ? name_of_cell(memory.index_of_cell(object.key)) : object_at(object.key));
  }
  if (object.number > 0) name += " " + std::to_string(object.number);
  if (object.thread != Memory::kAllThreads) name += " of thread " + std::to_string(object.thread);
  return name;
}

std::string Names::name_of_cell(int index) const {
  if (index >= threads_.cells()) return "cell " + std::to_string(index);
  const void* const address = threads_.address_of(index);
  std::string object = object_at(address);
  const Memory::Object* const made = threads_.memory().object_at(address);
  if (made != nullptr && threads_.memory().contains(made->key)) return object;
  const std::string& member = members_[static_cast<std::size_t>(index)];
  return member.empty() || member == object ? object : object + "." + member;
}

// Cells that would share a name are numbered by their addresses.
void Names::name_cells() {
  std::map<std::string, std::vector<int>> by_name;
  for (int index = 0; index < static_cast<int>(members_.size()); ++index)
    by_name[name_of_cell(index)].push_back(index);
  cells_.resize(members_.size());
  for (auto& [name, alike] : by_name) {
    if (alike.back() < threads_.cells())
      std::ranges::sort(alike, {}, [this](int index) { return threads_.address_of(index); });
    for (std::size_t at = 0; at < alike.size(); ++at)
      cells_[static_cast<std::size_t>(alike[at])] =
          at == 0 ? name : name + "#" + std::to_string(at + 1);
  }
}

std::string Names::value(Value value) const {
  const auto* const address = reinterpret_cast<const void*>(value);
  if (threads_.memory().contains(address)) return object_at(address);
  return std::to_string(value);
}

std::string Names::value_in(int cell, Value value) const {
  return value == 0 && holds_pointers_[static_cast<std::size_t>(cell)] ? "null"
                                                                       : this->value(value);
}

std::string Names::event(Id id) const {
  return "T" + std::to_string(thread_of(id)) + "." + std::to_string(index_of(id));
}

std::string Names::message(Id id) const { return is_initial(id) ? "the first value" : event(id); }

std::string Names::place(const std::source_location& where) {
  return std::string(base_name(where.file_name())) + ":" + std::to_string(where.line());
}

std::string Names::site(const Request& request) {
  if (request.where.line() == 0) return "";
  const SiteText text = text_of(request.where);
  if (!text.label.empty()) return text.label;
  const std::string place = Names::place(request.where);
  return text.in_line == 0 ? place : place + "#" + std::to_string(text.in_line + 1);
}

}  // namespace spinlab::checked
