#include "apps/outcry/trading.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/outcry/floor_link.hpp"
#include "apps/outcry/output.hpp"
#include "messages/decimal.hpp"
#include "messages/timestamp.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

std::string text_of(const json& x, const char* name) {
  return x.value(name, std::string{});
}

/// "-" for what is not given.
std::string given(const json& x, const char* name) {
  auto value = text_of(x, name);
  return value == "0" || value.empty() ? "-" : value;
}

/// An ISO time, in local time.
cell local_time_of(const json& x, const char* name) {
  auto found = x.find(name);
  if (found == x.end() || !found->is_string()) return {"-", colour::dim};
  auto at = parse_iso(found->get<std::string>());
  return {local_time(at ? *at / ns_per_ms : 0), colour::dim};
}

Money money(const json& x, const char* name) {
  return Money::parse(text_of(x, name)).value_or(Money{});
}

/// To the cent, for people; red when it is a loss.
cell cents(Money x) {
  auto shown = rounded(x, 2, rounding::half_even);
  return {to_string(shown), shown < Money{} ? colour::red : colour::none};
}

cell status_cell(const json& x) {
  auto word = text_of(x, "status");
  if (word == "filled") return {word, colour::green};
  if (word == "rejected" || word == "unknown" || word == "never_sent") return {word, colour::red};
  if (word == "canceled" || word == "expired" || word == "replaced") return {word, colour::dim};
  return {word, colour::yellow};
}

/// "12.5", or "$100" for an order of money.
std::string amount(const json& x) {
  auto notional = given(x, "notional");
  return notional == "-" ? text_of(x, "qty") : "$" + notional;
}

std::string price_words(const json& x) {
  auto limit = given(x, "limitPrice");
  auto stop = given(x, "stopPrice");
  std::string result = text_of(x, "type");
  if (stop != "-") result += " at " + stop;
  if (limit != "-") result += (stop != "-" ? ", limit " : " ") + limit;
  return result;
}

std::string remark(const json& x) {
  std::string result;
  const auto add = [&](const std::string& words, const char* after) {
    if (words.empty()) return;
    if (!result.empty()) result += after;
    result += words;
  };
  if (auto parent = x.value("parent", std::uint64_t{0}); parent != 0)
    add(fmt::format("closes {}", parent), "");
  add(text_of(x, "code"), ", ");
  add(text_of(x, "reason"), text_of(x, "code").empty() ? ", " : ": ");
  return result;
}

constexpr const char* figure_names[] = {"total",     "unrealized", "realized",
                                        "converted", "open",       "profit"};

std::vector<cell> figure_cells(const json& figures) {
  std::vector<cell> result;
  for (auto name : figure_names) result.push_back(cents(money(figures, name)));
  return result;
}

/// "of 5000", or nothing when there is no such limit.
std::string of_limit(const json& limits, const char* name) {
  auto limit = given(limits, name);
  return limit == "-" ? "" : " of " + limit;
}

std::vector<cell> risk_row(const json& x) {
  const auto& limits = x.at("limits");
  auto rate = limits.value("max_orders_per_minute", 0u);
  auto loss = given(limits, "daily_loss_limit");
  auto blocked = text_of(x, "blocked");
  bool closed = x.value("gate_closed", false);
  return {{text_of(x, "owner"), colour::bold},
          {cents(money(x, "position")).text + of_limit(limits, "max_position")},
          {given(limits, "max_order_notional")},
          {fmt::format("{}{}", x.value("orders_last_minute", 0u),
                       rate == 0 ? "" : fmt::format(" of {}", rate))},
          {cents(money(x, "today")).text + (loss == "-" ? "" : " of -" + loss),
           cents(money(x, "today")).paint},
          {given(limits, "price_collar")},
          {closed ? "closed" : "open", closed ? colour::red : colour::green},
          {blocked, colour::red}};
}

}  // namespace

exit_code orders(const session& at, const orders_options& what) {
  json arguments = {{"limit", what.limit}};
  if (!what.bot.empty()) arguments["bot"] = what.bot;
  if (!what.ticker.empty()) arguments["ticker"] = what.ticker;
  if (what.open) arguments["open"] = true;
  auto items = hear_all(at, "orders", arguments);
  if (at.json) return print_array(items), all_done;
  std::vector<std::vector<cell>> rows;
  for (const auto& x : items) {
    const auto& terms = x.at("terms");
    const auto& broker = x.at("broker");
    rows.push_back({local_time_of(x, "asked"),
                    {text_of(x, "bot")},
                    {fmt::to_string(x.value("number", std::uint64_t{0})), colour::dim},
                    {text_of(terms, "ticker"), colour::bold},
                    {text_of(terms, "side")},
                    {amount(terms)},
                    {price_words(terms)},
                    status_cell(x),
                    {given(broker, "filledQty")},
                    {given(broker, "averagePrice")},
                    {remark(x)}});
  }
  output out;
  if (rows.empty()) return out.line(what.open ? "no open orders" : "no orders yet"), all_done;
  out.table({"AT", "BOT", "NO", "TICKER", "SIDE", "QTY", "TYPE", "STATUS", "FILLED", "PRICE", ""},
            rows);
  return all_done;
}

exit_code positions(const session& at) {
  auto items = hear_all(at, "positions", json::object());
  if (items.empty()) return not_done;
  output out;
  const auto& x = items[0];
  bool halted = false;
  std::vector<std::vector<cell>> rows;
  for (const auto& own : x.at("bots"))
    rows.push_back({{text_of(own, "ticker"), colour::bold},
                    {text_of(own, "bot")},
                    {text_of(own, "qty")},
                    {given(own, "claimed")},
                    {given(own, "mark")},
                    {}});
  for (const auto& ticker : x.at("tickers")) {
    auto why = text_of(ticker, "halted");
    halted = halted || !why.empty();
    if (given(ticker, "outside") == "-" && why.empty()) continue;
    rows.push_back({{text_of(ticker, "ticker"), colour::bold},
                    {"outside", colour::dim},
                    {text_of(ticker, "outside")},
                    {"-"},
                    {"-"},
                    {why.empty() ? "" : "halted: " + why, colour::red}});
  }
  for (const auto& held : x.at("at_broker"))
    rows.push_back({{text_of(held, "ticker"), colour::bold},
                    {"the broker", colour::dim},
                    {text_of(held, "qty")},
                    {"-"},
                    {"-"},
                    {"bought at " + text_of(held, "average_price") + " on average", colour::dim}});
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a[0].text < b[0].text; });
  if (at.json) return out.line(x.dump()), halted ? not_done : all_done;
  if (rows.empty()) out.line("nothing is held");
  if (!rows.empty()) out.table({"TICKER", "OWNER", "FILLED", "CLAIMED", "PRICE", ""}, rows);
  if (!x.value("reconciled", false))
    out.line({{"the broker has not been heard yet", colour::yellow}});
  return halted ? not_done : all_done;
}

exit_code performance(const session& at, const std::string& day) {
  json arguments = json::object();
  if (!day.empty()) arguments["day"] = day;
  auto items = hear_all(at, "performance", arguments);
  if (items.empty()) return not_done;
  output out;
  const auto& x = items[0];
  if (at.json) return out.line(x.dump()), all_done;
  const auto& bots = x.at("bots");
  if (bots.empty()) return out.line("nothing earned and nothing lost yet"), all_done;
  std::vector<std::string> header = {"BOT", "TICKER", ""};
  for (auto name : figure_names) header.emplace_back(name);
  for (auto& title : header)
    for (char& c : title) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::vector<std::vector<cell>> rows;
  auto add = [&](const std::string& bot, const std::string& ticker, const char* span,
                 const json& figures) {
    rows.push_back({{bot, colour::bold}, {ticker}, {span, colour::dim}});
    for (auto& one : figure_cells(figures)) rows.back().push_back(std::move(one));
  };
  json all_today = json::object();
  json all_ever = json::object();
  for (const auto& bot : bots) {
    // Of a bot that was quiet that day only what it ever earned counts.
    bool quiet = text_of(bot, "day") != text_of(x, "day");
    if (!quiet) add(text_of(bot, "bot"), text_of(bot, "ticker"), "today", bot.at("today"));
    add(quiet ? text_of(bot, "bot") : "", quiet ? text_of(bot, "ticker") : "", "ever",
        bot.at("ever"));
    for (auto name : figure_names) {
      if (!quiet)
        all_today[name] = to_string(money(all_today, name) + money(bot.at("today"), name));
      all_ever[name] = to_string(money(all_ever, name) + money(bot.at("ever"), name));
    }
  }
  add("all", "", "today", all_today);
  add("", "", "ever", all_ever);
  out.line({{"trading day", colour::dim}, {text_of(x, "day"), colour::bold}});
  out.table(header, rows);
  return all_done;
}

exit_code risk(const session& at) {
  auto items = hear_all(at, "risk", json::object());
  if (items.empty()) return not_done;
  output out;
  const auto& x = items[0];
  std::vector<std::vector<cell>> rows{risk_row(x.at("account"))};
  bool blocked = !text_of(x.at("account"), "blocked").empty();
  for (const auto& bot : x.at("bots")) {
    rows.push_back(risk_row(bot));
    blocked = blocked || !text_of(bot, "blocked").empty();
  }
  auto result = blocked ? not_done : all_done;
  if (at.json) return out.line(x.dump()), result;
  const auto& broker = x.at("broker");
  const auto& session = x.at("session");
  bool connected = x.value("broker_connected", false);
  const std::vector<std::size_t> widths{8};
  out.line({{"broker", colour::dim},
            {connected ? "connected" : "not connected", connected ? colour::green : colour::red},
            {broker.value("blocked", false) ? "blocked by the broker" : "", colour::red}},
           widths);
  out.line(
      {{"account", colour::dim},
       {fmt::format("equity {}, cash {}, buying power {}", cents(money(broker, "equity")).text,
                    cents(money(broker, "cash")).text, cents(money(broker, "buying_power")).text)}},
      widths);
  out.line({{"market", colour::dim},
            {fmt::format("{} ({})", text_of(session, "phase"), text_of(session, "trading_day"))}},
           widths);
  if (auto unknown = x.value("unknown_orders", 0u); unknown > 0)
    out.line({{fmt::format("{} orders: nobody can say whether the broker has them", unknown),
               colour::red}});
  out.table({"OWNER", "POSITION", "ONE ORDER", "A MINUTE", "TODAY", "COLLAR", "GATE", ""}, rows);
  return result;
}

}  // namespace outcry::cli
