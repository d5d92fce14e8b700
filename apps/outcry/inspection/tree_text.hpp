#pragma once

#include <string>
#include <vector>

#include "actors/inspection/floor_snapshot.hpp"

namespace outcry::cli {

/// One actor in the tree of who looks after whom.
struct tree_line {
  std::string branch;  ///< "│  └─ "
  const inspection::actor_row* actor = nullptr;
};

/// Every actor once, parents before their children, siblings by name. An actor whose parent is not
/// on the floor stands under the floor, so does one of a circle.
std::vector<tree_line> tree_lines(const inspection::floor_snapshot& floor);

/// The same for Graphviz, with those who died lately and are gone. Text in names and reasons is
/// quoted.
std::string tree_dot(const inspection::floor_snapshot& floor);

}  // namespace outcry::cli
