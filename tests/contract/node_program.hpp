#pragma once

#include <string>

#include "tests/support/process.hpp"

namespace outcry::test {

/// A program's exit code, and what it printed without the last line's end.
struct program_result {
  int code = -1;
  std::string output;
};

/// Runs a command of the shell to its end.
program_result run_command(const std::string& command);

/// The node that belongs to tests/contract/firebase, whose programs and packages are then in
/// `into`. Empty where npm or its registry is missing; then `why` says so.
std::string find_node(const std::string& into, std::string& why);

/// Waits for the end of a program that prints "ok ...", "FAILED ..." and "done N": every line that
/// begins with FAILED fails the test, and so does an end without "done". False when the program
/// said "SKIPPED: ..." instead.
bool check_lines(process& program);

}  // namespace outcry::test
