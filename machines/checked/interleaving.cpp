#include "machines/checked/interleaving.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace spinlab::checked {
namespace {

class Order {
 public:
  explicit Order(const Graph& graph) : graph_(graph) {}

  bool is_done(int thread) const { return done(thread) >= graph_.count(thread); }
  bool is_ready(int thread) const {
    if (is_done(thread)) return false;
    const Clock& causes = graph_.at(thread, done(thread)).causes;
    for (int other = 0; other < graph_.threads; ++other)
      if (other != thread && causes.count(other) > done(other)) return false;
    return true;
  }
  Id take(int thread) {
    const Id id = event_id(thread, done(thread));
    done_[static_cast<std::size_t>(thread)] += graph_.at(id).kind == Kind::kUpdateRead ? 2 : 1;
    return id;
  }

 private:
  int done(int thread) const { return done_[static_cast<std::size_t>(thread)]; }

  const Graph& graph_;
  std::array<int, kMaxThreads> done_{};
};

std::vector<Id> order_from(const Graph& graph, int first) {
  std::vector<Id> events;
  Order order(graph);
  int thread = first;
  for (int idle = 0; idle <= graph.threads;) {
    if (!order.is_ready(thread)) {
      thread = (thread + 1) % graph.threads;
      ++idle;
      continue;
    }
    events.push_back(order.take(thread));
    idle = 0;
  }
  return events;
}

}  // namespace

std::vector<Id> interleaving_of(const Graph& graph) {
  std::vector<Id> best;
  for (int first = 0; first < graph.threads; ++first) {
    std::vector<Id> order = order_from(graph, first);
    if (first == 0 || preemptions(graph, order) < preemptions(graph, best)) best = std::move(order);
  }
  return best;
}

int preemptions(const Graph& graph, const std::vector<Id>& order) {
  int count = 0;
  Order done(graph);
  for (std::size_t at = 0; at < order.size(); ++at) {
    const int thread = thread_of(order[at]);
    if (at > 0 && thread_of(order[at - 1]) != thread)
      count += done.is_ready(thread_of(order[at - 1]));
    done.take(thread);
  }
  return count;
}

std::vector<Step> steps_of(const Graph& graph, const std::vector<Id>& order) {
  std::vector<Step> steps;
  std::array<std::vector<int>, kMaxCells> positions;  // Of the messages so far, per cell.
  for (auto& of : positions) of.push_back(0);
  for (const Id id : order) {
    const Event& event = graph.at(id);
    Step step{thread_of(id), 0};
    auto& present = positions[event.request.cell];
    const auto newer_than = [&](int position) {
      return static_cast<int>(
          std::count_if(present.begin(), present.end(), [=](int p) { return p > position; }));
    };
    if (event.kind == Kind::kRead || event.kind == Kind::kUpdateRead)
      step.behind = newer_than(graph.position_of(event.source));
    if (event.request.op == Op::kPark) step.behind = static_cast<int>(event.value);
    if (event.kind == Kind::kWrite) step.behind = newer_than(event.position);
    if (writes(event.kind)) present.push_back(event.position);
    if (event.kind == Kind::kUpdateRead)
      present.push_back(graph.at(static_cast<Id>(id + 1)).position);
    steps.push_back(step);
  }
  return steps;
}

std::string text_of(const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps) {
    text += static_cast<char>('0' + step.thread);
    for (int rest = step.behind; rest > 0; rest -= 26)
      text += static_cast<char>('a' + std::min(rest, 26) - 1);
  }
  return text;
}

std::vector<Step> steps_from(std::string_view text) {
  std::vector<Step> steps;
  for (const char character : text) {
    if (character >= '0' && character < '0' + kMaxThreads) {
      steps.push_back({character - '0', 0});
    } else if (character >= 'a' && character <= 'z' && !steps.empty()) {
      steps.back().behind += character - 'a' + 1;
    } else {
      throw std::invalid_argument(std::string("'") + character +
                                  "' in the steps; they are digits of threads and small letters");
    }
  }
  return steps;
}

}  // namespace spinlab::checked
