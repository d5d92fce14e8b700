#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace outcry::firebase::rules {

/// A place in the tree as its keys; the root has none.
using path = std::vector<std::string>;

/// The place that "a/b" or "/a/b/" names; empty parts are skipped.
path path_of(std::string_view text);

/// "/a/b"; "/" for the root.
std::string to_text(const path& at);

/// What stands at a leaf or as a priority; monostate is null. The rules language has one kind of
/// numbers.
using scalar = std::variant<std::monostate, bool, double, std::string>;

/// What stands at a place.
struct node {
  enum class kinds : std::uint8_t { none, leaf, inner };
  kinds kind = kinds::none;
  scalar value;  ///< of a leaf
};

/// A tree as rules see it.
class node_source {
public:
  virtual ~node_source() = default;

  virtual node at(const path& place) const = 0;

  /// null if there is none.
  virtual scalar priority(const path& place) const = 0;
};

/// The stored tree, which must not change while it is looked at.
class tree_view : public node_source {
public:
  /// The key of a child behind `previous` in any order that stays the same, or of the first child;
  /// nothing at the end. Priorities are not children.
  virtual std::optional<std::string> child_after(const path& parent,
                                                 const std::string* previous) const = 0;
};

/// True for a key that may exist: not empty, without . # $ [ ] / and control characters.
bool is_key(std::string_view key);

}  // namespace outcry::firebase::rules
