#include "actors/signals/labelled_json.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/signals/expiry.hpp"
#include "actors/signals/mark.hpp"

namespace outcry::signals {

namespace {

using nlohmann::json;

[[noreturn]] void wrong(const char* key, const char* expected, const json& found) {
  throw std::invalid_argument(
      fmt::format("\"{}\": expected {}, found {}", key, expected, found.dump()));
}

std::string word(const json& x, const char* key, const char* expected) {
  const auto found = x.find(key);
  if (found == x.end() || !found->is_string()) wrong(key, expected, x.value(key, json{}));
  return *found;
}

std::optional<Price> maybe_number(const json& x, const char* key) {
  const auto found = x.find(key);
  if (found == x.end() || found->is_null()) return std::nullopt;
  return label_number(*found, key);
}

std::vector<Price> numbers(const json& x, const char* key) {
  std::vector<Price> result;
  const auto found = x.find(key);
  if (found == x.end() || found->is_null()) return result;
  if (found->is_number()) return {label_number(*found, key)};
  if (!found->is_array()) wrong(key, "an array of numbers", *found);
  for (const auto& item : *found) result.push_back(label_number(item, key));
  return result;
}

void option_of(const json& x, labelled_signal& into) {
  into.strike = maybe_number(x, "strike");
  if (!into.strike) wrong("option", "a \"strike\"", x);
  const auto right = word(x, "right", "C or P");
  if (right != "C" && right != "P") wrong("right", "C or P", right);
  into.right = right == "C" ? option_right::call : option_right::put;
  const auto expiry = x.find("expiry");
  if (expiry == x.end() || !expiry->is_string()) return;
  const auto view = view_message(expiry->get_ref<const std::string&>());
  if (const auto date = read_expiry(view, 0)) into.expiry = date->date;
}

struct kind_name {
  std::string_view name;
  update_kind kind;
};

constexpr kind_name kinds[] = {
    {"tp_hit", update_kind::target_hit},
    {"sl_hit", update_kind::stop_hit},
    {"close", update_kind::close},
    {"close_all", update_kind::close},
    {"closed", update_kind::closed},
    {"close_partial", update_kind::close_partial},
    {"cancel", update_kind::cancel},
    {"move_sl", update_kind::move_stop},
    {"trailing_sl", update_kind::trailing_stop},
    {"sl_rule_changed", update_kind::stop_rule_changed},
    {"set_tp", update_kind::set_target},
    {"set_leverage", update_kind::set_leverage},
    {"partial_fill", update_kind::partial_fill},
    {"entry_filled", update_kind::filled},
    {"scale", update_kind::scale},
};

labelled_step named(std::string_view name) {
  labelled_step result;
  result.name = name;
  for (const auto& x : kinds)
    if (x.name == name) result.kind = x.kind;
  return result;
}

/// "to": a price, "breakeven" or "tp2".
void place_of(const json& to, labelled_step& into) {
  if (to.is_number()) {
    into.price = label_number(to, "to");
    return;
  }
  const auto text = to.is_string() ? to.get<std::string>() : to.dump();
  if (text == "breakeven" || text == "entry")
    into.breakeven = true;
  else if (text.size() > 2 && text.size() < 5 && text.substr(0, 2) == "tp")
    into.target = std::atoi(text.c_str() + 2);
  else
    into.unknown = "to " + text;
}

void add_steps(const json& x, std::vector<labelled_step>& into);

/// "set_exits" is a stop and targets at once.
void add_exits(const json& x, std::vector<labelled_step>& into) {
  if (const auto stop = maybe_number(x, "sl")) {
    into.push_back(named("move_sl"));
    into.back().price = stop;
  }
  for (const auto target : numbers(x, "tp")) {
    into.push_back(named("set_tp"));
    into.back().price = target;
  }
}

void add_step(const json& x, std::vector<labelled_step>& into) {
  if (!x.is_object()) wrong("update", "an object", x);
  const auto kind = word(x, "kind", "a text");
  if (kind == "set_exits") {
    add_exits(x, into);
  } else {
    auto step = named(kind);
    if (const auto tp = x.find("tp"); tp != x.end() && tp->is_number_integer())
      step.target = tp->get<int>();
    step.price = maybe_number(x, "tp_price");
    if (const auto to = x.find("to"); to != x.end()) place_of(*to, step);
    step.percent = maybe_number(x, "pct");
    step.leverage = maybe_number(x, "leverage");
    step.factor = maybe_number(x, "factor");
    step.all = kind == "close_all" || x.value("all", json{}) == true;
    if (x.value("at", json{}) == "breakeven") step.breakeven = true;
    into.push_back(std::move(step));
  }
  if (const auto then = x.find("then"); then != x.end()) add_steps(*then, into);
}

void add_steps(const json& x, std::vector<labelled_step>& into) {
  if (!x.is_array()) return add_step(x, into);
  for (const auto& item : x) add_step(item, into);
}

}  // namespace

Price label_number(const json& x, const char* key) {
  if (!x.is_number()) wrong(key, "a number", x);
  char text[400];
  std::snprintf(text, sizeof text, "%.10f", x.get<double>());
  const auto result = Price::parse(text);
  if (!result) wrong(key, "a number of the size of a price", x);
  return *result;
}

labelled_signal signal_label(const json& expect) {
  labelled_signal result;
  result.symbol = word(expect, "symbol", "a ticker");
  const auto side = word(expect, "side", "long or short");
  if (side != "long" && side != "short") wrong("side", "long or short", side);
  result.side = side == "long" ? trade_side::long_side : trade_side::short_side;
  if (const auto action = expect.find("action"); action != expect.end()) {
    if (*action != "open" && *action != "close") wrong("action", "open or close", *action);
    result.action = *action == "open" ? trade_action::open : trade_action::close;
  }
  const auto entry = expect.find("entry");
  if (entry == expect.end() || !entry->is_array())
    wrong("entry", "an array", expect.value("entry", json{}));
  for (const auto& x : *entry) {
    if (x == "cmp")
      result.market = true;
    else
      result.entries.push_back(label_number(x, "entry"));
  }
  result.stop = maybe_number(expect, "sl");
  if (!result.stop) result.stop = maybe_number(expect, "sl_hint");
  result.targets = numbers(expect, "tp");
  if (result.targets.empty()) result.targets = numbers(expect, "tp_hint");
  if (const auto option = expect.find("option"); option != expect.end() && option->is_object())
    option_of(*option, result);
  return result;
}

labelled_update update_label(const json& expect) {
  const auto x = expect.find("update");
  if (x == expect.end()) wrong("expect", "an \"update\"", expect);
  labelled_update result;
  const auto& first = x->is_array() && !x->empty() ? x->front() : *x;
  if (first.is_object() && first.contains("symbol") && first["symbol"].is_string())
    result.symbol = first["symbol"];
  add_steps(*x, result.steps);
  if (result.steps.empty()) wrong("update", "at least one step", *x);
  return result;
}

}  // namespace outcry::signals
