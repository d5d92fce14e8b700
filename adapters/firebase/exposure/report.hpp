#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace outcry::firebase::exposure {

/// What has become of a wish.
struct report {
  /// An address that is not open.
  struct failure {
    std::string address;
    std::string why;

    bool operator==(const failure&) const = default;
  };

  std::string id;                 ///< of the wish it is about; "" = none is there
  std::vector<std::string> open;  ///< addresses others can reach
  std::vector<failure> failed;
  std::string problem;  ///< why all is closed, beyond the addresses; "" = nothing

  bool operator==(const report&) const = default;
};

/// data_dir/exposed-now.json, for the server that writes it. It holds a lock for as long as it
/// lives, also if it should be killed, so that nobody believes a report that is out of date.
class report_writer {
public:
  /// Makes the file if it is missing. Throws std::runtime_error naming it, also if another process
  /// has it.
  explicit report_writer(const std::filesystem::path& data_dir);
  ~report_writer();
  report_writer(const report_writer&) = delete;
  report_writer& operator=(const report_writer&) = delete;

  /// Throws std::runtime_error.
  void write(const report& what);

private:
  std::filesystem::path path_;
  int file_;
};

/// What a running server says; nothing if none runs, or it is just beginning to. Throws
/// std::runtime_error naming the file if it cannot be read.
std::optional<report> read_report(const std::filesystem::path& data_dir);

/// True if a server runs on this data folder. Throws as `read_report`.
bool server_runs(const std::filesystem::path& data_dir);

}  // namespace outcry::firebase::exposure
