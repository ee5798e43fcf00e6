#include "harness/cli.hpp"

int main(int argc, char** argv) { return spinlab::run_cli(argc, argv); }
