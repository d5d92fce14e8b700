#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/outcry/floor_link.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

std::string text_of(const json& x, const char* name) {
  return x.value(name, std::string{});
}

std::string number(const json& x, const char* name) {
  return fmt::to_string(x.value(name, std::int64_t{0}));
}

cell word(const json& x, const char* name) {
  return {text_of(x, name), colour_of(text_of(x, name))};
}

cell time(const json& x, const char* name) {
  return {local_time(x.value(name, std::int64_t{0})), colour::dim};
}

}  // namespace

exit_code bots(const session& at) {
  auto items = hear_all(at, "bots", json::object());
  if (at.json) return print_array(items), all_done;
  std::vector<std::vector<cell>> rows;
  for (const auto& x : items) {
    auto remark = text_of(x, "reason");
    if (auto details = x.find("details");
        details != x.end() && details->is_object() && !details->empty() && remark.empty())
      remark = details->dump();
    rows.push_back({{text_of(x, "id")},
                    {text_of(x, "ticker")},
                    {text_of(x, "container")},
                    {text_of(x, "kind")},
                    word(x, "state"),
                    {text_of(x, "desired")},
                    time(x, "since"),
                    {remark}});
  }
  output out;
  if (rows.empty()) out.line("no bots: add a [[bots]] block to the configuration");
  if (!rows.empty())
    out.table({"ID", "TICKER", "CONTAINER", "KIND", "STATE", "DESIRED", "SINCE", ""}, rows);
  return all_done;
}

exit_code pits(const session& at) {
  auto items = hear_all(at, "pits", json::object());
  if (at.json) return print_array(items), all_done;
  std::vector<std::vector<cell>> rows;
  for (const auto& x : items) {
    bool priced = x.value("has_price", false);
    auto last = priced ? x.at("last") : json::object();
    rows.push_back({{text_of(x, "ticker"), colour::bold},
                    word(x, "state"),
                    {priced ? text_of(last, "price") : "-"},
                    {local_time(last.value("event_ns", std::int64_t{0}) / 1'000'000), colour::dim},
                    {number(x, "ticks")},
                    {number(x, "conflated")},
                    {number(x, "subscribers")}});
  }
  output out;
  if (rows.empty()) out.line("no pits: nobody wants a ticker yet");
  if (!rows.empty())
    out.table({"TICKER", "STATE", "PRICE", "AT", "TICKS", "CONFLATED", "SUBSCRIBERS"}, rows);
  return all_done;
}

namespace {

std::string hours_and_minutes(std::int64_t ms) {
  auto minutes = std::max<std::int64_t>(ms, 0) / 60'000;
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

/// "stops all in 3 h 20 min; the operator was heard at ...".
cell dead_man_words(const json& x) {
  auto found = x.at("deadMan");
  if (!found.is_object()) return {"no answer", colour::red};
  auto at_ms = [&](const char* name) { return found.value(name, std::int64_t{0}); };
  auto heard = "; the operator was last heard " + local_time(at_ms("heardAt"));
  if (at_ms("firedAt") != 0)
    return {"stopped all " + local_time(at_ms("firedAt")) + heard, colour::red};
  auto left = at_ms("firesAt") - x.value("now", std::int64_t{0});
  return {"stops all in " + hours_and_minutes(left) + heard};
}

}  // namespace

exit_code status(const session& at) {
  auto items = hear_all(at, "status", json::object());
  if (items.empty()) return not_done;
  output out;
  const auto& x = items[0];
  if (at.json) return out.line(x.dump()), all_done;
  auto count = [&](const char* name) {
    return x.contains(name) && x[name].is_number() ? x[name].dump() : std::string{"no answer"};
  };
  std::string halt = "no answer";
  if (x.contains("halt") && x["halt"].is_object()) {
    halt = text_of(x["halt"], "kind");
    if (halt != "none")
      halt += fmt::format(" since {} by {}", local_time(x["halt"].value("since", std::int64_t{0})),
                          text_of(x["halt"], "messageId"));
  }
  const std::vector<std::size_t> widths{7};
  out.line(
      {{"floor", colour::dim}, {text_of(x, "name") + " " + text_of(x, "version"), colour::bold}},
      widths);
  out.line({{"halt", colour::dim}, {halt, halt == "none" ? colour::green : colour::red}}, widths);
  if (x.contains("deadMan")) out.line({{"deadman", colour::dim}, dead_man_words(x)}, widths);
  for (auto name : {"bots", "pits", "actors"})
    out.line({{name, colour::dim}, {count(name)}}, widths);
  return all_done;
}

}  // namespace outcry::cli
