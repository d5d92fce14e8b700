#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

#include "messages/decimal.hpp"

namespace outcry::replay {

/// One row of a tick file.
struct tick_row {
  std::int64_t time_ms = 0;  ///< since midnight in New York, 0 to 25 hours
  Price price;               ///< above 0
  Quantity size;             ///< not below 0

  bool operator==(const tick_row&) const = default;
};

/// Reads one file of recorded trades row by row, plain or gzip, holding 32 KiB of it at a time.
///
/// Everything that is wrong throws std::runtime_error with the file, the line, what was expected
/// and what was found: an unreadable or truncated file, another header, a wrong number of fields, a
/// bad number, a price that is not above 0, a time before the row above.
class tick_file {
public:
  /// Opens the file and reads its header.
  explicit tick_file(std::string path);

  /// The next row; nothing at the end of the file.
  std::optional<tick_row> next();

private:
  struct closer {
    void operator()(gzFile_s* file) const { gzclose_r(file); }
  };

  bool next_line(std::string_view& line);
  bool fill();
  tick_row parse(std::string_view line);
  [[noreturn]] void refuse(std::string_view expected, std::string_view found) const;

  std::string path_;
  std::unique_ptr<gzFile_s, closer> file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
  std::uint64_t line_ = 0;
  std::int64_t last_time_ms_ = 0;
};

}  // namespace outcry::replay
