#include "interface/verifier/source_place.hpp"

#include <fcntl.h>
#include <link.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>

namespace spinlab::verifier {
namespace {

// The object of the process that an address lies in; the program itself has an empty name.
struct Mapped {
  std::uintptr_t address;
  std::uintptr_t base = 0;
  const char* object = nullptr;
};

int find_object(dl_phdr_info* info, std::size_t, void* mapped_pointer) {
  Mapped& mapped = *static_cast<Mapped*>(mapped_pointer);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    const std::uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    if (header.p_type != PT_LOAD || mapped.address - begin >= header.p_memsz) continue;
    mapped.base = info->dlpi_addr;
    mapped.object = info->dlpi_name;
    return 1;
  }
  return 0;
}

std::string_view read_all(int file, std::span<char> buffer) {
  std::size_t length = 0;
  while (length < buffer.size()) {
    const ssize_t got = read(file, buffer.data() + length, buffer.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    length += static_cast<std::size_t>(got);
  }
  return {buffer.data(), length};
}

// What the program writes; empty if it cannot be run. vfork: unlike fork(), it may be called in a
// signal that interrupted malloc, and it leaves no page of ours to be copied, which would take its
// time under the program's next locks.
std::string_view output_of(const char* const* arguments, std::span<char> buffer) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  // NOLINTNEXTLINE(bugprone-unsafe-functions): posix_spawn's file actions call malloc.
  const pid_t child = vfork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    execvp(arguments[0], const_cast<char* const*>(arguments));
    _exit(127);
  }
  close(nothing);
  close(ends[1]);
  const std::string_view output = child > 0 ? read_all(ends[0], buffer) : std::string_view();
  close(ends[0]);
  while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
  return output;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

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
  const unsigned long offset = mapped.address - mapped.base;
  std::snprintf(text_.data(), text_.size(), "%s+0x%lx", mapped.object, offset + 1);
  ask_addr2line(mapped.object, offset);
}

// Two lines for each function that the address is in, the innermost first: its name, and file:line.
void SourcePlace::ask_addr2line(const char* object, unsigned long offset) {
  char address[2 + 16 + 1];
  std::snprintf(address, sizeof address, "0x%lx", offset);
  const char* const arguments[] = {"addr2line", "-f",   "-i",    "-C",   "-s",
                                   "-e",        object, address, nullptr};
  char buffer[2048];
  std::string_view output = output_of(arguments, buffer);
  while (!output.empty()) {
    const std::string_view function = take_line(output);
    const std::string_view line = take_line(output);
    if (line.empty() || line.front() == '?') return;
    // A guard's constructor is inlined into whoever made the guard: that place is looked for.
    if (line.starts_with("spinlab_guards.hpp") && !output.empty()) continue;
    const std::string_view place = line.substr(0, line.find(' '));  // Without a discriminator.
    std::snprintf(text_.data(), text_.size(), "%.*s (%.*s)", static_cast<int>(place.size()),
                  place.data(), static_cast<int>(function.size()), function.data());
    return;
  }
}

}  // namespace spinlab::verifier
