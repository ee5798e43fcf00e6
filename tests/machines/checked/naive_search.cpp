#include "naive_search.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>
#include <vector>

#include "machines/checked/extend.hpp"
#include "machines/checked/seq_cst.hpp"

namespace spinlab {
namespace {

using checked::Graph;
using checked::Id;
using checked::Op;
using checked::Request;
using checked::Threads;
using checked::Verdict;

class NaiveSearch {
 public:
  NaiveSearch(const checked::Program& program, std::size_t most_graphs)
      : most_graphs_(most_graphs), threads_(program, options_) {}

  NaiveResult run() {
    Graph& root = borrow();
    root.threads = threads_.count();
    visit(root);
    result_.graphs = visited_.size();
    return std::move(result_);
  }

 private:
  void visit(Graph& graph) {
    if (!visited_.insert(canonical_form(graph)).second) return;
    if (visited_.size() > most_graphs_) result_.complete = false;
    if (!result_.complete) return;
    if (const auto failure = threads_.follow(graph)) return judge(graph, failure->verdict);
    std::vector<std::pair<int, Request>> ready;
    for (int thread = 0; thread < graph.threads; ++thread)
      if (threads_.state(thread) == Threads::State::kAtRequest)
        ready.emplace_back(thread, threads_.request(thread));
    if (ready.empty()) return judge(graph, Verdict::kOk);
    if (is_stuck(graph, ready)) judge(graph, Verdict::kDeadlock);
    for (const auto& [thread, request] : ready) step(graph, thread, request);
  }

  static bool is_stuck(const Graph& graph, const std::vector<std::pair<int, Request>>& ready) {
    for (const auto& [thread, request] : ready)
      if (!request.waits() ||
          !request.is_stuck_at(graph.value_of(graph.messages(request.cell).back())))
        return false;
    return true;
  }

  void judge(const Graph& graph, Verdict verdict) {
    if (!checked::is_seq_cst_consistent(graph)) return;
    result_.verdicts.insert(verdict);
    if (verdict == Verdict::kOk) result_.executions.insert(canonical_form(graph));
    if (verdict == Verdict::kDeadlock) result_.deadlocks.insert(canonical_form(graph));
  }

  void step(const Graph& graph, int thread, const Request& request) {
    if (request.op == Op::kPark) return step_park(graph, thread, request);
    if (has_one_outcome(request.op) ||
        fault_of(graph, thread, request, nullptr) != checked::Fault::kNone)
      return step_fixed(graph, thread, request);
    const checked::Clock& before = graph.before(thread, graph.count(thread));
    const checked::IdList& messages = graph.messages(request.cell);
    for (int at = graph.oldest_visible(request.cell, before); at < messages.size(); ++at) {
      const bool taken = graph.taker_of(messages[at], request.cell) != checked::kNoEvent;
      if (request.op == Op::kStore) {
        if (!taken) step_write(graph, thread, request, at + 1);
      } else if (const auto value = graph.value_of(messages[at]); request.satisfied_by(value)) {
        if (!taken || !request.updates(value)) step_read(graph, thread, request, at);
      }
    }
  }

  void step_fixed(const Graph& graph, int thread, const Request& request) {
    const checked::Fault fault = fault_of(graph, thread, request, nullptr);
    if (fault == checked::Fault::kRace) return judge(graph, Verdict::kRace);
    if (fault == checked::Fault::kDeadCell) return judge(graph, Verdict::kMisuse);
    on_copy(graph, [&](Graph& copy) { append_fixed(copy, thread, request, ++last_uid_); });
  }

  void step_park(const Graph& graph, int thread, const Request& request) {
    for (const auto sleep : {checked::Sleep::kFallsAsleep, checked::Sleep::kReturnsAtOnce})
      on_copy(graph, [&](Graph& copy) { append_park(copy, thread, request, sleep, ++last_uid_); });
  }

  void step_write(const Graph& graph, int thread, const Request& request, int position) {
    on_copy(graph, [&](Graph& copy) {
      append_write(copy, thread, request, false, ++last_uid_);
      place_newest(copy, thread, request, position);
    });
  }

  void step_read(const Graph& graph, int thread, const Request& request, int position) {
    on_copy(graph, [&](Graph& copy) {
      const Id source = copy.messages(request.cell)[position];
      append_read(copy, thread, request, source, ++last_uid_);
      if (std::exchange(copy.owes_write, -1) < 0) return;
      append_write(copy, thread, request, true, ++last_uid_);
      place_newest(copy, thread, request, position + 1);
    });
  }

  static void place_newest(Graph& graph, int thread, const Request& request, int position) {
    graph.place(request.cell, position, checked::event_id(thread, graph.count(thread) - 1));
  }

  template <class Change>
  void on_copy(const Graph& graph, Change change) {
    Graph& copy = borrow();
    copy.copy_prefix(graph, graph.stamp, checked::Clock{});
    change(copy);
    visit(copy);
    --graphs_in_use_;
  }

  Graph& borrow() {
    if (graphs_in_use_ == graphs_.size()) graphs_.push_back(std::make_unique<Graph>());
    return *graphs_[graphs_in_use_++];
  }

  std::size_t most_graphs_;
  checked::Options options_;
  Threads threads_;
  std::uint32_t last_uid_ = 0;
  std::unordered_set<std::string> visited_;
  std::vector<std::unique_ptr<Graph>> graphs_;
  std::size_t graphs_in_use_ = 0;
  NaiveResult result_;
};

// Where each thread stands in a permutation of all.
using Places = std::array<int, checked::kMaxThreads>;

void append(std::string& text, int number) {
  text += static_cast<char>(number & 0xff);
  text += static_cast<char>(number >> 8 & 0xff);
}

// Which first value it is, its cell tells; and cells are numbered in the order of their first use.
int name_of(Id message, const Places& places) {
  if (checked::is_initial(message)) return checked::kInitial;
  const auto thread = static_cast<std::size_t>(checked::thread_of(message));
  return checked::event_id(places[thread], checked::index_of(message));
}

void append_thread(std::string& text, const Graph& graph, int thread, const Places& places) {
  int events = graph.count(thread);
  if (events > 0 && graph.newest(thread).blocked) --events;
  append(text, events);
  for (int index = 0; index < events; ++index) {
    const checked::Event& event = graph.at(thread, index);
    if (checked::reads(event.kind)) append(text, name_of(event.source, places));
    if (event.request.op == Op::kPark) append(text, static_cast<int>(event.value));
  }
}

// Of the graph with its threads renamed.
std::string form_of(const Graph& graph, const Places& places) {
  std::string text;
  for (int place = 0; place < graph.threads; ++place)
    for (int thread = 0; thread < graph.threads; ++thread)
      if (places[static_cast<std::size_t>(thread)] == place)
        append_thread(text, graph, thread, places);
  // A cell's writes say which one it is; its address may depend on who used it first.
  std::set<std::string> orders;
  for (int cell = 0; cell < graph.cells; ++cell) {
    if (graph.messages(cell).size() < 2) continue;
    std::string order;
    append(order, graph.messages(cell).size());
    for (const Id message : graph.messages(cell)) append(order, name_of(message, places));
    orders.insert(order);
  }
  for (const std::string& order : orders) text += order;
  return text;
}

Places unchanged() {
  Places places;
  std::iota(places.begin(), places.end(), 0);
  return places;
}

}  // namespace

std::string canonical_form(const Graph& graph) {
  static const Places kUnchanged = unchanged();
  return form_of(graph, kUnchanged);
}

std::string orbit_of(const Graph& graph) {
  Places places = unchanged();
  std::string least = form_of(graph, places);
  while (std::next_permutation(places.begin(), places.begin() + graph.threads))
    least = std::min(least, form_of(graph, places));
  return least;
}

NaiveResult search_naively(const checked::Program& program, std::size_t most_graphs) {
  return NaiveSearch(program, most_graphs).run();
}

}  // namespace spinlab
