#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace outcry::console {

/// Reads one JSON document from front to back without building a tree of it: ten thousand rows a
/// second must cost little. A value of another kind than asked for is skipped and reads as nothing,
/// so that a newer floor's rows stay readable. Never reads beyond the text; after anything that is
/// no JSON `ok` is false and nothing more is to be had.
class json_cursor {
public:
  explicit json_cursor(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

  bool ok() const { return ok_; }

  /// Begins an object; false, and the value is skipped, when it is none.
  bool enter_object() { return enter('{'); }

  /// The next member's name, its value comes next. False at the object's end. A name with escapes
  /// is given as written.
  bool next_member(std::string_view& name);

  /// Begins an array; false, and the value is skipped, when it is none.
  bool enter_array() { return enter('['); }

  /// True when another element comes next; false at the array's end.
  bool next_element();

  /// A string's content; cleared for any other value.
  void text(std::string& to);
  std::string text();

  /// Fractions are cut off, what is beyond 64 bits is taken to the limit; 0 for any other value.
  std::int64_t integer();
  /// As `integer`; negative numbers read as 0.
  std::uint64_t count();
  bool boolean();

  /// Passes over null, if it is that.
  bool null();

  /// Passes over a value and returns its text.
  std::string_view skip();

private:
  bool enter(char opening);
  bool blank_to(char& next);
  bool skip_string();
  bool fail();

  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace outcry::console
