// The program `spinlab`, callable: tests run it with contestants of their own.
#pragma once

namespace spinlab {

// Exit status: 0; 1 if what was asked for was done and found wanting (a failed cell); 2 for bad
// input or output that cannot be written, named in one line on stderr; 130 if interrupted.
int run_cli(int argc, char** argv);

}  // namespace spinlab
