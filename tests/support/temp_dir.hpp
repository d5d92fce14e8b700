#pragma once

#include <filesystem>
#include <string>

namespace outcry::test {

/// A fresh directory under the system's temporary folder, removed with all it holds when the
/// object ends.
class temp_dir {
public:
  temp_dir();
  /// Under `parent` instead.
  explicit temp_dir(const std::filesystem::path& parent);
  ~temp_dir();
  temp_dir(const temp_dir&) = delete;
  temp_dir& operator=(const temp_dir&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// The path of `name` inside this directory, as a string.
  std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

/// A folder kept in memory, for tests that write much and whose machine never loses power; the
/// system's temporary folder where there is none.
std::filesystem::path memory_folder();

}  // namespace outcry::test
