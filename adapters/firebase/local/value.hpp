#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace outcry::firebase::local {

/// What can stand at a leaf of the tree. Whole numbers below 2^63 are always integers.
using scalar = std::variant<bool, std::int64_t, double, std::string>;

inline constexpr std::size_t longest_string = 10u << 20;  ///< bytes; Firebase's limit

/// One leaf and its place (see key.hpp). A node's priority is a leaf of its own.
struct leaf {
  std::string place;
  scalar value;
  /// `value` is to be added to the number that stands there; see `{".sv":{"increment":n}}`.
  bool increment = false;
};

/// The number `value` in the one form under which it is stored; never -0.
scalar normal_number(double value);

/// The sum of two numbers; what is no number counts as 0.
scalar add(const scalar& left, const scalar& right);

/// Appends `value` as JSON. Numbers come in the shortest form that reads back to the same number.
void append_json(std::string& out, const scalar& value);

/// Appends `text` as a JSON string.
void append_json(std::string& out, std::string_view text);

/// The leaves of `value` when it is written at `place`, sorted. null, {} and [] have none; elements
/// of arrays get their index as key; `{".value": x}` is x; `{".sv":"timestamp"}` is `now`
/// (UNIX milliseconds); ".priority" beside either, or beside children, is that node's priority if
/// there is a node. At a priority's place, `value` is the priority. Throws refusal (400) at keys,
/// depths, strings, priorities (null, a number or a string) and server values that are not allowed.
std::vector<leaf> flatten(const nlohmann::json& value, std::string_view place, std::int64_t now);

}  // namespace outcry::firebase::local
