#include "apps/outcry/inspection/tree_text.hpp"

#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace outcry::cli {

namespace {

using inspection::actor_row;
using inspection::floor_snapshot;

/// Children by their parent's name; "" is the floor.
using families = std::map<std::string, std::vector<const actor_row*>>;

families families_of(const floor_snapshot& floor) {
  families result;
  for (const auto& [name, x] : floor.actors) {
    const bool known = x.parent != name && floor.actors.contains(x.parent);
    result[known ? x.parent : std::string{}].push_back(&x);
  }
  return result;
}

/// Writes everybody below `start`, without recursion: chains may be long.
void write_below(const std::string& start, const families& of, std::set<std::string>& seen,
                 std::vector<tree_line>& to) {
  struct place {
    const std::vector<const actor_row*>* siblings;
    std::size_t next;
    std::string indent;
  };
  std::vector<place> path;
  if (auto children = of.find(start); children != of.end())
    path.push_back({&children->second, 0, ""});
  while (!path.empty()) {
    auto& here = path.back();
    if (here.next == here.siblings->size()) {
      path.pop_back();
      continue;
    }
    const auto* actor = (*here.siblings)[here.next++];
    const bool last = here.next == here.siblings->size();
    if (!seen.insert(actor->name).second) continue;
    to.push_back({here.indent + (last ? "└─ " : "├─ "), actor});
    if (auto children = of.find(actor->name); children != of.end())
      path.push_back({&children->second, 0, here.indent + (last ? "   " : "│  ")});
  }
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return result + '"';
}

/// A label of two lines.
std::string dot_label(const std::string& first, const std::string& second) {
  auto a = quoted(first);
  auto b = quoted(second);
  a.pop_back();
  return a + "\\n" + b.substr(1);
}

const char* fill_of(const std::string& state) {
  if (state == "running") return "palegreen";
  if (state == "failed") return "salmon";
  if (state == "stopped" || state == "paused") return "lightgrey";
  return "khaki";
}

}  // namespace

std::vector<tree_line> tree_lines(const floor_snapshot& floor) {
  const auto of = families_of(floor);
  std::set<std::string> seen;
  std::vector<tree_line> result;
  write_below("", of, seen, result);
  // Who is left stands in a circle: it is cut open at its first by name.
  for (const auto& [name, x] : floor.actors) {
    if (!seen.insert(name).second) continue;
    result.push_back({"├─ ", &x});
    std::vector<tree_line> below;
    write_below(name, of, seen, below);
    for (auto& line : below) result.push_back({"│  " + line.branch, line.actor});
  }
  return result;
}

std::string tree_dot(const floor_snapshot& floor) {
  std::string text = "digraph floor {\n  rankdir=LR;\n  node [shape=box, style=filled];\n";
  text += fmt::format("  \"\" [label={}, fillcolor=white];\n",
                      quoted(floor.floor.name.empty() ? "floor" : floor.floor.name));
  for (const auto& [name, x] : floor.actors) {
    auto state = x.state;
    if (x.restarts > 0) state += fmt::format(", {} restarts", x.restarts);
    text += fmt::format("  {} [label={}, fillcolor={}];\n", quoted(name), dot_label(name, state),
                        fill_of(x.state));
  }
  for (const auto& [parent, children] : families_of(floor))
    for (const auto* child : children)
      text += fmt::format("  {} -> {};\n", quoted(parent), quoted(child->name));
  std::map<std::string, std::string> dead;
  for (const auto& x : floor.graves)
    if (!floor.actors.contains(x.name)) dead[x.name] = x.reason;
  for (const auto& [name, reason] : dead)
    text += fmt::format("  {} [label={}, fillcolor=white, style=\"filled,dashed\"];\n",
                        quoted(name), dot_label(name, "died: " + reason));
  return text + "}\n";
}

}  // namespace outcry::cli
