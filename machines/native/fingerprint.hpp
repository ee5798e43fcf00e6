// Which computer this is, as far as locks can tell: processor model and how many of them.
//
// The same from boot to boot and for every process; not unique: two alike hosts share a profile.
// Thread safety: all functions. Errors: what cannot be read is called "unknown" or counted as 1.
#pragma once

#include <string>
#include <string_view>

namespace spinlab {

struct HostFacts {
  std::string model;   // "AMD EPYC 9554 64-Core Processor"; "arm 0x41 part 0xd0c" on arm64.
  int sockets = 1;     // 1 where the system does not say.
  int processors = 1;  // Hardware threads that the system is configured with.
};

// From the text of /proc/cpuinfo, which names no model on arm64: implementer and part stand in.
HostFacts parse_cpuinfo(std::string_view cpuinfo, int processors);

// "AMD EPYC 9554 64-Core Processor, 1 socket, 128 processors".
std::string fingerprint_of(const HostFacts& facts);

// Safe in file names: lower case letters, digits and hyphens: "amd-epyc-9554-128".
std::string slug_of(const HostFacts& facts);

// Of this computer.
HostFacts host_facts();
std::string host_fingerprint();
std::string machine_slug();

}  // namespace spinlab
