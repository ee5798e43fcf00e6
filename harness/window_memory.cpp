#include "harness/window_memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

namespace spinlab {
namespace {

constexpr std::size_t kLineBytes = 64;
constexpr std::size_t kCheckOffset = kLineBytes - sizeof(spinlab_check);  // Ends its line.
constexpr std::size_t kMostOffsetPairs = 64;

std::size_t round_up(std::size_t bytes) {
  constexpr std::size_t kMask = WindowMemory::kLinePair - 1;
  return (bytes + kMask) & ~kMask;
}

}  // namespace

void WindowMemory::Free::operator()(std::byte* memory) const { std::free(memory); }

WindowMemory::WindowMemory(const Shape& shape) : shape_(shape) {
  const auto threads = static_cast<std::size_t>(shape.threads);
  const std::size_t private_bytes = static_cast<std::size_t>(shape.workload.private_lines) *
                                    SPINLAB_PRIVATE_LINE_STRIDE * sizeof(std::uint64_t);
  const std::size_t per_thread =
      round_up(shape.door->lock_bytes) + 2 * kLinePair + round_up(shape.door->node_bytes) +
      round_up(sizeof(spinlab_worker)) + round_up(private_bytes) + 4 * kLinePair +
      (shape.workload.has_queue ? round_up(sizeof(spinlab_packet_queue)) : 0);
  capacity_ = kMostOffsetPairs * kLinePair + (threads + 1) * per_thread;
  memory_.reset(static_cast<std::byte*>(std::aligned_alloc(kLinePair, round_up(capacity_))));
  if (memory_ == nullptr) throw std::bad_alloc();
  std::memset(memory_.get(), 0, capacity_);  // Also: no first touch inside a window.
  used_ = shape.offset_pairs % kMostOffsetPairs * kLinePair;

  const int locks = shape.lock_per_thread ? shape.threads : 1;
  for (int lock = 0; lock < locks; ++lock) {
    place_lock();
    if (shape.workload.has_queue) place_queue();
  }
  for (int thread = 0; thread < shape.threads; ++thread) place_worker(thread);
  assert_apart();
  if (shape.door->attach == nullptr) return;
  for (spinlab_worker* worker : workers_) shape.door->attach(worker);
}

WindowMemory::~WindowMemory() {
  for (const spinlab_worker* worker : workers_) shape_.door->destroy_node(worker->node);
  for (void* lock : locks_) shape_.door->destroy(lock);
}

std::byte* WindowMemory::take(std::size_t bytes) {
  std::byte* const begin = memory_.get() + used_;
  used_ += round_up(bytes == 0 ? 1 : bytes);
  if (used_ > capacity_) throw std::logic_error("window memory: capacity miscounted");
  extents_.push_back({begin, bytes});
  return begin;
}

void WindowMemory::place_lock() {
  const bool shares_line =
      shape_.workload.check_on_lock_line && shape_.door->lock_bytes <= kCheckOffset;
  std::byte* const lock = take(shares_line ? kLineBytes : shape_.door->lock_bytes);
  std::byte* const check = shares_line ? lock + kCheckOffset : take(sizeof(spinlab_check));
  shape_.door->construct(lock);
  locks_.push_back(lock);
  checks_.push_back(new (check) spinlab_check{});
}

void WindowMemory::place_queue() {
  auto* const queue = new (take(sizeof(spinlab_packet_queue))) spinlab_packet_queue;
  spinlab_fill_queue(queue, SPINLAB_PACKETS / 2);  // To be taken from and added to.
  queues_.push_back(queue);
}

void WindowMemory::place_worker(int thread) {
  std::byte* const node = take(shape_.door->node_bytes);
  std::byte* const words = take(static_cast<std::size_t>(shape_.workload.private_lines) *
                                SPINLAB_PRIVATE_LINE_STRIDE * sizeof(std::uint64_t));
  auto* const worker = new (take(sizeof(spinlab_worker))) spinlab_worker{};
  const std::size_t lock = shape_.lock_per_thread ? static_cast<std::size_t>(thread) : 0;
  shape_.door->construct_node(node);
  worker->lock = locks_[lock];
  worker->node = node;
  worker->check = checks_[lock];
  if (shape_.workload.has_queue) worker->queue = queues_[lock];
  worker->private_words = reinterpret_cast<std::uint64_t*>(words);
  worker->private_lines = static_cast<std::uint64_t>(shape_.workload.private_lines);
  worker->id = static_cast<std::uint64_t>(thread) + 1;
  workers_.push_back(worker);
}

bool WindowMemory::is_intact() const {
  if (!std::ranges::all_of(queues_, spinlab_queue_is_intact)) return false;
  return shape_.door->is_intact == nullptr || std::ranges::all_of(locks_, shape_.door->is_intact);
}

// By the addresses themselves: whoever changes the layout above is told by the next run.
void WindowMemory::assert_apart() const {
  const auto pair_of = [](const std::byte* address) {
    return reinterpret_cast<std::uintptr_t>(address) / kLinePair;
  };
  for (std::size_t i = 1; i < extents_.size(); ++i) {
    const Extent& below = extents_[i - 1];
    const std::size_t last = below.bytes == 0 ? 0 : below.bytes - 1;
    if (pair_of(below.begin + last) >= pair_of(extents_[i].begin)) {
      throw std::logic_error("window memory: two objects share a line pair");
    }
  }
}

}  // namespace spinlab
