#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "adapters/firebase/local/nodes.hpp"
#include "adapters/firebase/local/order.hpp"
#include "adapters/firebase/local/store.hpp"
#include "adapters/http/message.hpp"

namespace outcry::firebase::local {

/// What one request or listener asks for of a node's children: an order, bounds in it, a limit.
class query {
public:
  enum class orders { key, value, priority, child };

  /// One end of the range: a value and, among the children with this value, a key.
  struct bound {
    index_value by;   ///< not with orders::key
    std::string key;  ///< encoded, or `before_keys` or `behind_keys`
    bool inclusive = true;
  };
  /// In place of a key: sorts before, or behind, every key.
  static constexpr std::string_view before_keys = "";
  static constexpr std::string_view behind_keys = "\xff";

  /// Reads the parameters orderBy, startAt, startAfter, endAt, endBefore, equalTo, limitToFirst and
  /// limitToLast of a REST request; nothing if there are none. Bounds may name a key behind their
  /// value: `5,"key"`. Throws refusal (400) where they make no sense together or are not what
  /// Firebase accepts.
  static std::optional<query> parse(const http::request& asked);

  /// Reads the query object of the SDK's wire protocol; nothing if it selects the whole node (no
  /// bounds and no limit, whatever the order). Throws refusal (400) naming what is wrong.
  /// Source: QueryParams in the Firebase SDK, package @firebase/database.
  static std::optional<query> from_wire(const nlohmann::json& asked);

  orders order() const { return order_; }
  /// What it sorts by, as the wire protocol writes it: ".key", ".value", ".priority" or a path.
  std::string index() const;
  /// The most children it selects; 0 = no limit.
  std::size_t limit() const { return limit_; }
  bool from_the_end() const { return from_the_end_; }

  /// With orders::key: true if the key of `child` (encoded) lies within the bounds.
  bool selects_key(const std::string& child) const { return within_bounds({{}, child}); }

  /// The entry of the child at `place` (whose last key is `child`), if it exists and lies within
  /// the bounds. Looks at this child only. The limit plays no part.
  std::optional<entry> match(store& from, std::string_view place, std::string_view child) const;

  /// The children of `parent` that the query selects, sorted by `before`. By key, and by priority
  /// where few children have one, this reads what it selects; else it looks at every child.
  std::vector<entry> run(store& from, std::string_view parent) const;

private:
  bool within_bounds(const entry& one) const;
  std::vector<entry> run_by_priority(store& from, std::string_view parent) const;
  std::vector<entry> prioritized(store& from, std::string_view parent, std::size_t limit) const;
  /// Up to `limit` (0 = all) children between the keys of the bounds, by key.
  std::vector<entry> walk_keys(store& from, std::string_view parent, std::size_t limit,
                               bool without_priority) const;

  orders order_ = orders::priority;
  std::string child_;  ///< orders::child: the encoded path below each child
  std::optional<bound> start_;
  std::optional<bound> end_;
  std::size_t limit_ = 0;
  bool from_the_end_ = false;
};

}  // namespace outcry::firebase::local
