// What an hwloc synthetic description would make, seen from its text alone: hwloc builds whatever
// it is asked for, and a typing error may ask for more than there is memory.
//
// Thread safety: a pure function.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace spinlab {

// How many processors "package:2 numa:1 core:8 pu:2" describes: 32; at most 2^32 is told. Nothing
// if the text is no such list of levels. Counts are decimal, and numbers in `indexes=` have at most
// six digits: hwloc would take a second for each 100 million of an index.
std::optional<std::uint64_t> processors_described(std::string_view description);

}  // namespace spinlab
