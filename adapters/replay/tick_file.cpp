#include "adapters/replay/tick_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

namespace outcry::replay {

namespace {

constexpr std::string_view header = "time_ms,price,size,exchange";
constexpr std::size_t field_count = 4;
constexpr std::size_t buffer_size = 32 * 1024;
constexpr unsigned zlib_buffer_size = 16 * 1024;
// A row of ours takes some 40 characters; what is much longer is no such file.
constexpr std::size_t longest_line = 1024;
// A day has 25 hours when daylight saving ends.
constexpr std::int64_t last_time_of_day_ms = 25LL * 3600 * 1000;

}  // namespace

tick_file::tick_file(std::string path) : path_(std::move(path)), buffer_(buffer_size) {
  errno = 0;
  file_.reset(gzopen(path_.c_str(), "rbe"));
  if (!file_)
    throw std::runtime_error(fmt::format("{}: expected a readable file, found: {}", path_,
                                         errno != 0 ? std::strerror(errno) : "no memory"));
  gzbuffer(file_.get(), zlib_buffer_size);
  std::string_view line;
  if (!next_line(line)) {
    ++line_;
    refuse(fmt::format("the header \"{}\"", header), "an empty file");
  }
  if (line != header) refuse(fmt::format("the header \"{}\"", header), line);
}

std::optional<tick_row> tick_file::next() {
  std::string_view line;
  if (!next_line(line)) return std::nullopt;
  return parse(line);
}

bool tick_file::next_line(std::string_view& line) {
  for (;;) {
    auto* first = buffer_.data() + begin_;
    auto* last = buffer_.data() + end_;
    auto* stop = std::find(first, last, '\n');
    if (stop != last || (at_end_ && first != last)) {
      line = {first, static_cast<std::size_t>(stop - first)};
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      begin_ = static_cast<std::size_t>(stop - buffer_.data()) + (stop != last ? 1 : 0);
      ++line_;
      if (line.size() > longest_line)
        refuse(fmt::format("a line of at most {} characters", longest_line),
               line.substr(0, longest_line));
      return true;
    }
    if (at_end_) return false;
    if (static_cast<std::size_t>(last - first) > longest_line) {
      ++line_;
      refuse(fmt::format("a line of at most {} characters", longest_line), {first, longest_line});
    }
    at_end_ = !fill();
  }
}

bool tick_file::fill() {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  auto wanted = buffer_.size() - end_;
  auto got = gzread(file_.get(), buffer_.data() + end_, static_cast<unsigned>(wanted));
  // A truncated gzip file is told by the error code alone, behind the last good bytes.
  int code = Z_OK;
  const char* text = gzerror(file_.get(), &code);
  if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
    throw std::runtime_error(fmt::format(
        "{} after line {}: expected a whole file, found: {}", path_, line_,
        code == Z_ERRNO ? std::strerror(errno) : (code == Z_BUF_ERROR ? "a truncated one" : text)));
  end_ += static_cast<std::size_t>(got);
  return got > 0;
}

tick_row tick_file::parse(std::string_view line) {
  std::array<std::string_view, field_count> fields;
  std::size_t count = 1;
  auto rest = line;
  for (auto comma = rest.find(','); comma != rest.npos; comma = rest.find(',')) {
    if (count < field_count) fields[count - 1] = rest.substr(0, comma);
    rest.remove_prefix(comma + 1);
    ++count;
  }
  if (count != field_count) refuse("4 fields, time_ms,price,size,exchange", line);
  fields[field_count - 1] = rest;

  tick_row row;
  const auto& time = fields[0];
  auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), row.time_ms);
  if (error != std::errc{} || end != time.data() + time.size() || row.time_ms < 0 ||
      row.time_ms > last_time_of_day_ms)
    refuse(fmt::format("time_ms: a whole number from 0 to {}", last_time_of_day_ms), time);
  if (row.time_ms < last_time_ms_)
    refuse(fmt::format("time_ms: not before the row above, {}", last_time_ms_), time);
  auto price = Price::parse(fields[1]);
  if (!price || !price->is_positive()) refuse("price: a number above 0", fields[1]);
  auto size = Quantity::parse(fields[2]);
  if (!size || size->units() < 0) refuse("size: a number not below 0", fields[2]);
  row.price = *price;
  row.size = *size;
  last_time_ms_ = row.time_ms;
  return row;
}

void tick_file::refuse(std::string_view expected, std::string_view found) const {
  throw std::runtime_error(
      fmt::format("{} line {}: expected {}, found \"{}\"", path_, line_, expected, found));
}

}  // namespace outcry::replay
