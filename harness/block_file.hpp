// Block files: what one block of a run measured, under a seal that says whether all of it is there.
//
// The first line is the seal, `spinlab-block-1 block=3 rows=24 bytes=18250 crc32=0d4a1137`. What
// follows is Google Benchmark's JSON, to which `bytes` and `crc32` (zlib's) belong. A file without
// its last bytes, or with pages of zeros after a power failure, does not fit its seal.
//
// No function here keeps state; calls from several threads are independent of each other.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spinlab {

struct BlockSeal {
  int block = 0;         // Which of the run's blocks, from 0.
  std::size_t rows = 0;  // Windows, failed ones included.
};

// Eight hexadecimal digits.
std::string checksum_of(std::string_view text);

std::string seal_block(std::string_view json, const BlockSeal& seal);

struct OpenedBlock {
  std::string damage;     // What is wrong with it, for people; empty if it is whole.
  std::string_view json;  // A part of the text that was given; empty if that is damaged.
};
// Whole only if it is the block that is expected.
OpenedBlock open_block(std::string_view text, const BlockSeal& expected);

}  // namespace spinlab
