#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "apps/outcry/console/book.hpp"

namespace outcry::console {

/// A line of the tree of supervision.
struct tree_row {
  std::uint32_t actor = 0;     ///< its place in the book's actors
  std::uint32_t children = 0;  ///< that are shown, or would be
  std::uint16_t depth = 0;     ///< 0 = supervised by the floor itself
  std::uint64_t more = 0;      ///< bit d: at depth d another row of the same supervisor follows
  bool folded = false;
};

/// More children than this are shown folded unless somebody unfolds them.
constexpr std::size_t folded_children = 50;

/// The actors as a tree, each behind its supervisor, ordered by name. Only those that `wanted` says
/// are shown, and whoever stands above one of them. An actor whose supervisor is unknown, or
/// supervises in a circle, stands at the top. `turned` names those folded against the rule; with
/// `open` nothing is folded.
std::vector<tree_row> make_tree(const book& from, const std::function<bool(std::size_t)>& wanted,
                                const std::set<std::string, std::less<>>& turned, bool open);

/// The lines before a row's name: "│ ├ ".
std::string tree_lines(const tree_row& x);

}  // namespace outcry::console
