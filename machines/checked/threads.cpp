#include "machines/checked/threads.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

#include "machines/checked/judge.hpp"

namespace spinlab::checked {
namespace {

thread_local Threads* current_threads = nullptr;

const char* const kTooLarge =
    "a thread has more events than a search can hold: the program is too large";
const Request kNoRequest = [] {
  Request request;
  request.op = Op::kNothing;
  return request;
}();

bool is_same(const Request& recorded, const Request& asked) {
  return recorded.op == asked.op && recorded.cell == asked.cell && recorded.order == asked.order &&
         recorded.operand == asked.operand && recorded.expected == asked.expected;
}

}  // namespace

Threads::Threads(const Program& program, const Options& options)
    : program_(program), options_(options), memory_(program.bytes, program.threads) {
  if (program.threads < 1 || program.threads > kMaxThreads)
    throw std::invalid_argument("a checked program has 1 to 8 threads");
  if (options.nodes < 1) throw std::invalid_argument("a checked machine has a NUMA node or more");
  if (options.events_per_thread < 1 || options.events_per_thread > kMaxEvents - 2)
    throw std::invalid_argument("a checked thread has 1 to 126 events");
  current_threads = this;
  program_.build(memory_.world());
  forget();
}

Threads::~Threads() {
  if (current_threads == this) current_threads = nullptr;
}

Threads& Threads::current() { return *current_threads; }

void Threads::forget() {
  for (int thread = 0; thread < program_.threads; ++thread) start_anew(thread);
}

void Threads::adopt(Graph& graph) {
  current_threads = this;
  graph_ = &graph;
  while (graph.cells < static_cast<int>(cells_.size()))
    graph.add_cell(cells_[static_cast<std::size_t>(graph.cells)].initial);
}

std::optional<Violation> Threads::follow(Graph& graph) {
  adopt(graph);
  for (int thread = 0; thread < program_.threads; ++thread)
    if (is_stale(thread)) start_anew(thread);
  for (int thread = 0; thread < program_.threads && !failure_; ++thread) {
    const Thread& of = fiber(thread);
    const bool goes_on = of.state == State::kFresh ||
                         (of.state == State::kAtRequest && of.position < graph.count(thread));
    if (goes_on) run(thread);
    if (!failure_ && of.state == State::kFinished && of.position < graph.count(thread))
      failure_ = not_deterministic(thread, "run again, a thread ended earlier");
  }
  return std::exchange(failure_, std::nullopt);
}

void Threads::settle(Graph& graph) {
  adopt(graph);
  forget();
  for (int thread = 0; thread < program_.threads; ++thread) run(thread);
  failure_.reset();
}

bool Threads::is_stale(int thread) const {
  const Thread& of = fiber(thread);
  if (of.position > graph_->count(thread)) return true;
  for (int index = 0; index < of.position; ++index)
    if (of.log[static_cast<std::size_t>(index)] != graph_->at(thread, index).uid) return true;
  return false;
}

void Threads::start_anew(int thread) {
  Thread& of = fiber(thread);
  running_ = -1;
  memory_.rebuild_slots(thread);
  memory_.forget_heap(thread);
  of.fiber.prepare(memory_.stack_top(thread), Memory::kStackBytes, &Threads::enter, this);
  of.position = 0;
  of.state = State::kFresh;
}

void Threads::run(int thread) {
  running_ = thread;
  outside_.switch_to(fiber(thread).fiber);
  running_ = -1;
}

void Threads::enter(void* self) {
  auto& threads = *static_cast<Threads*>(self);
  std::optional<std::string> thrown;
  try {
    threads.program_.body(threads.memory_.world(), threads.running_);
  } catch (const std::exception& error) {
    thrown = error.what();
  }
  if (thrown) threads.fail(Verdict::kMisuse, "an exception left a thread: " + *thrown, kNoRequest);
  if (threads.beyond_) threads.fail(Verdict::kMisuse, kTooLarge, kNoRequest);
  threads.fiber(threads.running_).state = State::kFinished;
  threads.pause();
}

void Threads::pause() { fiber(running_).fiber.switch_to(outside_); }

void Threads::refuse_construction() const {
  if (running_ < 0) [[unlikely]]
    throw std::logic_error("this operation belongs into a checked thread, not into construction");
}

const Event& Threads::perform(const Request& request) {
  refuse_construction();
  Thread& of = fiber(running_);
  if (of.position >= options_.events_per_thread) return go_on_beyond(request);
  while (of.position >= graph_->count(running_)) {
    of.request = request;
    of.state = State::kAtRequest;
    pause();
  }
  const Event& event = graph_->at(running_, of.position);
  if (!is_same(event.request, request))
    fail(Verdict::kMisuse,
         "the program is not deterministic: run again, a thread did something else", request);
  of.log[static_cast<std::size_t>(of.position++)] = event.uid;
  if (event.blocked) {
    of.state = State::kBlocked;
    pause();
  }
  if (event.kind == Kind::kUpdateRead) {
    of.log[static_cast<std::size_t>(of.position)] = graph_->at(running_, of.position).uid;
    ++of.position;
  }
  return event;
}

// A thread at its bound is in a loop that is no await, or the program is only long: what it would
// do next shows which.
const Event& Threads::go_on_beyond(const Request& request) {
  if (!beyond_) beyond_.emplace(*graph_, running_, request);
  const Event* const event = beyond_->perform(*graph_, request);
  if (beyond_->is_endless())
    fail(Verdict::kLivelock,
         "a loop that is no await goes on, while the other threads need not move", request);
  if (event == nullptr) fail(Verdict::kMisuse, kTooLarge, request);
  return *event;
}

std::uint8_t Threads::cell_at(const void* address, std::size_t bytes, Value initial,
                              const Request& request) {
  refuse_construction();
  const Memory::Place place = memory_.place_of(address);
  if (place == Memory::Place::kKnown) return memory_.index_of_cell(address);
  if (place == Memory::Place::kStray)
    fail(Verdict::kMisuse, "a stray pointer: there is no cell at this address", request);
  if (cells_.size() == kMaxCells)
    fail(Verdict::kMisuse, "the program touches more than 128 cells", request);
  const auto index = static_cast<std::uint8_t>(cells_.size());
  memory_.number(address, index);
  cells_.push_back({address, bytes, initial});
  graph_->add_cell(initial);
  return index;
}

bool Threads::returned_for_no_reason(const void* cell, const std::source_location& where) const {
  refuse_construction();
  for (int index = fiber(running_).position - 1; index >= 0; --index) {
    const Event& event = graph_->at(running_, index);
    const Request& past = event.request;
    if (past.op == Op::kMark && past.operand == static_cast<Value>(Mark::kArrival)) return false;
    if (past.op != Op::kPark || past.where.line() != where.line()) continue;
    if (address_of(past.cell) != cell) continue;
    const bool had_reason = past.operand != 0;
    return event.value == static_cast<Value>(Sleep::kReturnsAtOnce) && !had_reason;
  }
  return false;
}

void Threads::declare_cell(const void* address) {
  if (memory_.contains(address)) return memory_.declare(address);
  const char* const what =
      "a cell lies outside the program: neither in its class nor on its threads' stacks";
  if (running_ < 0) throw std::invalid_argument(what);
  fail(Verdict::kMisuse, what, kNoRequest);
}

void* Threads::slot(int thread, const void* key, Memory::Kind kind, void (*build)(void*)) {
  const bool outer = std::exchange(building_slot_, true);
  void* const at = memory_.slot(thread, key, kind, build);
  building_slot_ = outer;
  return at;
}

void Threads::fail(Verdict verdict, std::string what, const Request& request) {
  if (running_ < 0) throw std::logic_error(what);
  failure_.emplace();
  failure_->verdict = verdict;
  failure_->what = std::move(what);
  failure_->thread = running_;
  failure_->request = request;
  if (beyond_ && verdict != Verdict::kLivelock) {  // What is beyond is no execution's.
    failure_->verdict = Verdict::kMisuse;
    failure_->what = kTooLarge;
    failure_->request = beyond_->first();
  }
  beyond_.reset();
  fiber(running_).position = kMaxEvents;  // Stale: the next follow() starts this thread anew.
  fiber(running_).state = State::kBlocked;
  pause();
  __builtin_unreachable();
}

Mutation::Operator Threads::mutate(Request& request, bool tests_first) {
  auto how = Mutation::Operator::kNone;
  for (const Mutation& mutation : options_.mutations) {
    if (request.where.line() != mutation.site.line ||
        request.where.column() != mutation.site.column || request.op != mutation.site.op ||
        base_name(request.where.file_name()) != mutation.site.file)
      continue;
    how = mutation.how;
    request.order = mutated_order(how, request.op, request.order);
    if (how == Mutation::Operator::kRelaxFailure) request.failure_order = memory_order::relaxed;
  }
  if (records_sites_) [[unlikely]]
    record(request, tests_first);
  return how;
}

void Threads::name_object(const void* at, std::size_t bytes, std::string name) {
  names_.push_back({at, bytes, std::move(name)});
}

void Threads::record(const Request& request, bool tests_first) {
  Site site = site_of(request);
  site.tests_first = tests_first;
  for (const Site& known : sites_)
    if (known == site) return;
  sites_.push_back(std::move(site));
}

}  // namespace spinlab::checked
