// What reading a results file and joining the blocks of a run share: the file's text and its rows.
//
// No function here keeps state; calls from several threads are independent of each other.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "harness/results.hpp"

namespace spinlab {

// Ordered, so that a row reads in the order in which Google Benchmark wrote it.
using Json = nlohmann::ordered_json;

// An object with an object `context` and an array `benchmarks`. Throws UserError, one line, for any
// other file.
Json parse_results_file(const std::string& path);
Json parse_results_text(std::string_view text, const std::string& path);  // Of that file.

// Missing texts and texts of another type read as empty: only the format and the rows are needed by
// every reader.
std::string text_of(const Json& object, const char* key);

// Of a sound row.
bool is_failed(const Json& row);
bool is_aggregate(const Json& row);
bool is_counter(std::string_view key, const Json& value);

// Throw UserError, which names the file and the row. A sound row is an aggregate, or an object in
// which everything that spinlab knows has its type, and every number, counters included, its range;
// a cell is what parse_run_name() takes.
void require_sound_row(const Json& row, std::size_t index, const std::string& path);
Cell cell_of(const std::string& run_name, std::size_t index, const std::string& path);

Row parse_row(const Json& json, Cell cell);

}  // namespace spinlab
