#include "machines/native/fingerprint.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

namespace spinlab {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The values of all lines "key : value", in order.
std::vector<std::string_view> values_of(std::string_view cpuinfo, std::string_view key) {
  std::vector<std::string_view> values;
  while (!cpuinfo.empty()) {
    const std::string_view line = cpuinfo.substr(0, cpuinfo.find('\n'));
    cpuinfo.remove_prefix(std::min(cpuinfo.size(), line.size() + 1));
    const auto colon = line.find(':');
    if (colon != line.npos && trim(line.substr(0, colon)) == key)
      values.push_back(trim(line.substr(colon + 1)));
  }
  return values;
}

std::string model_of(std::string_view cpuinfo) {
  if (const auto names = values_of(cpuinfo, "model name"); !names.empty())
    return std::string(names.front());
  const auto implementers = values_of(cpuinfo, "CPU implementer");
  const auto parts = values_of(cpuinfo, "CPU part");
  if (implementers.empty() || parts.empty()) return "unknown";
  return "arm " + std::string(implementers.front()) + " part " + std::string(parts.front());
}

// Words that say nothing about which processor it is.
bool is_filler(std::string_view word) {
  static constexpr std::array<std::string_view, 4> kFillers{"cpu", "processor", "r", "tm"};
  return std::ranges::find(kFillers, word) != kFillers.end() || word.ends_with("core");
}

}  // namespace

HostFacts parse_cpuinfo(std::string_view cpuinfo, int processors) {
  const auto packages = values_of(cpuinfo, "physical id");
  const std::set<std::string_view> sockets(packages.begin(), packages.end());
  return {.model = model_of(cpuinfo),
          .sockets = std::max(1, static_cast<int>(sockets.size())),
          .processors = std::max(1, processors)};
}

std::string fingerprint_of(const HostFacts& facts) {
  const auto counted = [](int count, const char* noun) {
    return ", " + std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
  };
  return facts.model + counted(facts.sockets, "socket") + counted(facts.processors, "processor");
}

std::string slug_of(const HostFacts& facts) {
  // "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz": the frequency is no part of the model.
  std::string model = facts.model.substr(0, facts.model.find('@'));
  std::string words;
  for (const char letter : model) {
    const auto byte = static_cast<unsigned char>(letter);
    words += std::isalnum(byte) ? static_cast<char>(std::tolower(byte)) : ' ';
  }
  std::string slug;
  std::string last;
  std::istringstream stream(words);
  for (std::string word; stream >> word; last = word) {
    // "64-Core": the number before the filler goes with it.
    if (word.ends_with("core") && !last.empty() &&
        std::isdigit(static_cast<unsigned char>(last[0])))
      slug.erase(slug.size() - last.size() - 1);
    if (!is_filler(word)) slug += word + '-';
  }
  return slug + std::to_string(facts.processors);
}

HostFacts host_facts() {
  std::ifstream file("/proc/cpuinfo");
  std::ostringstream text;
  text << file.rdbuf();
  // Configured, not online: the same when a processor is switched off for a while.
  return parse_cpuinfo(text.str(), static_cast<int>(sysconf(_SC_NPROCESSORS_CONF)));
}

std::string host_fingerprint() { return fingerprint_of(host_facts()); }

std::string machine_slug() { return slug_of(host_facts()); }

}  // namespace spinlab
