#include "apps/outcry/signals.hpp"

#include <iostream>
#include <stdexcept>

#include <fmt/format.h>

#include "actors/signals/instruments.hpp"
#include "actors/signals/process_message.hpp"
#include "actors/signals/reading_json.hpp"
#include "apps/outcry/output.hpp"

namespace outcry::cli {

namespace {

using namespace outcry::signals;

/// One byte more than is read is enough to be told that it is too long.
std::string read_input() {
  std::string text(max_message_bytes + 1, '\0');
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::cin.gcount()));
  return text;
}

void take_price(const std::string& said, message_context& context) {
  const auto at = said.find('=');
  if (at == 0 || at == std::string::npos)
    throw std::invalid_argument("--price: expected TICKER=PRICE, found " + said);
  const auto price = Price::parse(said.substr(at + 1));
  if (!price) throw std::invalid_argument("--price: " + price.error());
  if (!price->is_positive())
    throw std::invalid_argument("--price: expected more than 0, found " + said);
  context.last_prices[upper_case(said.substr(0, at))] = *price;
}

asset_kind asset_of(const std::string& said) {
  for (const auto kind : {asset_kind::stock, asset_kind::crypto, asset_kind::forex,
                          asset_kind::metal, asset_kind::future, asset_kind::index})
    if (said == to_string(kind)) return kind;
  return asset_kind::unknown;
}

colour verdict_colour(verdict x) {
  if (x == verdict::signal || x == verdict::update) return colour::green;
  return x == verdict::nothing ? colour::dim : colour::yellow;
}

std::string joined(const std::vector<Price>& prices) {
  std::string result;
  for (const auto x : prices) result += (result.empty() ? "" : ", ") + to_string(x);
  return result;
}

void print_signal(output& out, const signals::signal& x) {
  std::vector<std::vector<cell>> rows;
  const auto row = [&](const char* name, std::string value) {
    if (!value.empty()) rows.push_back({{name, colour::dim}, {harmless(value)}});
  };
  row("action", std::string{to_string(x.action)});
  row("side", std::string{to_string(x.side)});
  row("ticker", x.quote.empty() ? x.ticker : x.ticker + "/" + x.quote);
  row("asset", std::string{to_string(x.asset)});
  if (x.option)
    row("option",
        fmt::format("{} {} {}", to_string(x.option->strike), to_string(x.option->right),
                    x.option->expiry.month == 0
                        ? std::string{"0DTE"}
                        : fmt::format("{}/{}", x.option->expiry.month, x.option->expiry.day)));
  row("order", std::string{to_string(x.order)});
  row("entries", joined(x.entries));
  if (x.stop) {
    std::string text = to_string(x.stop->price);
    if (x.stop->trigger == stop_trigger::candle_close)
      text += fmt::format(" when a {}candle closes beyond it",
                          x.stop->timeframe.empty() ? "" : x.stop->timeframe + " ");
    row("stop", text);
  }
  if (x.second_stop) row("or stop", to_string(x.second_stop->price));
  if (x.add_at) row("add at", to_string(*x.add_at));
  row("targets", joined(x.targets));
  if (x.leverage) row("leverage", to_string(*x.leverage));
  if (x.size.quantity) row("quantity", to_string(*x.size.quantity));
  if (x.size.percent) row("size", to_string(*x.size.percent) + " %");
  if (x.size.risk_percent) row("risk", to_string(*x.size.risk_percent) + " %");
  if (x.size.risk_r) row("risk", to_string(*x.size.risk_r) + " R");
  out.table({"signal", ""}, rows);
}

void print_update(output& out, const signals::update& x) {
  std::vector<std::vector<cell>> rows;
  for (const auto& step : x.steps) {
    std::string detail;
    const auto add = [&](const std::string& text) {
      detail += (detail.empty() ? "" : ", ") + text;
    };
    if (step.target != 0) add(fmt::format("target {}", step.target));
    if (step.all) add("all");
    if (step.breakeven) add("breakeven");
    if (step.price) add(to_string(*step.price));
    if (step.percent) add(to_string(*step.percent) + " %");
    if (step.leverage) add(to_string(*step.leverage) + "x");
    if (step.factor) add("times " + to_string(*step.factor));
    rows.push_back({{std::string{to_string(step.kind)}}, {detail}});
  }
  out.table({"update of " + (x.ticker.empty() ? std::string{"the open call"} : x.ticker), ""},
            rows);
}

void print(const explanation& x) {
  output out;
  std::vector<std::vector<cell>> tokens;
  for (const auto& t : x.tokens)
    if (t.kind != "newline")
      tokens.push_back({{harmless(t.text), colour::bold}, {t.kind, colour::dim}, {t.read}});
  out.table({"token", "kind", "read as"}, tokens);
  out.line("");
  std::vector<std::vector<cell>> rules;
  for (const auto& r : x.result.rules) rules.push_back({{std::string{r.rule}}, {harmless(r.what)}});
  if (!rules.empty()) {
    out.table({"rule", ""}, rules);
    out.line("");
  }
  if (x.result.call) print_signal(out, *x.result.call);
  if (x.result.follow_up) print_update(out, *x.result.follow_up);
  if (x.result.call || x.result.follow_up) out.line("");
  out.line({{std::string{to_string(x.result.outcome)}, verdict_colour(x.result.outcome)},
            {fmt::format(" (confidence {} of 100): {}", x.result.confidence,
                         harmless(x.result.reason))}});
}

}  // namespace

exit_code signals_explain(const explain_options& what, bool in_json) {
  message_context context;
  for (const auto& said : what.prices) take_price(said, context);
  context.rules.asset = asset_of(what.asset);
  const auto result = explain_message(what.text == "-" ? read_input() : what.text, context);
  if (in_json)
    output{}.line(to_json(result));
  else
    print(result);
  return all_done;
}

}  // namespace outcry::cli
