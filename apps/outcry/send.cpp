#include <algorithm>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/control/client.hpp"
#include "apps/outcry/ledger_view.hpp"
#include "apps/outcry/verbs.hpp"
#include "apps/outcry/waiting.hpp"
#include "messages/operator_codec.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

bool means_all(std::string word) {
  for (char& c : word) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return word == "ALL";
}

/// Throws std::invalid_argument when the arguments make no sense.
json request_of(const send_options& what) {
  auto config = config_from_pairs(what.config);
  if (!config) throw std::invalid_argument("--config: " + to_string(config.error()));
  auto arguments = json::parse(*config);
  if (!what.arguments.empty()) arguments.update(json::parse(what.arguments));
  json request = {{"type", what.type},
                  {"config", arguments},
                  {"description", what.description},
                  {"wait_s", what.wait_s}};
  bool all = std::any_of(what.to.begin(), what.to.end(), means_all);
  if (all && what.to.size() > 1)
    throw std::invalid_argument("--to: ALL stands alone, found it among others");
  if (all)
    request["to"] = "ALL";
  else
    request["to"] = what.to;
  if (!what.id.empty()) request["message"] = what.id;
  return request;
}

void say_how_it_ended(output& out, const ledger_view& view) {
  bool done = view.state() == "done";
  bool final = done || view.state() == "failed" || view.state() == "expired";
  auto text = view.summary();
  // Refused as a whole: the count alone would read as if the bots had passed it over.
  if (!view.reason().empty()) text = fmt::format("refused: {} ({})", view.reason(), text);
  if (!final) text += "; not everybody has answered yet, `outcry log` shows what becomes of it";
  out.line({{text, done ? colour::green : final ? colour::red : colour::yellow}});
}

}  // namespace

exit_code send(const session& at, const send_options& what) {
  auto request = request_of(what);
  output out;
  ledger_view view{at.json ? nullptr : &out};
  progress waiting{"waiting for the bots"};
  control::client::listener on;
  // The floor itself ends the answer after `wait_s`; this only notices that it hangs.
  on.silence = std::chrono::seconds(what.wait_s + 20);
  on.go_on = [&] {
    waiting.tick();
    return !interrupted();
  };
  control::client floor{config::socket_path(at.settings), std::chrono::seconds(5), on.go_on};
  on.item = [&](const json& item) {
    waiting.hide();
    if (at.json) out.line(item.dump());
    if (item.contains("ledger")) view.show(item["ledger"]);
    if (item.contains("line"))
      view.show_line(item["line"].at("bot").get<std::string>(), item["line"]["acknowledgement"]);
    if (item.contains("state")) view.set_state(item["state"]);
  };
  floor.call("send", request, on);
  waiting.hide();
  if (at.json)
    out.line(json{{"summary", {{"state", view.state()}, {"counts", view.counts()}}}}.dump());
  else if (!view.state().empty())
    say_how_it_ended(out, view);
  return view.state() == "done" ? all_done : not_done;
}

}  // namespace outcry::cli
