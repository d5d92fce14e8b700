#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outcry::cli {

enum class colour { none, green, yellow, red, dim, bold };

/// A piece of a line.
struct cell {
  std::string text;
  colour paint = colour::none;
};

/// Standard output: line by line, each flushed, so that pipes see them at once. Not thread-safe.
class output {
public:
  /// Colours only on a terminal, and not when NO_COLOR is set.
  output();

  /// Writes one line. What a terminal could take for a command is made harmless.
  void line(std::string_view text);
  void line(const std::vector<cell>& cells, const std::vector<std::size_t>& widths = {});

  /// Rows under a header, columns aligned.
  void table(const std::vector<std::string>& header, const std::vector<std::vector<cell>>& rows);

  /// Nobody reads any more: the pipe behind us is closed.
  bool closed() const { return closed_; }

private:
  void write(std::string text);
  std::string painted(const cell& x) const;

  bool colours_;
  bool closed_ = false;
};

/// The colour of a state's or status's word.
colour colour_of(std::string_view word);

/// Columns a terminal needs for this UTF-8 text, one for each code point.
std::size_t width(std::string_view text);

/// Control characters replaced by '?': text from elsewhere must not steer the terminal.
std::string harmless(std::string_view text);

/// Local time of today as "14:03:22", of another day as "2026-01-31 14:03:22"; "-" for 0.
std::string local_time(std::int64_t unix_ms);

/// A problem, on standard error: "outcry: ...".
void complain(std::string_view text);

}  // namespace outcry::cli
