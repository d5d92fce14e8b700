#include "messages/detail/json_reader.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include <fmt/format.h>

#include "messages/detail/json_scanner.hpp"

namespace outcry::detail {

namespace {

/// Of values that have been checked against their real limit before.
constexpr int any_depth = 1024;

std::string text_rule(length bounds) {
  if (bounds.max == static_cast<std::size_t>(-1)) {
    return bounds.min == 0 ? "a text" : "a text that is not empty";
  }
  return fmt::format("a text of {} to {} characters", bounds.min, bounds.max);
}

/// The whole number a JSON number means, if it is one that fits 128 bits.
std::optional<int128> whole_number(std::string_view raw) {
  if (raw.empty() || raw[0] == '"') return std::nullopt;
  const auto units = parse_decimal_units(raw);
  if (!units || *units % decimal_one != 0) return std::nullopt;
  return *units / decimal_one;
}

}  // namespace

object_reader::object_reader(reading& to, std::string_view text, input_bounds bounds) : to_{to} {
  if (text.size() > bounds.bytes) {
    to_.refuse("", fmt::format("at most {} bytes", bounds.bytes),
               fmt::format("{} bytes", text.size()));
    return;
  }
  take_members(text, bounds.depth);
}

object_reader::object_reader(reading& to, std::string_view raw, std::string path)
    : to_{to}, path_{std::move(path)} {
  if (raw.empty() || raw[0] != '{') {
    to_.refuse(path_, "an object", raw.empty() ? "nothing" : raw);
    return;
  }
  take_members(raw, any_depth);
}

void object_reader::take_members(std::string_view text, int depth) {
  json_scanner in{text, depth};
  const bool good = in.object([&](std::string_view name) {
    std::string_view value;
    if (!in.value(value)) return false;
    members_.emplace_back(json_text(name), value);
    return true;
  });
  if (good && in.finish()) return;
  members_.clear();
  if (to_.error) return;
  to_.error = in.error();
  to_.error->field = path_;
}

object_reader& object_reader::names_once() {
  std::unordered_set<std::string_view> seen;
  for (const auto& [name, value] : members_) {
    if (seen.insert(name).second) continue;
    to_.refuse(path_of(name), "the field once", value);
    break;
  }
  return *this;
}

std::string_view object_reader::find(std::string_view key) const {
  const auto i = std::ranges::find(members_, key, [](const auto& x) { return x.first; });
  return i == members_.end() ? std::string_view{} : i->second;
}

bool object_reader::has(std::string_view key) const {
  const auto value = find(key);
  return !value.empty() && value != "null";
}

std::string_view object_reader::raw(std::string_view key) {
  const auto named = [&](const auto& x) { return x.first == key; };
  if (std::ranges::count_if(members_, named) > 1) {
    to_.refuse(path_of(key), "the field once", std::ranges::find_if(members_, named)->second);
  }
  return find(key);
}

std::string object_reader::text(std::string_view key, length bounds) {
  const auto found = string_of(raw(key));
  if (!found) {
    refuse(key, text_rule(bounds));
    return {};
  }
  const auto n = utf8_length(*found);
  if (n < bounds.min || n > bounds.max) refuse(key, text_rule(bounds));
  return *found;
}

std::string object_reader::optional_text(std::string_view key, length bounds) {
  raw(key);
  return has(key) ? text(key, bounds) : std::string{};
}

std::int64_t object_reader::integer(std::string_view key, std::int64_t min) {
  const auto value = whole_number(raw(key));
  if (!value || *value < min || *value > std::numeric_limits<std::int64_t>::max()) {
    refuse(key, min == std::numeric_limits<std::int64_t>::min()
                    ? "a whole number"
                    : fmt::format("a whole number of at least {}", min));
    return 0;
  }
  return static_cast<std::int64_t>(*value);
}

std::int64_t object_reader::optional_integer(std::string_view key, std::int64_t min) {
  raw(key);
  return has(key) ? integer(key, min) : 0;
}

std::uint64_t object_reader::count(std::string_view key, std::uint64_t max) {
  const auto value = whole_number(raw(key));
  if (!value || *value < 0 || *value > static_cast<int128>(max)) {
    refuse(key, fmt::format("a whole number of 0 to {}", max));
    return 0;
  }
  return static_cast<std::uint64_t>(*value);
}

bool object_reader::boolean(std::string_view key) {
  const auto value = raw(key);
  if (value != "true" && value != "false") refuse(key, "true or false");
  return value == "true";
}

bool object_reader::optional_boolean(std::string_view key) {
  raw(key);
  return has(key) && boolean(key);
}

std::string object_reader::embedded(std::string_view key, bool must_be_object,
                                    input_bounds bounds) {
  const auto value = raw(key);
  if (!has(key)) return {};
  if (must_be_object && value[0] != '{') refuse(key, "an object");
  if (value.size() > bounds.bytes) refuse(key, fmt::format("at most {} bytes", bounds.bytes));
  if (!is_within_depth(value, bounds.depth)) {
    refuse(key, fmt::format("at most {} levels", bounds.depth));
  } else if (!has_unique_names(value)) {
    refuse(key, "every name once");
  }
  std::string result{value};
  std::ranges::replace_if(
      result, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return result;
}

object_reader object_reader::object(std::string_view key) {
  return {to_, raw(key), path_of(key)};
}

std::vector<std::string_view> object_reader::array(std::string_view key) {
  const auto value = raw(key);
  if (value.empty() || value[0] != '[') {
    refuse(key, "a list");
    return {};
  }
  std::vector<std::string_view> result;
  json_scanner in{value, any_depth};
  if (!in.array([&] {
        std::string_view element;
        if (!in.value(element)) return false;
        result.push_back(element);
        return true;
      })) {
    refuse(key, "a list");
  }
  return result;
}

void object_reader::refuse(std::string_view key, std::string expected) {
  const auto value = find(key);
  to_.refuse(path_of(key), std::move(expected), value.empty() ? "nothing" : value);
}

std::string object_reader::path_of(std::string_view key) const {
  return path_.empty() ? std::string{key} : path_ + '.' + std::string{key};
}

std::optional<std::string> string_of(std::string_view raw) {
  if (raw.empty() || raw[0] != '"') return std::nullopt;
  return json_text(raw);
}

bool has_unique_names(std::string_view raw) {
  json_scanner in{raw, any_depth};
  std::unordered_set<std::string> seen;
  const auto element = [&] {
    std::string_view value;
    return in.value(value) && has_unique_names(value);
  };
  if (raw[0] == '[') return in.array(element);
  if (raw[0] != '{') return true;
  return in.object(
      [&](std::string_view name) { return seen.insert(json_text(name)).second && element(); });
}

bool is_within_depth(std::string_view raw, int depth) {
  json_scanner in{raw, depth};
  std::string_view value;
  return in.value(value);
}

}  // namespace outcry::detail
