#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/control/client.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/verbs.hpp"
#include "apps/outcry/waiting.hpp"
#include "messages/timestamp.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

std::string text(const json& x, const char* name) {
  auto found = x.find(name);
  return found != x.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string time_of(const json& data) {
  auto at = parse_iso(text(data, "timestamp"));
  return at ? local_time(*at / ns_per_ms) : std::string{"-"};
}

void show_data(output& out, const json& data) {
  const std::vector<std::size_t> widths{8, 8, 12, 0};
  if (text(data, "type") == "price") {
    out.line({{time_of(data), colour::dim},
              {text(data, "symbol"), colour::bold},
              {text(data, "price")},
              {text(data, "volume"), colour::dim}},
             widths);
    return;
  }
  const auto order = data.value("order_data", json::object());
  out.line({{time_of(data), colour::dim},
            {text(data, "symbol"), colour::bold},
            {"order " + text(order, "event"), colour::yellow},
            {order.dump(), colour::dim}},
           widths);
}

void show(output& out, const json& item) {
  if (item.contains("data")) return show_data(out, item["data"]);
  if (item.contains("feed")) {
    const auto& feed = item["feed"];
    auto state = text(feed, "state");
    return out.line({{local_time(feed.value("since", std::int64_t{0})), colour::dim},
                     {text(feed, "ticker"), colour::bold},
                     {state, colour_of(state)},
                     {text(feed, "reason")}},
                    {8, 8, 12, 0});
  }
  if (item.contains("conflated"))
    out.line({{fmt::format("{} prices of {} were left out by the pit: this tail is too slow",
                           item["conflated"].value("count", 0), text(item["conflated"], "ticker")),
               colour::yellow}});
}

}  // namespace

exit_code tail(const session& at, const std::vector<std::string>& tickers) {
  output out;
  progress waiting{"listening; nothing has passed yet"};
  control::client::listener on;
  // Silence is normal here, a night long.
  on.silence = std::chrono::hours(24 * 365);
  on.go_on = [&] {
    waiting.tick();
    return !interrupted() && !out.closed();
  };
  control::client floor{config::socket_path(at.settings), std::chrono::seconds(5), on.go_on};
  on.item = [&](const json& item) {
    waiting.hide();
    if (at.json)
      out.line(item.dump());
    else
      show(out, item);
  };
  on.dropped = [&](std::uint64_t count) {
    waiting.hide();
    if (at.json)
      out.line(json{{"dropped", count}}.dump());
    else
      out.line(
          {{fmt::format("{} lines were left out: this tail is too slow", count), colour::yellow}});
  };
  floor.call("tail", {{"tickers", tickers}}, on);
  return all_done;
}

}  // namespace outcry::cli
