#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace outcry::firebase::local {

// Keys of the tree, and the encoding under which they are stored.
//
// A place in the tree is stored as the encodings of its keys, one behind the other. Comparing such
// strings byte by byte gives Firebase's order: level by level, keys that are integers of 32 bits
// first, by value and then by length, all others behind them by UTF-16 code units. No key's
// encoding is the beginning of another's, so everything below P lies in [P, P + end_mark).
// A node's priority stands below the node under a key of its own, `priority_key`, which sorts
// before every child and is none: it does not count as a level. Source of the order: nameCompare in
// the Firebase SDK, Apache 2.0 package @firebase/database.

/// Sorts behind everything that can follow an encoded place.
inline constexpr char end_mark = '\xff';

/// The encoded key of a node's priority, ".priority" in words. Only the last key of a place.
inline constexpr std::string_view priority_key = "\x01\x02";

/// Where the children of a node begin, behind its own value and its priority.
inline constexpr char child_mark = '\x02';

inline constexpr std::size_t longest_key = 768;   ///< bytes of UTF-8; Firebase's limit
inline constexpr std::size_t deepest_place = 32;  ///< levels; Firebase's limit

/// What is wrong with `key` (UTF-8), or "" if it may be used.
std::string key_fault(std::string_view key);

/// Encodes a key without fault.
std::string encode_key(std::string_view key);

/// Appends the encoding of `key` to `place`.
void append_key(std::string& place, std::string_view key);

/// The bytes that the first key of `place` takes. `place` must not be empty.
std::size_t first_key_size(std::string_view place);

/// The text of the first key of `place`.
std::string first_key(std::string_view place);

/// True if the first key of `place` is a canonical non-negative integer ("0", "17", never "01").
bool first_key_is_index(std::string_view place, std::size_t& index);

/// True if `place` is that of a priority. No other key's encoding ends in this byte.
inline bool is_priority(std::string_view place) {
  return !place.empty() && place.back() == priority_key.back();
}

/// The number of keys in `place`; a priority does not count.
std::size_t depth(std::string_view place);

/// `place` in words: "a/b/c"; "" for the root.
std::string to_text(std::string_view place);

/// The first place behind `place` and everything below it.
std::string end_of(std::string_view place);

/// The first place at which a child of `place` can stand.
std::string first_child_of(std::string_view place);

/// True if `place` is `ancestor` or lies below it.
inline bool within(std::string_view place, std::string_view ancestor) {
  return place.substr(0, ancestor.size()) == ancestor;
}

/// Encodes the place `text` names, such as "a/b" or "/a/b/"; empty parts are skipped. Parts are
/// percent-decoded first if `percent_encoded`. The last part may be ".priority". Throws refusal
/// (400) at a key that is not allowed or when `above` (levels) plus the parts exceed
/// `deepest_place`.
std::string parse_place(std::string_view text, bool percent_encoded, std::size_t above = 0);

/// Compares UTF-8 texts by their UTF-16 code units: below, equal to or above 0.
int compare_utf16(std::string_view left, std::string_view right);

}  // namespace outcry::firebase::local
