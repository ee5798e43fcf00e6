#include "machines/checked/report.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "machines/checked/folding.hpp"
#include "machines/checked/names.hpp"

namespace spinlab::checked {
namespace {

constexpr std::size_t kColumn = 46;  // Of one thread.

class Report {
 public:
  Report(const Violation& violation, const Diagnosis& diagnosis, const Threads& threads)
      : violation_(violation),
        diagnosis_(diagnosis),
        graph_(*violation.graph),
        names_(graph_, threads) {}

  std::string text() {
    const bool ok = violation_.verdict == Verdict::kOk;
    out_ = std::string(name_of(violation_.verdict)) +
           (ok ? ": nothing is wrong with these steps" : ": " + violation_.what) + "\n";
    show_failing_request();
    show_order();
    show_messages();
    show_waits();
    show_missing_edges();
    show_sites();
    if (!ok) show_repairs();
    return std::move(out_);
  }

 private:
  std::string orders(const Request& request) const {
    return request.op >= Op::kMark ? "" : std::string(" ") + name_of(request.order);
  }

  // "A3 store node 0.next = node 1 release"
  std::string line_of(Id id) const { return line_of(id, source_of(id)); }
  std::string line_of(Id id, const std::string& source) const {
    const Event& event = graph_.at(id);
    const Request& request = event.request;
    if (request.op == Op::kMark) return mark_name(static_cast<Mark>(request.operand));
    std::string line = Names::site(request);
    line += (line.empty() ? "" : " ") + std::string(name_of(request.op));
    if (request.op == Op::kPark) return line + " " + names_.cell(request.cell) + sleep_note(event);
    if (request.op == Op::kFence) return line + orders(request);
    line += " " + names_.cell(request.cell);
    if (reads(event.kind)) line += " is " + names_.value_in(request.cell, event.value);
    if (event.kind == Kind::kUpdateRead)
      line += ", := " + names_.value_in(request.cell, graph_.at(static_cast<Id>(id + 1)).value);
    if (writes(event.kind)) line += " := " + names_.value_in(request.cell, event.value);
    return line + orders(request) + source;
  }

  std::string source_of(Id id) const {
    const Event& event = graph_.at(id);
    if (!reads(event.kind)) return "";
    std::string note = " <- " + names_.message(event.source);
    const int newest = graph_.messages(event.request.cell).size() - 1;
    const int newer =
        newest - graph_.position_of(event.source) - (event.kind == Kind::kUpdateRead ? 1 : 0);
    if (newer > 0 && event.kind != Kind::kUpdateRead)
      note += " (" + std::to_string(newer) + " newer)";
    return event.blocked ? note + " WAITS" : note;
  }

  static const char* sleep_note(const Event& event) {
    if (event.value == static_cast<Value>(Sleep::kFallsAsleep)) return " falls asleep";
    const bool has_reason = event.request.operand != 0;
    return has_reason ? " does not sleep: another value" : " returns for no reason";
  }

  // The same for the next turn of a loop: a value of the thread's own comes from as far back.
  std::string likeness_of(Id id) const {
    const Event& event = graph_.at(id);
    const std::string thread = std::to_string(thread_of(id)) + " ";
    if (!reads(event.kind) || is_initial(event.source) || thread_of(event.source) != thread_of(id))
      return thread + line_of(id);
    return thread + line_of(id, " <- its own, " + std::to_string(id - event.source) + " before");
  }

  static std::string mark_name(Mark mark) {
    switch (mark) {
      case Mark::kArrival:
        return "-- arrives";
      case Mark::kDoorway:
        return "-- doorway";
      case Mark::kEntry:
        return "== enters";
      case Mark::kExit:
        return "== leaves";
    }
    return "";
  }

  void show_failing_request() {
    if (violation_.thread < 0) return;
    const Request& request = violation_.request;
    out_ += "  thread " + std::to_string(violation_.thread);
    if (request.op != Op::kNothing) out_ += failing_request();
    out_ += "\n";
  }

  // ", next: A4 await at mcs_lock.hpp:60, node 1.granted; against T0.3"
  std::string failing_request() const {
    const Request& request = violation_.request;
    const SiteText text = text_of(request.where);
    const bool loops = violation_.verdict == Verdict::kLivelock;
    std::string line = loops ? ", in its loop: " : ", next: ";
    if (request.op != Op::kRequire && !text.label.empty()) line += text.label + " ";
    line += name_of(request.op);
    if (request.where.line() != 0) line += " at " + Names::place(request.where);
    if (request.op == Op::kRequire && !text.line.empty()) line += ": " + text.line;
    if (violation_.conflict != kNoEvent)
      line += ", " + names_.cell(request.cell) + "; against " + names_.event(violation_.conflict);
    return line;
  }

  void show_order() {
    out_ += "\nOne order of the events (" + std::to_string(diagnosis_.preemptions) +
            " preemptions). <- says where a value came from.\n\n";
    for (int thread = 0; thread < graph_.threads; ++thread) {
      const std::string name = "thread " + std::to_string(thread);
      out_ += name + (thread + 1 < graph_.threads ? std::string(kColumn - name.size(), ' ') : "\n");
    }
    std::vector<ReportLine> lines;
    for (const Id id : diagnosis_.order) {
      const auto indent = static_cast<std::size_t>(thread_of(id)) * kColumn;
      const std::string name = names_.event(id);
      lines.push_back({.text = std::string(indent, ' ') + name + " " + line_of(id),
                       .like = likeness_of(id),
                       .name = name,
                       .indent = indent});
    }
    out_ += folded(lines);
  }

  // By name: cells have no order of their own.
  void show_messages() {
    std::map<std::string, std::string> lines;
    for (int cell = 0; cell < graph_.cells; ++cell) {
      const IdList& messages = graph_.messages(cell);
      if (messages.size() < 2) continue;
      lines[names_.cell(cell)] = values_of(cell);
    }
    out_ += "\nEach cell's values, in modification order\n";
    for (const auto& [cell, values] : lines) out_ += "  " + cell + ": " + values + "\n";
  }

  // "0, 1 (T0.10), 0 (T1.5)"
  std::string values_of(int cell) const {
    constexpr int kFewest = 4;  // Equal values that are folded.
    const IdList& messages = graph_.messages(cell);
    const auto value = [&](int at) {
      return names_.value_in(cell, graph_.value_of(messages[at])) + " (" +
             names_.event(messages[at]) + ")";
    };
    std::string values = names_.value_in(cell, graph_.value_of(messages[0]));
    for (int at = 1; at < messages.size(); ++at) {
      values += ", " + value(at);
      int last = at;
      while (last + 1 < messages.size() &&
             thread_of(messages[last + 1]) == thread_of(messages[at]) &&
             graph_.value_of(messages[last + 1]) == graph_.value_of(messages[at]))
        ++last;
      if (last - at + 1 < kFewest) continue;
      values += ", ... " + std::to_string(last - at - 1) + " more times, " + value(last);
      at = last;
    }
    return values;
  }

  void show_waits() {
    for (int thread = 0; thread < graph_.threads; ++thread) {
      if (graph_.count(thread) == 0 || !graph_.newest(thread).blocked) continue;
      const Event& await = graph_.newest(thread);
      const int cell = await.request.cell;
      const bool last = graph_.is_newest(cell, await.source);
      out_ += "\nThread " + std::to_string(thread) + " waits at " + Names::site(await.request) +
              " for " + names_.cell(cell) + ", which is " + names_.value_in(cell, await.value) +
              (last ? " and stays so" : "") + ".";
    }
    out_ += "\n";
  }

  // Where `late` leads to `early` by reads that order nothing: what a stronger order would mend.
  void show_missing_edges() {
    if (violation_.verdict == Verdict::kRace && violation_.conflict != kNoEvent &&
        graph_.count(violation_.thread) > 0)
      show_edges_between(violation_.conflict,
                         event_id(violation_.thread, graph_.count(violation_.thread) - 1));
    for (int thread = 0; thread < graph_.threads; ++thread) {
      if (graph_.count(thread) == 0 || !graph_.newest(thread).blocked) continue;
      const IdList& messages = graph_.messages(graph_.newest(thread).request.cell);
      const Id last = messages.back();
      for (int at = 1; at + 1 < messages.size(); ++at)
        if (!is_initial(last) && graph_.at(messages[at]).causes.has(last)) {
          out_ += names_.event(last) + " came before " + names_.event(messages[at]) +
                  ", and yet its value is the last, since nothing orders the two.\n";
          show_edges_between(last, messages[at]);
        }
    }
  }

  void show_edges_between(Id first, Id last) {
    const Clock& causes = graph_.at(last).causes;
    for (const Id id : diagnosis_.order) {
      const Event& read = graph_.at(id);
      if (!reads(read.kind) || is_initial(read.source) || !causes.has(id)) continue;
      const Event& write = graph_.at(read.source);
      if (read.before.has(read.source) || !write.causes.has(first)) continue;
      out_ += "No edge: " + names_.event(id) + " (" + Names::site(read.request) +
              orders(read.request) + ") read what " + names_.event(read.source) + " (" +
              Names::site(write.request) + orders(write.request) +
              ") wrote, and that orders nothing before it.\n";
    }
  }

  void show_sites() {
    std::set<std::string> lines;
    for (const Id id : diagnosis_.order) {
      const Request& request = graph_.at(id).request;
      const SiteText text = text_of(request.where);
      if (text.label.empty() || request.op == Op::kMark) continue;
      lines.insert("  " + text.label + "  " + Names::place(request.where) + "  " + text.line +
                   "\n");
    }
    if (lines.empty()) return;
    out_ += "\nThe text\n";
    for (const std::string& line : lines) out_ += line;
  }

  void show_repairs() {
    out_ += "\n";
    std::string no_repairs;
    bool any = false;
    for (const Repair& repair : diagnosis_.repairs) {
      if (repair.fails.empty()) {
        any = true;
        out_ += "Prevented by a stronger order at " + describe(repair.site) + ", in " +
                repair.scope + (repair.bounded ? ", as far as was explored" : "") + ".\n";
      } else {
        no_repairs += "No repair: a stronger order at " + describe(repair.site) +
                      ". It prevents this, and " + repair.fails + ".\n";
      }
    }
    if (!any) out_ += "No single stronger memory order prevents it.\n";
    out_ += no_repairs;
  }

  // "A3, mcs_lock.hpp:55 (store, now relaxed)"
  static std::string describe(const Site& site) {
    const SiteText text = text_at(site.file, site.line, site.column);
    return (text.label.empty() ? "" : text.label + ", ") + site.file + ":" +
           std::to_string(site.line) + " (" + name_of(site.op) + ", now " + name_of(site.order) +
           ")";
  }

  const Violation& violation_;
  const Diagnosis& diagnosis_;
  const Graph& graph_;
  const Names names_;
  std::string out_;
};

}  // namespace

std::string report(const Violation& violation, Threads& threads, const Diagnosis& diagnosis) {
  threads.settle(*violation.graph);
  return Report(violation, diagnosis, threads).text();
}

}  // namespace spinlab::checked
