#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "messages/decimal.hpp"
#include "messages/detail/text.hpp"
#include "messages/invalid_field.hpp"

namespace outcry::detail {

/// One reading of one input; the first refusal counts, later ones are dropped.
struct reading {
  std::optional<invalid_field> error;

  void refuse(std::string field, std::string expected, std::string_view found) {
    if (!error) error = refusal(std::move(field), std::move(expected), found);
  }

  /// `value` unless something was refused.
  template <class T>
  tl::expected<T, invalid_field> finish(T value) {
    if (error) return tl::unexpected{std::move(*error)};
    return value;
  }
};

/// What an input may be at most.
struct input_bounds {
  std::size_t bytes = std::size_t{64} << 10U;
  int depth = 16;
};

/// How many characters a text may have.
struct length {
  std::size_t min = 0;
  std::size_t max = static_cast<std::size_t>(-1);
};

/// Reads the fields of one JSON object strictly. After a refusal it goes on with empty values, so
/// that a caller reads straight through and asks `reading` once at the end.
class object_reader {
public:
  /// An object that stands alone: checks size, syntax and depth of `text`.
  object_reader(reading& to, std::string_view text, input_bounds bounds);

  /// An object inside one that has been checked; `path` is where it stands.
  object_reader(reading& to, std::string_view raw, std::string path);

  /// Refuses any name that stands twice: for inputs where every field is ours.
  object_reader& names_once();

  /// True if the field is there and not null.
  bool has(std::string_view key) const;

  /// The field's JSON text; empty when missing. Refuses a field that stands twice.
  std::string_view raw(std::string_view key);

  /// The field's text.
  std::string text(std::string_view key, length bounds = {});
  /// The same; empty if missing or null.
  std::string optional_text(std::string_view key, length bounds = {});

  /// A whole number, also when written 1.0 or 1e3; never read through a double.
  std::int64_t integer(std::string_view key, std::int64_t min = INT64_MIN);
  std::int64_t optional_integer(std::string_view key, std::int64_t min = INT64_MIN);
  std::uint64_t count(std::string_view key, std::uint64_t max = UINT64_MAX);

  bool boolean(std::string_view key);
  bool optional_boolean(std::string_view key);

  /// One of the words that `to_string` has for `values`.
  template <class Enum>
  Enum word(std::string_view key, std::initializer_list<Enum> values) {
    const auto found = text(key);
    std::string expected;
    for (const auto x : values) {
      if (found == to_string(x)) return x;
      if (!expected.empty()) expected += ", ";
      expected += to_string(x);
    }
    refuse(key, "one of " + expected);
    return *values.begin();
  }

  /// A text that `check` (of keys.hpp) accepts, as it returns it.
  template <class Check>
  std::string name(std::string_view key, Check&& check, std::string expected) {
    auto result = check(text(key));
    if (result) return *std::move(result);
    refuse(key, std::move(expected));
    return {};
  }

  /// JSON that travels on as text: line breaks become blanks, nothing else changes. Empty if
  /// missing or null.
  std::string embedded(std::string_view key, bool must_be_object, input_bounds bounds);

  /// An object inside this one.
  object_reader object(std::string_view key);

  /// The raw elements of an array.
  std::vector<std::string_view> array(std::string_view key);

  /// Refuses the field `key` as it stands.
  void refuse(std::string_view key, std::string expected);

  /// Where the field stands.
  std::string path_of(std::string_view key) const;

  /// Every field in its order: name and JSON text.
  const std::vector<std::pair<std::string, std::string_view>>& members() const { return members_; }

  reading& outcome() { return to_; }

private:
  void take_members(std::string_view text, int depth);
  std::string_view find(std::string_view key) const;

  reading& to_;
  std::string path_;
  std::vector<std::pair<std::string, std::string_view>> members_;
};

/// The text of a raw JSON value that is a string.
std::optional<std::string> string_of(std::string_view raw);

/// True if no object anywhere in `raw` has a name twice. `raw` has been checked.
bool has_unique_names(std::string_view raw);

/// True if `raw` holds no more than `depth` levels of objects and arrays.
bool is_within_depth(std::string_view raw, int depth);

}  // namespace outcry::detail
