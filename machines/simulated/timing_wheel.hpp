// TimingWheel: a queue of events by time; those of equal time leave in the order of their entry.
//
// A slot a tick for the next kSlots ticks, found again by two levels of bits; what lies beyond waits
// in a heap. So an event costs the same with 2 and with 500 threads.
// Source     Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987.
// Threads: one.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "machines/simulated/model.hpp"

namespace spinlab::simulated {

class TimingWheel {
 public:
  static constexpr Ticks kNever = ~Ticks{0};

  TimingWheel() { first_.fill(kNone); }

  // When the next event is due; kNever if there is none.
  Ticks next() const { return next_; }

  // `now` is the time of the event that was taken last; `due` is not before it.
  void push(Ticks now, Ticks due, std::uint32_t event) {
    next_ = std::min(next_, due);
    if (due - now >= kSlots) [[unlikely]]
      push_far(due, event);
    else
      push_near(due, event);
  }

  // The event that is due at next(); there must be one.
  std::uint32_t pop() {
    const Ticks due = next_;
    const std::uint32_t event =
        !far_.empty() && far_.front().due == due ? pop_far() : pop_near(due);
    next_ = first_after(due);
    if (!far_.empty()) next_ = std::min(next_, far_.front().due);
    return event;
  }

 private:
  static constexpr std::uint32_t kSlots = 32768;  // 3.3 us: transfers, pauses, and most backoff.
  static constexpr std::uint32_t kWordBits = 64;
  static constexpr std::uint32_t kWords = kSlots / kWordBits;
  // Entries are as many as threads at most, and lines that they wait for: small numbers, so that the
  // slots stay in the host's cache.
  using EntryIndex = std::uint16_t;
  static constexpr EntryIndex kNone = std::numeric_limits<EntryIndex>::max();

  struct Entry {
    std::uint32_t event;
    EntryIndex next;
  };
  struct FarEvent {
    Ticks due;
    std::uint64_t order;
    std::uint32_t event;
  };
  static bool is_later(const FarEvent& one, const FarEvent& other) {
    return one.due != other.due ? one.due > other.due : one.order > other.order;
  }

  void push_near(Ticks due, std::uint32_t event) {
    const EntryIndex entry = new_entry(event);
    const auto slot = static_cast<std::uint32_t>(due % kSlots);
    if (first_[slot] == kNone) {
      first_[slot] = entry;
      slots_used_[slot / kWordBits] |= bit(slot);
      words_used_[slot / kWordBits / kWordBits] |= bit(slot / kWordBits);
    } else {
      entries_[last_[slot]].next = entry;
    }
    last_[slot] = entry;
  }

  std::uint32_t pop_near(Ticks due) {
    const auto slot = static_cast<std::uint32_t>(due % kSlots);
    const EntryIndex entry = first_[slot];
    first_[slot] = entries_[entry].next;
    if (first_[slot] == kNone) {
      const std::uint32_t word = slot / kWordBits;
      slots_used_[word] &= ~bit(slot);
      if (slots_used_[word] == 0) words_used_[word / kWordBits] &= ~bit(word);
    }
    entries_[entry].next = free_;
    free_ = entry;
    return entries_[entry].event;
  }

  // A far event precedes a near one of the same time: it came earlier.
  void push_far(Ticks due, std::uint32_t event) {
    far_.push_back({due, order_++, event});
    std::push_heap(far_.begin(), far_.end(), is_later);
  }

  std::uint32_t pop_far() {
    const std::uint32_t event = far_.front().event;
    std::pop_heap(far_.begin(), far_.end(), is_later);
    far_.pop_back();
    return event;
  }

  EntryIndex new_entry(std::uint32_t event) {
    if (free_ == kNone) {
      entries_.push_back({event, kNone});
      return static_cast<EntryIndex>(entries_.size() - 1);
    }
    const EntryIndex entry = free_;
    free_ = entries_[entry].next;
    entries_[entry] = {event, kNone};
    return entry;
  }

  // The first due time from `from` on in the wheel: all of its events lie within kSlots of it.
  Ticks first_after(Ticks from) const {
    const auto slot = static_cast<std::uint32_t>(from % kSlots);
    const std::uint32_t word = slot / kWordBits;
    if (const std::uint64_t later = slots_used_[word] >> (slot % kWordBits); later != 0)
      return from + static_cast<Ticks>(std::countr_zero(later));
    // Round to the same word, whose lower slots come last.
    for (std::uint32_t at = word + 1; at <= word + kWords;) {
      const std::uint32_t candidate = at % kWords;
      const std::uint64_t words = words_used_[candidate / kWordBits] >> (candidate % kWordBits);
      if (words == 0) {
        at += kWordBits - candidate % kWordBits;
        continue;
      }
      const std::uint32_t used =
          (candidate + static_cast<std::uint32_t>(std::countr_zero(words))) % kWords;
      const std::uint32_t found =
          used * kWordBits + static_cast<std::uint32_t>(std::countr_zero(slots_used_[used]));
      return from + (found - slot) % kSlots;
    }
    return kNever;
  }

  static std::uint64_t bit(std::uint32_t index) { return std::uint64_t{1} << (index % kWordBits); }

  std::array<EntryIndex, kSlots> first_;
  std::array<EntryIndex, kSlots> last_{};
  std::array<std::uint64_t, kWords> slots_used_{};
  std::array<std::uint64_t, kWords / kWordBits> words_used_{};
  std::vector<Entry> entries_;
  EntryIndex free_ = kNone;
  std::vector<FarEvent> far_;
  std::uint64_t order_ = 0;
  Ticks next_ = kNever;
};

}  // namespace spinlab::simulated
