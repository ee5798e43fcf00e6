#include "machines/checked/names.hpp"

namespace spinlab::checked {

Names::Names(const Graph& graph, const Threads& threads)
    : threads_(threads),
      members_(static_cast<std::size_t>(graph.cells)),
      holds_pointers_(static_cast<std::size_t>(graph.cells)) {
  for (int thread = 0; thread < graph.threads; ++thread)
    for (int index = 0; index < graph.count(thread); ++index) {
      const Event& event = graph.at(thread, index);
      if (touches_cell(event.request.op)) learn(event.request, event.value);
    }
}

void Names::learn(const Request& request, Value value) {
  const auto cell = static_cast<std::size_t>(request.cell);
  if (cell >= members_.size()) return;
  if (members_[cell].empty())
    members_[cell] = text_at(request.where.file_name(), request.where.line()).member;
  if (threads_.memory().contains(reinterpret_cast<const void*>(value)))
    holds_pointers_[cell] = true;
}

// The smallest object that the address is in.
std::string Names::object_at(const void* address) const {
  const Threads::NamedObject* best = nullptr;
  for (const auto& object : threads_.names()) {
    const auto* const begin = static_cast<const char*>(object.at);
    if (address < begin || address >= begin + object.bytes) continue;
    if (best == nullptr || object.bytes < best->bytes) best = &object;
  }
  if (best != nullptr) return best->name;
  return "world+" + std::to_string(threads_.memory().offset_of(address));
}

std::string Names::cell(int index) const {
  const std::string object = object_at(threads_.address_of(index));
  const std::string& member = members_[static_cast<std::size_t>(index)];
  return member.empty() || member == object ? object : object + "." + member;
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

std::string Names::site(const Request& request) {
  const SiteText text = text_at(request.where.file_name(), request.where.line());
  if (!text.label.empty()) return text.label;
  return std::string(base_name(request.where.file_name())) + ":" +
         std::to_string(request.where.line());
}

}  // namespace spinlab::checked
