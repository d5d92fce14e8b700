#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/firebase/local/store.hpp"
#include "adapters/firebase/local/value.hpp"
#include "adapters/http/message.hpp"

namespace outcry::firebase::local {

/// What a child is sorted by: nothing there, a leaf's value, or a node with children.
struct index_value {
  enum class kinds { none, leaf, node };
  kinds kind = kinds::none;
  scalar value;  ///< of a leaf
};

/// Firebase's order of values: null < false < true < numbers < strings (UTF-16) < nodes. Below,
/// equal to or above 0; nodes are equal to each other.
int compare(const index_value& left, const index_value& right);

/// One child that a query selects.
struct entry {
  index_value by;
  std::string child;  ///< its encoded key
};

/// True if `left` comes before `right`: by value, then by key.
bool before(const entry& left, const entry& right);

/// The parameters orderBy, startAt, startAfter, endAt, endBefore, equalTo, limitToFirst and
/// limitToLast of one request.
class query {
public:
  enum class orders { key, value, child };

  /// Reads the parameters; nothing if there are none. Throws refusal (400) where they make no
  /// sense together or are not what Firebase accepts.
  static std::optional<query> parse(const http::request& asked);

  orders order() const { return order_; }
  /// The most children it selects; 0 = no limit.
  std::size_t limit() const { return limit_; }
  bool from_the_end() const { return from_the_end_; }

  /// With orders::key: true if the key of `child` (encoded) lies within the bounds.
  bool selects_key(const std::string& child) const { return within_bounds({{}, child}); }

  /// The entry of the child at `place` (whose last key is `child`), if it exists and lies within
  /// the bounds. Looks at this child only. The limit plays no part.
  std::optional<entry> match(store& from, std::string_view place, std::string_view child) const;

  /// The children of `parent` that the query selects, sorted by `before`.
  std::vector<entry> run(store& from, std::string_view parent) const;

private:
  struct bound {
    index_value by;
    std::string key;  ///< orders::key: the encoded key
    bool inclusive = true;
  };

  bound parse_bound(const std::string& name, const std::string& text, bool inclusive) const;
  bool within_bounds(const entry& one) const;
  std::vector<entry> run_by_key(store& from, std::string_view parent) const;

  orders order_ = orders::key;
  std::string child_;  ///< orders::child: the encoded path below each child
  std::optional<bound> start_;
  std::optional<bound> end_;
  std::size_t limit_ = 0;
  bool from_the_end_ = false;
};

/// The text of the node at `place`; "null" if there is none.
std::string render_node(store& from, std::string_view place, bool arrays = true);

/// As `render_node`, of the children in `entries` only.
std::string render_children(store& from, std::string_view parent, std::vector<entry> entries);

/// `{"key":true,...}` for the children of the node at `place`, or the value of a leaf.
std::string render_shallow(store& from, std::string_view place);

}  // namespace outcry::firebase::local
