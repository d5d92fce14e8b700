#include "adapters/redis/resp.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace outcry::redis {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t max_line = 64 * 1024;
constexpr std::size_t max_number = 24;
constexpr std::size_t max_elements = 4;

void append_header(std::string& out, char type, std::size_t number) {
  char digits[max_number];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  out += type;
  out.append(digits, static_cast<std::size_t>(end - digits));
  out += line_end;
}

template <class Words>
void append_words(std::string& out, const Words& words) {
  append_header(out, '*', words.size());
  for (std::string_view word : words) {
    append_header(out, '$', word.size());
    out.append(word);
    out += line_end;
  }
}

enum class step { ok, incomplete, invalid };

/// Reads forward through the input; `at` stands behind what was read.
struct cursor {
  std::string_view input;
  std::size_t at = 0;

  /// The text up to the next line end, at most `longest` bytes.
  step line(std::size_t longest, std::string_view& text) {
    auto rest = input.substr(at);
    auto end = rest.find('\r');
    if (end == std::string_view::npos || end > longest)
      return end == std::string_view::npos && rest.size() <= longest ? step::incomplete
                                                                     : step::invalid;
    if (end + 1 == rest.size()) return step::incomplete;
    if (rest[end + 1] != '\n') return step::invalid;
    text = rest.substr(0, end);
    at += end + 2;
    return step::ok;
  }

  step number(std::int64_t& value) {
    // Lengths are short, and this runs three times per message: a plain loop beats find + parse.
    auto position = at;
    bool negative = position < input.size() && input[position] == '-';
    if (negative) ++position;
    auto first = position;
    std::int64_t read = 0;
    while (position < input.size() && input[position] >= '0' && input[position] <= '9') {
      if (position - first > 17) return step::invalid;
      read = read * 10 + (input[position++] - '0');
    }
    if (position == input.size()) return step::incomplete;
    if (position == first || input[position] != '\r') return step::invalid;
    if (position + 1 == input.size()) return step::incomplete;
    if (input[position + 1] != '\n') return step::invalid;
    at = position + 2;
    value = negative ? -read : read;
    return step::ok;
  }
};

frame_outcome only(frame_status status) {
  return {status, 0, 0, 0};
}

frame_outcome ended(step reason) {
  return only(reason == step::incomplete ? frame_status::incomplete : frame_status::invalid);
}

struct kind_name {
  std::string_view name;
  frame_kind kind;
  std::size_t elements;
};

constexpr std::array<kind_name, 7> kind_names = {{
    {"message", frame_kind::message, 3},
    {"pmessage", frame_kind::pattern_message, 4},
    {"subscribe", frame_kind::subscribed, 3},
    {"unsubscribe", frame_kind::unsubscribed, 3},
    {"psubscribe", frame_kind::pattern_subscribed, 3},
    {"punsubscribe", frame_kind::pattern_unsubscribed, 3},
    {"pong", frame_kind::pong, 2},
}};

frame_kind kind_of(std::string_view name, std::size_t elements) {
  for (const auto& entry : kind_names)
    if (entry.name == name && entry.elements == elements) return entry.kind;
  return frame_kind::other;
}

void assign(const std::array<std::string_view, max_elements>& texts, frame& out) {
  switch (out.kind) {
    case frame_kind::message:
      out.channel = texts[1];
      out.payload = texts[2];
      break;
    case frame_kind::pattern_message:
      out.pattern = texts[1];
      out.channel = texts[2];
      out.payload = texts[3];
      break;
    case frame_kind::subscribed:
    case frame_kind::unsubscribed:
      out.channel = texts[1];
      break;
    case frame_kind::pattern_subscribed:
    case frame_kind::pattern_unsubscribed:
      out.pattern = texts[1];
      break;
    default:
      break;
  }
}

frame_outcome parse_array(cursor& in, std::size_t limit, frame& out) {
  std::int64_t count = 0;
  if (auto read = in.number(count); read != step::ok) return ended(read);
  if (count < 1 || count > static_cast<std::int64_t>(max_elements))
    return only(frame_status::invalid);
  auto elements = static_cast<std::size_t>(count);
  std::array<std::string_view, max_elements> texts;
  for (std::size_t i = 0; i < elements; ++i) {
    if (in.at == in.input.size()) return only(frame_status::incomplete);
    char type = in.input[in.at++];
    std::int64_t number = 0;
    if (type != '$' && type != ':') return only(frame_status::invalid);
    if (auto read = in.number(number); read != step::ok) return ended(read);
    if (type == ':' || number == -1) continue;
    if (number < 0) return only(frame_status::invalid);
    auto length = static_cast<std::size_t>(number);
    if (length > limit) {
      out.kind = kind_of(texts[0], elements);
      bool message = out.kind == frame_kind::message || out.kind == frame_kind::pattern_message;
      if (!message || i + 1 != elements) return only(frame_status::invalid);
      assign(texts, out);
      auto total = in.at + length + line_end.size();
      auto here = std::min(total, in.input.size());
      return {frame_status::oversized, here, 0, total - here};
    }
    auto end = in.at + length;
    if (end + line_end.size() > in.input.size())
      return {frame_status::incomplete, 0, end + line_end.size(), 0};
    if (in.input[end] != '\r' || in.input[end + 1] != '\n') return only(frame_status::invalid);
    texts[i] = in.input.substr(in.at, length);
    in.at = end + line_end.size();
  }
  out.kind = kind_of(texts[0], elements);
  assign(texts, out);
  return {frame_status::complete, in.at, 0, 0};
}

}  // namespace

void append_command(std::string& out, std::span<const std::string_view> words) {
  append_words(out, words);
}

void append_command(std::string& out, std::initializer_list<std::string_view> words) {
  append_words(out, words);
}

void append_command(std::string& out, const arguments& words) {
  append_words(out, words);
}

frame_outcome parse_frame(std::string_view input, std::size_t limit, frame& out) {
  out = frame{};
  if (input.empty()) return only(frame_status::incomplete);
  cursor in{input, 1};
  switch (input.front()) {
    case '*':
      return parse_array(in, limit, out);
    case '+':
    case '-': {
      if (auto read = in.line(max_line, out.payload); read != step::ok) return ended(read);
      if (input.front() == '-')
        out.kind = frame_kind::error;
      else if (out.payload == "PONG")
        out.kind = frame_kind::pong;
      return {frame_status::complete, in.at, 0, 0};
    }
    default:
      return only(frame_status::invalid);
  }
}

}  // namespace outcry::redis
