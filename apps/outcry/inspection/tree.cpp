#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/inspection/snapshot_json.hpp"
#include "actors/inspection/wording.hpp"
#include "apps/outcry/floor_link.hpp"
#include "apps/outcry/inspection/tree_text.hpp"
#include "apps/outcry/inspection/verbs.hpp"
#include "apps/outcry/output.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

constexpr std::size_t most_graves_shown = 10;

void print_lines(output& out, const std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    out.line(std::string_view{text}.substr(begin, end - begin));
    begin = end + 1;
  }
}

json flat_tree(const inspection::floor_snapshot& floor) {
  auto result = json::array();
  for (const auto& [name, x] : floor.actors)
    result.push_back({{"name", name},
                      {"kind", x.kind},
                      {"state", x.state},
                      {"parent", x.parent},
                      {"restarts", x.restarts},
                      {"last_exit", x.last_exit}});
  return result;
}

void show_tree(output& out, const inspection::floor_snapshot& floor) {
  out.line({{floor.floor.name.empty() ? "floor" : floor.floor.name, colour::bold},
            {"up " + inspection::lasting(floor.at_ms - floor.floor.started_ms), colour::dim}});
  for (const auto& line : tree_lines(floor)) {
    const auto& x = *line.actor;
    std::string remark;
    if (x.restarts > 0) {
      remark = inspection::counted(x.restarts, "restart");
      if (!x.last_exit.empty()) remark += ": " + x.last_exit;
    }
    out.line({{line.branch + x.name, x.hidden ? colour::dim : colour::none},
              {x.state, colour_of(x.state)},
              {remark, colour::red}});
  }
  if (floor.graves.empty()) return;
  out.line({{"died lately", colour::bold}});
  std::size_t shown = 0;
  for (auto x = floor.graves.rbegin(); x != floor.graves.rend() && shown < most_graves_shown;
       ++x, ++shown)
    out.line({{"  " + local_time(x->died_ms), colour::dim},
              {x->name},
              {"lived " + inspection::lasting(x->lived_ms), colour::dim},
              {x->reason, colour::red}});
}

}  // namespace

exit_code tree(const session& at, bool dot) {
  inspection::floor_snapshot floor;
  bool heard = false;
  for (const auto& item :
       hear_all(at, "inspect", {{"interval_ms", 0}, {"parts", {"floor", "actors", "graves"}}}))
    heard = inspection::take_item(item, floor) || heard;
  if (!heard) return not_done;
  output out;
  if (dot)
    print_lines(out, tree_dot(floor));
  else if (at.json)
    print_array(flat_tree(floor).get<std::vector<json>>());
  else
    show_tree(out, floor);
  return all_done;
}

}  // namespace outcry::cli
