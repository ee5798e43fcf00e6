#include "interface/verifier/verifier.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "interface/settings.hpp"
#include "interface/spinlab_backend.h"
#include "interface/spinlab_verifier.h"
#include "interface/verifier/checks.hpp"
#include "interface/verifier/stop.hpp"
#include "interface/verifier/summary.hpp"
#include "interface/verifier/through.hpp"
#include "interface/verifier/verified_core.hpp"

namespace spinlab::verifier {
namespace {

constexpr ULONG kUsualHoldLimitUs = 25;

constinit const FunctionTable* unchecked_functions = nullptr;
constinit bool is_native_layout = false;
constinit bool summary_wanted = false;

// Called by a jump from the C function of that name: it returns to where that one was called.
constexpr FunctionTable kVerified{
#define SPINLAB_FUNCTION(result, name, member, parameters, arguments) \
  .name = [] parameters -> result {                                   \
    const Calling calling(#name, __builtin_return_address(0));        \
    return static_cast<result>(VerifiedCore::member arguments);       \
  },
#include "interface/functions.def"
#undef SPINLAB_FUNCTION
};

void switch_rules_off(std::string_view names) {
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    if (!Rules::enable(name, false)) refuse_setting("SPINLAB_VERIFY_OFF", name, Rules::names());
  }
}

ULONG hold_limit_setting() {
  const char* const text = find_setting("SPINLAB_VERIFY_HOLD_US");
  if (text == nullptr) return kUsualHoldLimitUs;
  const std::string_view value = text;
  ULONG microseconds = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), microseconds);
  if (parsed.ec == std::errc() && parsed.ptr == value.data() + value.size()) return microseconds;
  std::fprintf(
      stderr,
      "spinlab: SPINLAB_VERIFY_HOLD_US: '%s' is no number of microseconds; 0 for no limit\n", text);
  std::_Exit(2);
}

bool is_summary_wanted() {
  return read_setting("SPINLAB_VERIFY_SUMMARY", kSwitch).value_or("1") == "1";
}

// After the destructors of the program's static objects, which may lock to the end.
[[gnu::destructor]] void write_summary_at_exit() {
  if (summary_wanted) write_summary();
}

}  // namespace

const FunctionTable& unchecked() { return *unchecked_functions; }
bool shows_native_words() { return is_native_layout; }

const FunctionTable& begin(const FunctionTable& unchecked, const char* backend) {
  unchecked_functions = &unchecked;
  is_native_layout = backend == std::string_view("native_layout");
  if (const char* const off = find_setting("SPINLAB_VERIFY_OFF")) switch_rules_off(off);
  set_hold_limit(hold_limit_setting());
  summary_wanted = is_summary_wanted();
  watch_dpcs();
  return kVerified;
}

}  // namespace spinlab::verifier

using namespace spinlab::verifier;

// The first call of any function chooses, and reads the settings.
BOOLEAN SpinlabIsVerifying(VOID) {
  SpinlabBackendName();
  return unchecked_functions != nullptr ? TRUE : FALSE;
}

VOID SpinlabSetStopHandler(SPINLAB_STOP_HANDLER* Handler, PVOID Context) {
  set_handler(Handler, Context);
}

BOOLEAN SpinlabEnableRule(const char* Rule, BOOLEAN IsOn) {
  return SpinlabIsVerifying() != FALSE && Rules::enable(Rule, IsOn != FALSE) ? TRUE : FALSE;
}

VOID SpinlabSetHoldLimit(ULONG Microseconds) {
  if (SpinlabIsVerifying() != FALSE) set_hold_limit(Microseconds);
}

VOID SpinlabNameLock(const volatile void* Lock, const char* Name) {
  if (SpinlabIsVerifying() != FALSE) name(Lock, Name);
}

VOID SpinlabForgetLock(const volatile void* Lock) {
  if (SpinlabIsVerifying() == FALSE) return;
  const Calling calling("SpinlabForgetLock", __builtin_return_address(0));
  forget(Lock);
}

SPINLAB_ROUTINE SpinlabEnterRoutine(const char* Name) {
  const KIRQL irql = spinlab::current_irql<Host>();
  if (SpinlabIsVerifying() == FALSE) return {Name, 0, irql};
  return {Name, ThreadRecord::own().count(), irql};
}

VOID SpinlabLeaveRoutine(const SPINLAB_ROUTINE* Routine) {
  if (SpinlabIsVerifying() == FALSE) return;
  check_end({Routine->Name, __builtin_return_address(0)}, Routine->Locks, Routine->Irql);
}
