#include "machines/checked/seq_cst.hpp"

#include <vector>

#include "machines/checked/relation.hpp"

namespace spinlab::checked {
namespace {

bool is_total(const Event& event) {
  const Request& request = event.request;
  if (request.op > Op::kFence) return false;
  if (request.op == Op::kPartStore && event.kind == Kind::kUpdateRead) return false;
  const bool failed = request.op == Op::kCompareExchange && event.kind == Kind::kRead;
  return (failed ? request.failure_order : request.order) == memory_order::seq_cst;
}

int count_total(const Graph& graph) {
  int count = 0;
  for (int thread = 0; thread < graph.threads; ++thread)
    for (int index = 0; index < graph.count(thread); ++index)
      count += is_total(graph.at(thread, index)) ? 1 : 0;
  return count;
}

class Axiom {
 public:
  explicit Axiom(const Graph& graph) : graph_(graph) {
    for (int thread = 0; thread < graph.threads; ++thread)
      for (int index = 0; index < graph.count(thread); ++index)
        events_.push_back(event_id(thread, index));
  }

  bool holds() const {
    const std::size_t size = events_.size();
    Relation hb(size), coherence(size), order_here(size), elsewhere(size), same_cell(size);
    fill(hb, coherence, order_here, elsewhere, same_cell);
    Relation coherence_closed = coherence;
    coherence_closed.close_transitively();

    // scb: program order; happens-before between different cells, or at one; and coherence.
    Relation scb = order_here;
    scb |= elsewhere.then(hb).then(elsewhere);
    scb |= same_cell;
    scb |= without_reads_from(coherence);

    Relation left(size), right(size);
    ends(hb, left, right);
    Relation psc = left.then(scb).then(right);
    Relation between_fences = hb;
    between_fences |= hb.then(coherence_closed).then(hb);
    psc |= fences().then(between_fences).then(fences());
    psc.close_transitively();
    return !psc.is_reflexive_somewhere();
  }

 private:
  const Event& event(std::size_t at) const { return graph_.at(events_[at]); }
  bool is_total_fence(std::size_t at) const {
    return is_total(event(at)) && event(at).request.op == Op::kFence;
  }
  bool is_same_cell(std::size_t a, std::size_t b) const {
    return touches_cell(event(a).request.op) && touches_cell(event(b).request.op) &&
           event(a).request.cell == event(b).request.cell;
  }
  int position(std::size_t at) const {
    return writes(event(at).kind) ? event(at).position : graph_.position_of(event(at).source);
  }

  // `coherence` is modification order, reads-from and from-read together.
  void fill(Relation& hb, Relation& coherence, Relation& order_here, Relation& elsewhere,
            Relation& same_cell) const {
    for (std::size_t a = 0; a < events_.size(); ++a)
      for (std::size_t b = 0; b < events_.size(); ++b) {
        if (a == b) continue;
        const bool same_thread = thread_of(events_[a]) == thread_of(events_[b]);
        const bool before = same_thread ? events_[a] < events_[b] : event(b).before.has(events_[a]);
        if (before) hb.add(a, b);
        if (before && same_thread) order_here.add(a, b);
        if (is_same_cell(a, b)) {
          if (before) same_cell.add(a, b);
          if (is_coherent(a, b) || event(b).source == events_[a]) coherence.add(a, b);
        } else if (before && same_thread) {
          elsewhere.add(a, b);
        }
      }
  }

  // Modification order or from-read.
  bool is_coherent(std::size_t a, std::size_t b) const {
    return writes(event(b).kind) && position(a) < position(b);
  }
  Relation without_reads_from(const Relation& coherence) const {
    Relation result(events_.size());
    for (std::size_t a = 0; a < events_.size(); ++a)
      for (std::size_t b = 0; b < events_.size(); ++b)
        if (coherence.has(a, b) && is_coherent(a, b)) result.add(a, b);
    return result;
  }

  // [sc] with, around fences, what happens before and after them.
  void ends(const Relation& hb, Relation& left, Relation& right) const {
    for (std::size_t a = 0; a < events_.size(); ++a) {
      if (is_total(event(a))) left.add(a, a), right.add(a, a);
      for (std::size_t b = 0; b < events_.size(); ++b) {
        if (is_total_fence(a) && hb.has(a, b)) left.add(a, b);
        if (is_total_fence(b) && hb.has(a, b)) right.add(a, b);
      }
    }
  }

  Relation fences() const {
    Relation result(events_.size());
    for (std::size_t at = 0; at < events_.size(); ++at)
      if (is_total_fence(at)) result.add(at, at);
    return result;
  }

  const Graph& graph_;
  std::vector<Id> events_;
};

}  // namespace

bool is_seq_cst_consistent(const Graph& graph) {
  return count_total(graph) < 2 || Axiom(graph).holds();
}

}  // namespace spinlab::checked
