#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "adapters/firebase/rules/tree_view.hpp"

namespace outcry::firebase::rules {

/// A value that is to stand at a place, as the client wrote it: JSON with `.value`, `.priority` and
/// `.sv`, null to delete. A place may end in ".priority". The value is looked at, not kept.
struct written_value {
  path at;
  const nlohmann::json* value = nullptr;
};

/// A written node without what does not exist: no empty objects, no nulls.
struct written_node {
  scalar value;  ///< of a leaf
  scalar priority;
  std::map<std::string, written_node, std::less<>> children;

  bool exists() const { return value.index() != 0 || !children.empty(); }
};

/// The tree as it will be once all of a write is done.
class changed_tree : public node_source {
public:
  static constexpr std::size_t most_places = 1000;  ///< in one write
  static constexpr std::size_t deepest = 32;        ///< levels of the tree

  /// `before` must outlive this. `now_ms` is what `{".sv":"timestamp"}` means. Throws
  /// std::invalid_argument where the write itself makes no sense: keys that may not be, too deep,
  /// a place within another one's, unknown server values, too many places.
  changed_tree(const tree_view& before, std::span<const written_value> writes, std::int64_t now_ms);

  node at(const path& place) const override;
  scalar priority(const path& place) const override;

  /// What is written, by place; only priorities of the places in `priorities`.
  const std::map<path, written_node>& values() const { return values_; }
  const std::map<path, scalar>& priorities() const { return priorities_; }

private:
  written_node read(const nlohmann::json& value, path& place) const;
  void read_object(const nlohmann::json& value, path& place, written_node& into) const;
  scalar read_priority(const nlohmann::json& value) const;
  scalar server_value(const nlohmann::json& wish, const path& place) const;
  const written_node* covering(const path& place, const written_node*& found) const;
  bool anything_left(path& place) const;

  const tree_view& before_;
  double now_;
  std::map<path, written_node> values_;
  std::map<path, scalar> priorities_;
};

}  // namespace outcry::firebase::rules
