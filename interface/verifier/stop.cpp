#include "interface/verifier/stop.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "interface/spinlab_verifier.h"
#include "interface/verifier/checks.hpp"
#include "interface/verifier/source_place.hpp"

namespace spinlab::verifier {
namespace {

// relaxed accesses: both are set before the misuse that they are for, or it is anyone's guess.
constinit std::atomic<SPINLAB_STOP_HANDLER*> handler{nullptr};
constinit std::atomic<void*> handler_context{nullptr};

class Report {
 public:
  [[gnu::format(printf, 2, 3)]] void add(const char* format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    const int length =
        std::vsnprintf(text_.data() + length_, text_.size() - length_, format, arguments);
    va_end(arguments);
    length_ = std::min(length_ + static_cast<std::size_t>(std::max(length, 0)), text_.size() - 1);
  }

  void add_call(const char* title, const Call& call) {
    if (call.function == nullptr) return;
    add("  %-9s %s at %s\n", title, call.function, SourcePlace(call.address).text());
  }

  void add_lock(const char* title, const LockRecord& lock) {
    add("  %-9s %p", title, const_cast<const void*>(lock.lock));
    // relaxed: a hint.
    if (const char* const name = lock.name.load(std::memory_order::relaxed)) add(" (%s)", name);
    add("\n");
  }

  // All at once, so that reports of other threads do not come in between.
  void write_out() const {
    std::size_t written = 0;
    while (written < length_) {
      const ssize_t count = write(STDERR_FILENO, text_.data() + written, length_ - written);
      if (count <= 0) return;
      written += static_cast<std::size_t>(count);
    }
  }

  const char* text() const { return text_.data(); }

 private:
  std::array<char, 4096> text_{};
  std::size_t length_ = 0;
};

void add_cycle(Report& report, const OrderCycle& cycle) {
  for (std::size_t i = 0; i < std::min(cycle.length, cycle.steps.size()); ++i) {
    const OrderStep& step = cycle.steps[i];
    report.add_lock(i == 0 ? "now held" : "once held", *step.held);
    report.add_call("  by", step.held_at);
    report.add_lock("  before", *step.acquired);
    report.add_call("  by", step.acquired_at);
  }
  if (cycle.length > cycle.steps.size())
    report.add("  ... and %zu more\n", cycle.length - cycle.steps.size());
}

SPINLAB_STOP make_stop(const Verdict& verdict, const Call& call) {
  const MisuseFacts& facts = facts_of(verdict.misuse);
  SPINLAB_STOP stop{};
  stop.Code = facts.code;
  auto* parameter = stop.Parameters;
  if (facts.subcode != 0) *parameter++ = facts.subcode;
  std::ranges::copy(verdict.parameters, parameter);
  stop.Name = name_of_code(facts.code);
  stop.Rule = Rules::name_of(verdict.rule);
  if (verdict.lock != nullptr) {
    stop.Lock = const_cast<const void*>(verdict.lock->lock);
    stop.LockName = verdict.lock->name.load(std::memory_order::relaxed);  // A hint.
  }
  stop.Function = call.function;
  stop.CallAddress = call.address;
  stop.AcquireAddress = verdict.acquired.address;
  stop.Stops = verdict.misuse == Misuse::kHeldTooLong ? FALSE : TRUE;
  return stop;
}

void fill(Report& report, const SPINLAB_STOP& stop, const Verdict& verdict, const Call& call) {
  const MisuseFacts& facts = facts_of(verdict.misuse);
  report.add("spinlab verifier: %s 0x%X", stop.Stops != FALSE ? "stop" : "report", stop.Code);
  if (facts.subcode != 0) report.add("/0x%X", facts.subcode);
  report.add(" %s: %s\n  %-9s 0x%zX 0x%zX 0x%zX 0x%zX\n  %-9s %s\n", stop.Name, facts.what,
             "values", stop.Parameters[0], stop.Parameters[1], stop.Parameters[2],
             stop.Parameters[3], "rule", stop.Rule);
  if (verdict.lock != nullptr) report.add_lock("lock", *verdict.lock);
  report.add_call("call", call);
  report.add_call("acquire", verdict.acquired);
  if (verdict.still_held != nullptr) {
    report.add_lock("held", *verdict.still_held->lock);
    report.add_call("  by", verdict.still_held->call);
  }
  if (verdict.cycle != nullptr) add_cycle(report, *verdict.cycle);
  report.add("  %-9s %s\n", "remedy", facts.remedy);
}

bool belongs_to_deadlock_detection(Misuse misuse) {
  const MisuseFacts& facts = facts_of(misuse);
  return facts.code == 0xC4 && facts.subcode >= 0x1001 && facts.subcode <= 0x100B &&
         misuse != Misuse::kAcquireMismatch && misuse != Misuse::kReleaseMismatch;
}

}  // namespace

bool is_on(Misuse misuse, Rule rule) {
  return Rules::is_on(rule) &&
         (!belongs_to_deadlock_detection(misuse) || Rules::is_on(Rule::kDeadlockDetection));
}

Finding found(Misuse misuse, Rule rule, Verdict verdict) {
  if (!is_on(misuse, rule)) return std::nullopt;
  verdict.misuse = misuse;
  verdict.rule = rule;
  return verdict;
}

void stop(const Verdict& verdict, const Call& call) {
  const ThreadRecord::OwnWork reporting;
  SPINLAB_STOP stop = make_stop(verdict, call);
  Report report;
  fill(report, stop, verdict, call);
  report.write_out();
  stop.Text = report.text();
  SPINLAB_STOP_HANDLER* const chosen = handler.load(std::memory_order::relaxed);
  if (chosen != nullptr) {
    chosen(&stop, handler_context.load(std::memory_order::relaxed));
  } else if (stop.Stops != FALSE) {
    std::abort();
  }
}

void set_handler(SPINLAB_STOP_HANDLER* chosen, void* context) {
  handler_context.store(context, std::memory_order::relaxed);
  handler.store(chosen, std::memory_order::relaxed);
}

}  // namespace spinlab::verifier
