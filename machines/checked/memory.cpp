#include "machines/checked/memory.hpp"

#include <algorithm>
#include <stdexcept>

namespace spinlab::checked {
namespace {

constexpr std::size_t kAlignment = 128;
constexpr std::size_t kPage = 4096;
constexpr std::uint8_t kUnnumbered = 255;
static_assert(kMaxCells < kUnnumbered);

constexpr std::size_t up_to(std::size_t bytes, std::size_t multiple) {
  return (bytes + multiple - 1) / multiple * multiple;
}

}  // namespace

Memory::Memory(std::size_t world_bytes, int threads)
    : slots_at_(up_to(world_bytes, kAlignment)),
      heaps_at_(slots_at_ + kSlotsBytes),
      stacks_at_(up_to(heaps_at_ + static_cast<std::size_t>(threads) * kHeapBytes, kPage)),
      size_(stacks_at_ + static_cast<std::size_t>(threads) * kStackBytes),
      bytes_(static_cast<char*>(::operator new(size_, std::align_val_t{kPage}))),
      cells_(size_, 0) {}

char* Memory::stack_top(int thread) const {
  return bytes_.get() + stacks_at_ + static_cast<std::size_t>(thread + 1) * kStackBytes;
}

void Memory::declare(const void* address) {
  std::uint8_t& mark = cells_[offset_of(address)];
  if (mark == 0) mark = kUnnumbered;
}

Memory::Place Memory::place_of(const void* address) const {
  if (!contains(address)) return Place::kStray;
  const std::uint8_t mark = cells_[offset_of(address)];
  return mark == 0 ? Place::kStray : mark == kUnnumbered ? Place::kNew : Place::kKnown;
}

std::uint8_t Memory::index_of_cell(const void* address) const {
  return static_cast<std::uint8_t>(cells_[offset_of(address)] - 1);
}

void Memory::number(const void* address, std::uint8_t index) {
  cells_[offset_of(address)] = static_cast<std::uint8_t>(index + 1);
}

void* Memory::slot(int thread, const void* key, Kind kind, void (*build)(void*)) {
  for (const Slot& slot : slots_)
    if (slot.object.thread == thread && slot.object.key == key) return slot.at();
  if (slots_used_ + kind.bytes > kSlotsBytes)
    throw std::length_error("the checked program's slots need more than 128 KB");
  void* const at = bytes_.get() + slots_at_ + slots_used_;
  slots_used_ += up_to(kind.bytes, kAlignment);
  slots_.push_back({{.kind = kind, .thread = thread, .key = key, .at = at}, build});
  build(at);
  return at;
}

void Memory::rebuild_slots(int thread) {
  for (const Slot& slot : slots_)
    if (slot.object.thread == thread) slot.build(slot.at());
}

void* Memory::allocate(int thread, Kind kind) {
  const auto of = static_cast<std::size_t>(thread);
  if (heap_used_[of] + kind.bytes > kHeapBytes)
    throw std::length_error("a checked thread makes objects of more than 16 KB");
  void* const at = bytes_.get() + heaps_at_ + of * kHeapBytes + heap_used_[of];
  heap_used_[of] += up_to(kind.bytes, kAlignment);
  const auto alike = std::count_if(made_[of].begin(), made_[of].end(),
                                   [&](const Object& made) { return made.kind.name == kind.name; });
  made_[of].push_back({.kind = kind,
                       .thread = thread,
                       .number = static_cast<int>(alike) + 1,
                       .key = nullptr,
                       .at = at});
  return at;
}

void Memory::forget_heap(int thread) {
  heap_used_[static_cast<std::size_t>(thread)] = 0;
  made_[static_cast<std::size_t>(thread)].clear();
}

const Memory::Object* Memory::object_at(const void* address) const {
  const auto holds = [address](const Object& object) {
    const auto* const begin = static_cast<const char*>(object.at);
    return address >= begin && address < begin + object.kind.bytes;
  };
  for (const Slot& slot : slots_)
    if (holds(slot.object)) return &slot.object;
  for (const std::vector<Object>& of_thread : made_)
    for (const Object& object : of_thread)
      if (holds(object)) return &object;
  return nullptr;
}

int Memory::stack_at(const void* address) const {
  const std::size_t offset = offset_of(address);
  if (offset < stacks_at_ || offset >= size_) return -1;
  return static_cast<int>((offset - stacks_at_) / kStackBytes);
}

}  // namespace spinlab::checked
