#include "harness/topology_draw.hpp"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "harness/output_file.hpp"
#include "harness/user_error.hpp"

namespace spinlab {
namespace {

// The one without a window system comes first: it needs less, and draws the same.
constexpr std::array<const char*, 2> kPrograms{"lstopo-no-graphics", "lstopo"};

class SpawnActions {
 public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

struct Finished {
  int status = 0;
  std::string output;
};

std::string read_to_end(int descriptor) {
  std::string text;
  std::array<char, 4096> part;
  for (;;) {
    const ssize_t length = read(descriptor, part.data(), part.size());
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return text;
    text.append(part.data(), static_cast<std::size_t>(length));
  }
}

// Nothing if there is no such program. What it says on stderr is not ours to print.
std::optional<Finished> run_program(const char* program, std::vector<std::string> words) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "no pipe");
  }
  words.insert(words.begin(), program);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  SpawnActions actions;
  posix_spawn_file_actions_adddup2(actions.get(), ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(actions.get(), STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, program, actions.get(), nullptr, arguments.data(), environ);
  close(ends[1]);
  std::optional<Finished> finished;
  if (error == 0) {
    finished.emplace();
    finished->output = read_to_end(ends[0]);
    while (waitpid(child, &finished->status, 0) < 0 && errno == EINTR) {
    }
  }
  close(ends[0]);
  return finished;
}

std::vector<std::string> arguments_for(const DrawnMachine& machine) {
  std::vector<std::string> words{"--of", "svg"};
  const bool is_xml = !machine.xml.empty();
  if (is_xml || !machine.synthetic.empty()) {
    words.insert(words.end(), {"--if", is_xml ? "xml" : "synthetic", "--input",
                               is_xml ? machine.xml : machine.synthetic});
  }
  words.emplace_back("-");
  return words;
}

}  // namespace

void draw_topology(const DrawnMachine& machine, const std::string& path, Overwrite overwrite) {
  if (overwrite == Overwrite::kRefuse) require_new(path);
  for (const char* const program : kPrograms) {
    const std::optional<Finished> finished = run_program(program, arguments_for(machine));
    if (!finished) continue;
    if (finished->status != 0 || finished->output.find("<svg") == std::string::npos) {
      throw UserError(fmt::format("{} could not draw this machine; try it by hand", program));
    }
    return write_output_file(path, finished->output, overwrite);
  }
  throw UserError(
      "drawing needs hwloc's lstopo, which is not installed; the Debian package hwloc-nox has it");
}

}  // namespace spinlab
