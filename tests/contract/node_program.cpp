#include "tests/contract/node_program.hpp"

#include <chrono>
#include <cstdio>
#include <sstream>

#include <catch2/catch.hpp>

#include <sys/wait.h>

namespace outcry::test {

program_result run_command(const std::string& command) {
  program_result result;
  FILE* out = ::popen(command.c_str(), "r");
  if (out == nullptr) return result;
  char piece[512];
  while (std::fgets(piece, sizeof piece, out) != nullptr) result.output += piece;
  result.code = WEXITSTATUS(::pclose(out));
  while (result.output.ends_with('\n')) result.output.pop_back();
  return result;
}

std::string find_node(const std::string& into, std::string& why) {
  const std::string project = SOURCE_ROOT;
  const auto found = run_command("'" + project + "/scripts/node_modules.sh' '" + project +
                                 "/tests/contract/firebase' '" + into + "'");
  if (found.code == 0) return found.output;
  why = found.output.empty() ? "node_modules.sh failed" : found.output;
  return {};
}

bool check_lines(process& program) {
  const int code = program.wait(std::chrono::minutes(9));
  CHECK(code == 0);
  std::istringstream lines(program.output());
  bool done = false;
  bool skipped = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("FAILED ")) FAIL_CHECK(line);
    if (line.starts_with("SKIPPED: ")) {
      std::puts(line.c_str());
      skipped = true;
    }
    done = done || line.starts_with("done ");
  }
  CHECK((done || skipped));
  if (!(done || skipped) || code != 0) WARN(program.output());
  return !skipped;
}

}  // namespace outcry::test
