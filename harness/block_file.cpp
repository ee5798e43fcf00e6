#include "harness/block_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

namespace spinlab {
namespace {

std::string seal_line(std::string_view json, const BlockSeal& seal) {
  return fmt::format("spinlab-block-1 block={} rows={} bytes={} crc32={}\n", seal.block, seal.rows,
                     json.size(), checksum_of(json));
}

}  // namespace

std::string checksum_of(std::string_view text) {
  const auto* const bytes = reinterpret_cast<const Bytef*>(text.data());
  return fmt::format("{:08x}", crc32_z(0, bytes, text.size()));
}

std::string seal_block(std::string_view json, const BlockSeal& seal) {
  return seal_line(json, seal).append(json);
}

// The seal that its text should have, byte for byte: nothing in the file is believed.
OpenedBlock open_block(std::string_view text, const BlockSeal& expected) {
  if (text.empty()) return {.damage = "it is empty", .json = {}};
  const auto end = text.find('\n');
  if (!text.starts_with("spinlab-block-1 ") || end == std::string_view::npos) {
    return {.damage = "it has no seal", .json = {}};
  }
  const std::string_view json = text.substr(end + 1);
  const std::string fitting = seal_line(json, expected);
  if (text.substr(0, end + 1) == fitting) return {.damage = {}, .json = json};
  return {.damage = fmt::format("its seal does not fit: expected '{}'",
                                std::string_view(fitting).substr(0, fitting.size() - 1)),
          .json = {}};
}

}  // namespace spinlab
