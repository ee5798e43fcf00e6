// The summary at the program's end.
#pragma once

namespace spinlab::verifier {

// Writes to stderr, for each lock that was acquired: how often, how often it was held by another
// then, and its longest acquisition with its place; those with the most acquisitions first. Nothing
// if there was none. When no other thread locks any more.
void write_summary();

}  // namespace spinlab::verifier
