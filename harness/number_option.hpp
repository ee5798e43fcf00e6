// Checks of options, for CLI11's Option::check().
//
// CLI11 reads an empty text as 0, -1 as the largest unsigned number, and a number beyond its type
// as the type's limit. A check sees the text itself, before that.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <concepts>
#include <string>
#include <utility>

#include "harness/output_file.hpp"
#include "harness/parse_number.hpp"

namespace spinlab {

// A number from `lowest` to `highest`, both included; whole if they are.
template <class Number>
CLI::Validator number_from(Number lowest, Number highest) {
  const auto check = [lowest, highest](const std::string& text) -> std::string {
    const auto number = parse_number<Number>(text);
    if (number && *number >= lowest && *number <= highest) return "";
    return fmt::format("'{}' is no {} from {} to {}", text,
                       std::integral<Number> ? "whole number" : "number", lowest, highest);
  };
  return {check, "", ""};
}

// Not empty: what an unset variable of a shell leaves is no choice.
inline CLI::Validator not_empty(std::string message = "must not be empty") {
  const auto check = [message = std::move(message)](const std::string& text) {
    return text.empty() ? message : "";
  };
  return {check, "", ""};
}

// `-` would be a file of that name, where the user means the standard output.
inline CLI::Validator a_file_name() {
  const auto check = [](const std::string& text) -> std::string {
    if (!text.empty() && text != "-") return "";
    return fmt::format("'{}' is no name of a file; give one", text);
  };
  return {check, "", ""};
}

// Files that are there already are replaced only with it.
inline void add_force_option(CLI::App& command, Overwrite& overwrite) {
  command.add_flag_callback(
      "--force", [&overwrite] { overwrite = Overwrite::kReplace; },
      "Replace files that exist already");
}

}  // namespace spinlab
