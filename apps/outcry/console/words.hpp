#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace outcry::console {

/// Figures in at most five columns, as a person reads them in a table.

/// "0", "99999", "123k", "4.5M".
std::string count_words(std::uint64_t x);

/// Of a second: "-" when it is not known, "0", "0.3", "42", "12.3k".
std::string rate_words(double x);

/// "0.3s", "12s", "3m20", "2h05", "3d04".
std::string span_words(std::int64_t ms);

/// "850ns", "12us", "3.4ms", "1.2s"; "-" when it is not known.
std::string nanos_words(double ns);

/// "214M"; "-" for 0.
std::string bytes_words(std::uint64_t bytes);

/// Local time of day: "14:03:22".
std::string clock_words(std::int64_t unix_ms);

/// One glyph for each of the last `columns` values, of eight heights up to the largest of them; a
/// blank for NaN.
std::string spark_line(std::span<const double> values, std::size_t columns);

}  // namespace outcry::console
