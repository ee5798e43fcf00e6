#include "interface/verifier/source_place.hpp"

#include <backtrace.h>
#include <libiberty/demangle.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "interface/settings.hpp"

namespace spinlab::verifier {
namespace {

// The object of the process that an address lies in; the program itself has an empty name.
struct Mapped {
  std::uintptr_t address;
  std::uintptr_t base = 0;
  const char* object = nullptr;
  unsigned long long unloads = 0;  // Of any objects, so far.
};

int find_object(dl_phdr_info* info, std::size_t, void* mapped_pointer) {
  Mapped& mapped = *static_cast<Mapped*>(mapped_pointer);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    const std::uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    if (header.p_type != PT_LOAD || mapped.address - begin >= header.p_memsz) continue;
    mapped.base = info->dlpi_addr;
    mapped.object = info->dlpi_name;
    mapped.unloads = info->dlpi_subs;
    return 1;
  }
  return 0;
}

// Where the object begins that spinlab_visit_object() visits.
constinit thread_local std::uintptr_t wanted_base = 0;

struct Visit {
  int (*visit)(dl_phdr_info*, std::size_t, void*);
  void* context;
};

int visit_wanted(dl_phdr_info* info, std::size_t size, void* visit_pointer) {
  const Visit& its = *static_cast<Visit*>(visit_pointer);
  return info->dlpi_addr == wanted_base ? its.visit(info, size, its.context) : 0;
}

void ignore_error(void*, const char*, int) {}

// What libbacktrace knows of an object: it keeps what it has read, in pages from mmap(), and cannot
// forget it. Null if there is no room for another one.
backtrace_state* lines_of(const Mapped& mapped) {
  struct Known {
    std::atomic<std::uintptr_t> key{0};
    std::atomic<backtrace_state*> state{nullptr};
  };
  static constinit std::array<Known, 256> objects{};
  // Pages begin where objects do. After an unload, there may be another one at the same place.
  constexpr std::uintptr_t kPageBytes = 4096;
  const std::uintptr_t key = mapped.base | ((mapped.unloads * 2 + 1) % kPageBytes);
  for (Known& known : objects) {
    std::uintptr_t seen = 0;
    // relaxed: `state` orders what is read.
    known.key.compare_exchange_strong(seen, key, std::memory_order::relaxed);
    if (seen != 0 && seen != key) continue;
    // acquire, pairs with the store below: the state was written before.
    if (backtrace_state* const state = known.state.load(std::memory_order::acquire)) return state;
    backtrace_state* const state =
        backtrace_create_state(nullptr, /*threaded=*/1, ignore_error, nullptr);
    // release, pairs with the load above. Of two threads' states either will do.
    known.state.store(state, std::memory_order::release);
    return state;
  }
  return nullptr;
}

// Some text, piece by piece, cut where the room ends.
struct Text {
  std::array<char, 200> characters{};
  std::size_t length = 0;

  void add(std::string_view piece) {
    const std::size_t fits = std::min(piece.size(), characters.size() - 1 - length);
    std::copy_n(piece.begin(), fits, characters.begin() + static_cast<std::ptrdiff_t>(length));
    length += fits;
  }
};

// As it stands in the source; as it is, if it is no name of C++, or one so long that taking it
// apart would need much of a stack that may be a signal's.
Text readable(const char* function) {
  constexpr std::size_t kLongest = 1024;
  Text text;
  const auto add = [](const char* piece, std::size_t length, void* whole) {
    static_cast<Text*>(whole)->add({piece, length});
  };
  const bool is_short = strnlen(function, kLongest) < kLongest;
  if (is_short && cplus_demangle_v3_callback(function, DMGL_PARAMS | DMGL_ANSI, add, &text) != 0)
    return text;
  text = {};
  text.add(function);
  return text;
}

}  // namespace

// Called by libbacktrace instead of dl_iterate_phdr() (CMakeLists.txt says how): it would read the
// files of all objects, also of those that no address is in.
extern "C" int spinlab_visit_object(int (*visit)(dl_phdr_info*, std::size_t, void*),
                                    void* context) {
  Visit wanted{visit, context};
  return dl_iterate_phdr(visit_wanted, &wanted);
}

SourcePlace::SourcePlace(const void* return_address) {
  // The call lies before what it returns to.
  Mapped mapped{.address = reinterpret_cast<std::uintptr_t>(return_address) - 1};
  if (return_address == nullptr || dl_iterate_phdr(find_object, &mapped) == 0) return;
  char program[200];
  if (*mapped.object == '\0') {
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[std::max<ssize_t>(length, 0)] = '\0';
    mapped.object = program;
  }
  std::snprintf(text_.data(), text_.size(), "%s+0x%zx", mapped.object,
                mapped.address + 1 - mapped.base);
  // The vDSO has no file: one of its name, in the working folder, would be anybody's.
  const bool has_file = std::strchr(mapped.object, '/') != nullptr;
  if (!trusts_environment() || !has_file) return;
  wanted_base = mapped.base;
  if (backtrace_state* const lines = lines_of(mapped)) look_up(lines, mapped.address);
}

void SourcePlace::look_up(backtrace_state* lines, std::uintptr_t address) {
  // Called for each function that the address is in, the innermost first, until it returns 1.
  const auto take = [](void* place, std::uintptr_t, const char* path, int line,
                       const char* function) {
    if (path == nullptr) return 1;
    const char* const slash = std::strrchr(path, '/');
    const char* const file = slash != nullptr ? slash + 1 : path;
    static_cast<SourcePlace*>(place)->say(file, line, function);
    // A guard's constructor is inlined into whoever made the guard: that place is looked for.
    return std::string_view(file) == "spinlab_guards.hpp" ? 0 : 1;
  };
  backtrace_pcinfo(lines, address, take, ignore_error, this);
}

void SourcePlace::say(const char* file, int line, const char* function) {
  std::snprintf(text_.data(), text_.size(), "%s:%d (%s)", file, line,
                function != nullptr ? readable(function).characters.data() : "?");
}

}  // namespace spinlab::verifier
