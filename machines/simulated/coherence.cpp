#include "machines/simulated/coherence.hpp"

#include <algorithm>

namespace spinlab::simulated {

Coherence::Coherence(const Model& model, std::uint64_t seed)
    : model_(model),
      random_(seed),
      words_(ProcessorSet::words_for(model.processors)),
      within_(model.processors * model.classes.size()),
      leaving_(model.processors) {
  const auto classes = static_cast<std::uint32_t>(model.classes.size());
  for (std::uint32_t processor = 0; processor < model.processors; ++processor) {
    ProcessorSet* const sets = &within_[std::size_t{processor} * classes];
    for (std::uint32_t other = 0; other < model.processors; ++other) {
      const std::uint32_t nearest = other == processor ? 0 : class_of(processor, other);
      for (std::uint32_t farther = nearest; farther < classes; ++farther) sets[farther].add(other);
    }
  }
}

Service Coherence::fetch(Line& line, std::uint32_t processor, Ticks start) {
  ++transfers_;
  if (line.owner != kNobody) {
    const std::uint32_t owner = line.owner;
    const Service service =
        this->service(start, price(class_of(processor, owner), line, processor));
    leave(line, owner, service.effect);
    if (model_.migratory && line.written) {
      line.owner = processor;
      line.written = false;
    } else {
      line.owner = kNobody;
      line.supplier = model_.protocol == Protocol::kMesif ? processor : owner;
      share(line, owner);
      share(line, processor);
    }
    return service;
  }
  if (line.sharer_count > 0) {
    const Ticks ticks = price(supplying_class(line, processor), line, processor);
    if (model_.protocol == Protocol::kMesif) line.supplier = processor;
    share(line, processor);
    return service(start, ticks);
  }
  line.owner = processor;
  return service(start, jittered(model_.memory));
}

Service Coherence::own(Line& line, std::uint32_t processor, Ticks start, Ticks extra) {
  ++transfers_;
  const Ticks ticks = ownership_price(line, processor);
  Service service = this->service(start, ticks);
  service.done += extra;
  if (line.owner != kNobody) leave(line, line.owner, service.effect);
  line.owner = processor;
  line.written = true;
  line.sharers.clear(words_);
  line.sharer_count = 0;
  return service;
}

void Coherence::leave(const Line& line, std::uint32_t processor, Ticks until) {
  std::array<Leaving, 2>& leaving = leaving_[processor];
  if (leaving[0].line != &line) leaving[1] = leaving[0];
  leaving[0] = {&line, until};
}

std::uint32_t Coherence::supplying_class(const Line& line, std::uint32_t processor) const {
  const std::uint32_t nearest = nearest_sharer_class(line, processor);
  if (model_.protocol == Protocol::kMesi || line.supplier == kNobody) return nearest;
  if (!line.sharers.has(line.supplier)) return nearest;
  const std::uint32_t supplying = class_of(processor, line.supplier);
  // A package with a copy answers by itself (its last-level cache has it); else the forwarder.
  const bool same_package = model_.protocol == Protocol::kMesif && nearest < supplying;
  return same_package ? nearest : supplying;
}

std::uint32_t Coherence::nearest_sharer_class(const Line& line, std::uint32_t processor) const {
  const auto last = static_cast<std::uint32_t>(model_.classes.size() - 1);
  std::uint32_t nearest = 0;
  while (nearest < last && !line.sharers.has_any_of(within(processor, nearest), words_)) ++nearest;
  return nearest;
}

std::uint32_t Coherence::farthest_sharer_class(const Line& line, std::uint32_t processor) const {
  auto farthest = static_cast<std::uint32_t>(model_.classes.size() - 1);
  while (farthest > 0 && !line.sharers.has_any_outside(within(processor, farthest - 1), words_))
    --farthest;
  return farthest;
}

Ticks Coherence::ownership_price(Line& line, std::uint32_t processor) {
  if (line.owner != kNobody) return price(class_of(processor, line.owner), line, processor);
  const std::uint32_t others = line.sharer_count - (line.sharers.has(processor) ? 1U : 0U);
  if (line.sharer_count == 0) return jittered(model_.memory);
  const std::uint32_t further = others > 1 ? others - 1 : 0;
  return price(farthest_sharer_class(line, processor), line, processor) +
         model_.invalidate * further;
}

Ticks Coherence::price(std::uint32_t latency_class, const Line& line, std::uint32_t processor) {
  const LatencyClass& cost = model_.classes[latency_class];
  return jittered(line.home == model_.package[processor] ? cost.ticks : cost.far_home_ticks);
}

// When the line leaves is drawn by itself: if it were a fixed share of the transfer, an owner would
// do the same number of operations before it goes, each time, and whoever comes in the midst of the
// same one would find the lock held for ever.
Service Coherence::service(Ticks start, Ticks ticks) {
  const Ticks leaves = ticks * model_.hold_percent / 100;
  const Ticks spread = ticks * model_.jitter_percent / 100;
  if (leaves == 0 || spread == 0) return {start + leaves, start + ticks};
  const Ticks least = leaves - std::min(leaves, spread);
  const Ticks most = std::min(leaves + spread, ticks);
  return {start + least + random_.below(static_cast<std::uint32_t>(most - least + 1)),
          start + ticks};
}

// Uniformly.
Ticks Coherence::jittered(Ticks ticks) {
  if (model_.jitter_percent == 0) return ticks;
  const auto most = static_cast<std::uint32_t>(ticks * model_.jitter_percent / 100);
  return ticks - most + random_.below(2 * most + 1);
}

}  // namespace spinlab::simulated
