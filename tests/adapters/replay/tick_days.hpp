#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <zlib.h>

#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// A directory of tick files made by a test; by default named by a day.
class tick_day {
public:
  explicit tick_day(const std::string& name = "2024-03-08") : dir_(parent_.file(name)) {
    std::filesystem::create_directory(dir_);
  }

  const std::string& dir() const { return dir_; }
  std::string file(const std::string& name) const { return dir_ + "/" + name; }

  /// Writes a file as it is given.
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(file(name), std::ios::binary) << content;
  }

  /// Writes a plain file with the header.
  void rows(const std::string& name, const std::string& rows) const {
    write(name, "time_ms,price,size,exchange\n" + rows);
  }

  /// The same, compressed.
  void gzip_rows(const std::string& name, const std::string& rows) const {
    auto content = "time_ms,price,size,exchange\n" + rows;
    auto* out = gzopen(file(name).c_str(), "wb");
    if (out == nullptr || gzwrite(out, content.data(), static_cast<unsigned>(content.size())) == 0)
      throw std::runtime_error("cannot write " + file(name));
    gzclose(out);
  }

private:
  temp_dir parent_;
  std::string dir_;
};

}  // namespace outcry::test
