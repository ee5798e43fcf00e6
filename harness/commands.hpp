// The commands of the program `spinlab`, one file each: <name>_command.cpp.
//
// Each function adds one subcommand, with its options, an example in its help, and its callback.
// A callback throws UserError for bad input; anything else that it throws is a defect.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace spinlab {

void add_list_command(CLI::App& app);
void add_topology_command(CLI::App& app);
void add_calibrate_command(CLI::App& app);
// `arguments` as given to the program: the processes of a run get them again, and CLI11 does not
// tell an empty value from a missing one.
void add_bench_command(CLI::App& app, std::vector<std::string> arguments);
void add_simulate_command(CLI::App& app);
void add_recommend_command(CLI::App& app, std::vector<std::string> arguments);
void add_compare_command(CLI::App& app);
void add_check_command(CLI::App& app);
void add_plot_command(CLI::App& app);

}  // namespace spinlab
