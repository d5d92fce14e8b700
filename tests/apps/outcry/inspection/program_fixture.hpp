#pragma once

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/apps/outcry/inspection/scripted_floor.hpp"
#include "tests/support/process.hpp"

namespace outcry::test {

struct program_result {
  int code = -1;
  std::string output;
};

/// The command line beside a scripted floor.
class command_line {
public:
  explicit command_line(const scripted_floor& floor) : command_line(floor.dir().path().string()) {}

  /// At a data directory where perhaps nobody is.
  explicit command_line(const std::string& data_dir) {
    std::ofstream{dir_.file("outcry.toml")} << "floor.data_dir = \"" << data_dir
                                            << "\"\nfirebase.url = \"\"\n";
  }

  program_result run(std::vector<std::string> arguments) {
    process::options options;
    options.arguments = std::move(arguments);
    options.arguments.insert(options.arguments.begin(), OUTCRY_PROGRAM);
    options.directory = dir_.path().string();
    options.output_file = dir_.file("output" + std::to_string(++runs_));
    process program{options};
    const auto code = program.wait();
    return {code, program.output()};
  }

  const temp_dir& dir() const { return dir_; }

private:
  temp_dir dir_;
  int runs_ = 0;
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace outcry::test
