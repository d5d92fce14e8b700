#include "apps/outcry/console/tree.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace outcry::console {

namespace {

constexpr std::uint32_t nobody = 0xFFFFFFFF;
/// Deeper rows are drawn as if they stood here.
constexpr std::uint16_t deepest = 60;

struct family {
  std::vector<std::uint32_t> parent;                 ///< of each actor; `nobody` = the floor
  std::vector<std::vector<std::uint32_t>> children;  ///< that are shown
  std::vector<std::uint32_t> roots;
};

family find_family(const book& from, const std::function<bool(std::size_t)>& wanted) {
  const auto& all = from.actors().all();
  const auto size = static_cast<std::uint32_t>(all.size());
  family result;
  result.parent.assign(size, nobody);
  for (std::uint32_t i = 0; i < size; ++i) {
    const auto* parent =
        all[i].row.parent.empty() ? nullptr : from.actors().find(all[i].row.parent);
    if (parent != nullptr) result.parent[i] = static_cast<std::uint32_t>(parent - all.data());
  }
  // Whoever meets itself on the way up stands at the top.
  std::vector<std::uint32_t> seen_from(size, nobody);
  for (std::uint32_t i = 0; i < size; ++i)
    for (auto x = i; x != nobody; x = result.parent[x]) {
      if (seen_from[x] == i) result.parent[x] = nobody;
      if (seen_from[x] != nobody) break;
      seen_from[x] = i;
    }
  std::vector<char> kept(size, 0);
  for (std::uint32_t i = 0; i < size; ++i) {
    if (!wanted(i)) continue;
    for (auto x = i; x != nobody && kept[x] == 0; x = result.parent[x]) kept[x] = 1;
  }
  result.children.resize(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    if (kept[i] == 0) continue;
    (result.parent[i] == nobody ? result.roots : result.children[result.parent[i]]).push_back(i);
  }
  // Backwards: they are taken from a stack.
  auto later = [&](auto a, auto b) { return all[a].row.name > all[b].row.name; };
  std::sort(result.roots.begin(), result.roots.end(), later);
  for (auto& x : result.children) std::sort(x.begin(), x.end(), later);
  return result;
}

}  // namespace

std::vector<tree_row> make_tree(const book& from, const std::function<bool(std::size_t)>& wanted,
                                const std::set<std::string, std::less<>>& turned, bool open) {
  const auto& all = from.actors().all();
  const auto people = find_family(from, wanted);
  std::vector<tree_row> result;
  std::vector<tree_row> left;
  auto add = [&](const std::vector<std::uint32_t>& them, std::uint16_t depth, std::uint64_t more) {
    for (std::size_t i = 0; i < them.size(); ++i) {
      // The first of the reversed is the last on the screen.
      const auto own = i == 0 ? more : more | (std::uint64_t{1} << depth);
      const auto children = static_cast<std::uint32_t>(people.children[them[i]].size());
      left.push_back({them[i], children, depth, own, false});
    }
  };
  add(people.roots, 0, 0);
  while (!left.empty()) {
    auto x = left.back();
    left.pop_back();
    const bool turn = turned.find(all[x.actor].row.name) != turned.end();
    x.folded = x.children > 0 && !open && (x.children > folded_children) != turn;
    result.push_back(x);
    if (!x.folded)
      add(people.children[x.actor], std::min<std::uint16_t>(x.depth + 1, deepest), x.more);
  }
  return result;
}

std::string tree_lines(const tree_row& x) {
  std::string result;
  for (std::uint16_t d = 1; d < x.depth; ++d) result += (x.more >> d & 1) != 0 ? "\u2502 " : "  ";
  if (x.depth > 0) result += (x.more >> x.depth & 1) != 0 ? "\u251c " : "\u2514 ";
  return result;
}

}  // namespace outcry::console
