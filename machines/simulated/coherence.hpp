// Coherence: what a request costs, and where the line is afterwards.
//
// Knows processors and lines, no threads; who waits for what is the simulation's business. A miss
// changes the line's state when its service begins, and takes effect when the line leaves its old
// owner, model.hold_percent of the transfer later: until then the old owner still hits.
// Threads: one object a simulation.
#pragma once

#include <array>
#include <vector>

#include "machines/simulated/line.hpp"
#include "machines/splitmix.hpp"

namespace spinlab::simulated {

// When an access takes effect, and when its processor goes on.
struct Service {
  Ticks effect = 0;
  Ticks done = 0;
};

class Coherence {
 public:
  // `model` must outlive this.
  Coherence(const Model& model, std::uint64_t seed);

  // Whether the processor reads (writes) the line at `now` without a transfer.
  bool reads_at_once(const Line& line, std::uint32_t processor, Ticks now) const {
    return line.owner == processor || line.sharers.has(processor) ||
           is_leaving(line, processor, now);
  }
  bool writes_at_once(const Line& line, std::uint32_t processor, Ticks now) const {
    return line.owner == processor || is_leaving(line, processor, now);
  }

  // Misses that begin at `start`; the line is then busy for some time.
  Service fetch(Line& line, std::uint32_t processor, Ticks start);
  Service own(Line& line, std::uint32_t processor, Ticks start, Ticks extra);

  std::uint64_t transfers() const { return transfers_; }

 private:
  struct Leaving {
    const Line* line = nullptr;
    Ticks until = 0;
  };

  bool is_leaving(const Line& line, std::uint32_t processor, Ticks now) const {
    for (const Leaving& leaving : leaving_[processor])
      if (leaving.line == &line && now < leaving.until) return true;
    return false;
  }
  void leave(const Line& line, std::uint32_t processor, Ticks until);

  std::uint32_t class_of(std::uint32_t processor, std::uint32_t other) const {
    return model_.class_between[processor * model_.processors + other];
  }
  // The processors at most that far, the processor itself included.
  const ProcessorSet& within(std::uint32_t processor, std::uint32_t latency_class) const {
    return within_[processor * model_.classes.size() + latency_class];
  }
  std::uint32_t supplying_class(const Line& line, std::uint32_t processor) const;
  std::uint32_t nearest_sharer_class(const Line& line, std::uint32_t processor) const;
  std::uint32_t farthest_sharer_class(const Line& line, std::uint32_t processor) const;
  Ticks price(std::uint32_t latency_class, const Line& line, std::uint32_t processor);
  Ticks ownership_price(Line& line, std::uint32_t processor);
  Ticks jittered(Ticks ticks);
  Service service(Ticks start, Ticks ticks);
  static void share(Line& line, std::uint32_t processor) {
    line.sharers.add(processor);
    ++line.sharer_count;
  }

  const Model& model_;
  SplitMix random_;
  std::uint32_t words_;
  std::vector<ProcessorSet> within_;
  std::vector<std::array<Leaving, 2>> leaving_;  // Of each processor, the latest first.
  std::uint64_t transfers_ = 0;
};

}  // namespace spinlab::simulated
