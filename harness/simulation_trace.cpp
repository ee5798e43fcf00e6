#include "harness/simulation_trace.hpp"

#include <nlohmann/json.hpp>

#include "machines/simulated/line.hpp"

namespace spinlab {
namespace {

using Json = nlohmann::ordered_json;

// One process of the viewer for locks, one for lines; a thread of it for each simulated thread.
constexpr int kLocks = 1;
constexpr int kLines = 2;

double us(simulated::Ticks ticks) {
  return static_cast<double>(ticks) / (1000.0 * simulated::kTicksPerNs);
}

Json span(int process, std::uint32_t thread, const std::string& name, simulated::Ticks begin,
          simulated::Ticks end) {
  return {{"name", name},  {"ph", "X"},       {"pid", process},
          {"tid", thread}, {"ts", us(begin)}, {"dur", us(end - begin)}};
}

Json process_name(int process, const std::string& name) {
  return {{"name", "process_name"}, {"ph", "M"}, {"pid", process}, {"args", {{"name", name}}}};
}

std::string source_name(std::uint32_t source) {
  return source == simulated::kNobody ? "sharers or memory" : "processor " + std::to_string(source);
}

}  // namespace

void SimulationTrace::entered(int thread, simulated::Ticks begin, simulated::Ticks acquired) {
  visits_.push_back({thread, begin, acquired, acquired, acquired});
}

void SimulationTrace::left(int thread, simulated::Ticks begin, simulated::Ticks end) {
  // Its visit is the latest, unless the lock is broken.
  for (auto visit = visits_.rbegin(); visit != visits_.rend(); ++visit)
    if (visit->thread == thread) {
      visit->releases = begin;
      visit->end = end;
      return;
    }
}

void SimulationTrace::transferred(const simulated::Transfer& transfer) {
  transfers_.push_back(transfer);
}

std::string SimulationTrace::to_json_text(const std::string& title) const {
  Json events = Json::array();
  events.push_back(process_name(kLocks, title + ": the lock"));
  events.push_back(process_name(kLines, title + ": lines on their way to a thread"));
  for (const Visit& visit : visits_) {
    const auto thread = static_cast<std::uint32_t>(visit.thread);
    events.push_back(span(kLocks, thread, "waits", visit.begin, visit.acquired));
    events.push_back(span(kLocks, thread, "holds", visit.acquired, visit.releases));
    events.push_back(span(kLocks, thread, "releases", visit.releases, visit.end));
  }
  for (const simulated::Transfer& transfer : transfers_) {
    const std::string what = transfer.is_write ? "to write line " : "to read line ";
    Json event = span(kLines, transfer.thread, what + std::to_string(transfer.line), transfer.begin,
                      transfer.end);
    event["args"] = {{"from", source_name(transfer.source)}};
    events.push_back(std::move(event));
  }
  return Json{{"displayTimeUnit", "ns"},
              {"otherData", {{"machine", "simulated"}, {"title", title}}},
              {"traceEvents", std::move(events)}}
             .dump() +
         "\n";
}

}  // namespace spinlab
