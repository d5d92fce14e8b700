#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/control/client.hpp"
#include "apps/outcry/floor_link.hpp"
#include "apps/outcry/ledger_view.hpp"
#include "apps/outcry/verbs.hpp"
#include "apps/outcry/waiting.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

/// The floor ends an answer that grows too large and says where to go on.
std::vector<json> hear_ledgers(const session& at, const log_options& what) {
  progress waiting{"waiting for the floor"};
  std::vector<json> result;
  control::client::listener on;
  on.item = [&](const json& x) { result.push_back(x); };
  on.go_on = [&] {
    waiting.tick();
    return !interrupted();
  };
  control::client floor{config::socket_path(at.settings), std::chrono::seconds(5), on.go_on};
  json request = {{"limit", what.limit}};
  if (!what.id.empty()) request["ledger"] = what.id;
  for (;;) {
    auto end = floor.call("log", request, on);
    if (!end.is_object() || !end.contains("before") || result.size() >= what.limit) return result;
    request["before"] = end["before"];
    request["limit"] = what.limit - result.size();
  }
}

void print_list(const std::vector<json>& ledgers) {
  output out;
  std::vector<std::vector<cell>> rows;
  for (const auto& x : ledgers) {
    ledger_view counted{nullptr};
    counted.show(x);
    auto state = x.value("state", std::string{});
    rows.push_back({{local_time(x.value("adoptedAt", std::int64_t{0})), colour::dim},
                    {x.value("id", std::string{})},
                    {x.value("type", std::string{}), colour::bold},
                    {target_text(x)},
                    {state, colour_of(state)},
                    {counted.summary()},
                    {x.value("createdBy", std::string{}), colour::dim}});
  }
  if (rows.empty()) return out.line("no operator message yet: try `outcry send status --to ALL`");
  out.table({"TIME", "ID", "TYPE", "TO", "STATE", "BOTS", "BY"}, rows);
}

}  // namespace

exit_code log(const session& at, const log_options& what) {
  auto ledgers = hear_ledgers(at, what);
  if (at.json) {
    print_array(ledgers);
  } else if (what.id.empty()) {
    print_list(ledgers);
  } else if (!ledgers.empty()) {
    output out;
    ledger_view view{&out};
    view.show(ledgers[0]);
    auto text = view.state() + ": " + view.summary();
    if (!view.reason().empty()) text += ": " + view.reason();
    out.line({{text, colour_of(view.state())}});
  }
  if (!what.id.empty() && ledgers.empty()) {
    complain("the floor knows no message " + what.id);
    return not_done;
  }
  return all_done;
}

}  // namespace outcry::cli
