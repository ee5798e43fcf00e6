// ExitStatus: thrown by a command that did what was asked and has to say more than "done".
#pragma once

namespace spinlab {

struct ExitStatus {
  int value;
};

inline constexpr int kExitFoundWanting = 1;
inline constexpr int kExitBadInput = 2;
inline constexpr int kExitBounded = 3;
inline constexpr int kExitInterrupted = 130;

}  // namespace spinlab
