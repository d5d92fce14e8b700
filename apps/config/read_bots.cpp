#include "apps/config/read_bots.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/config/table_reader.hpp"
#include "messages/keys.hpp"
#include "messages/trading_codec.hpp"

namespace outcry::config {

namespace {

/// Everything that JSON can hold; nothing for dates, times and numbers that are none.
std::optional<nlohmann::json> to_json(const toml::node& node) {
  if (auto* x = node.as_string()) return x->get();
  if (auto* x = node.as_integer()) return x->get();
  if (auto* x = node.as_boolean()) return x->get();
  if (auto* x = node.as_floating_point())
    return std::isfinite(x->get()) ? std::optional<nlohmann::json>{x->get()} : std::nullopt;
  if (auto* list = node.as_array()) {
    auto result = nlohmann::json::array();
    for (const auto& element : *list) {
      auto value = to_json(element);
      if (!value) return std::nullopt;
      result.push_back(std::move(*value));
    }
    return result;
  }
  if (auto* table = node.as_table()) {
    auto result = nlohmann::json::object();
    for (const auto& [key, element] : *table) {
      auto value = to_json(element);
      if (!value) return std::nullopt;
      result[std::string{key.str()}] = std::move(*value);
    }
    return result;
  }
  return std::nullopt;
}

constexpr const char* strategies = "\"counter\", \"scale_t\" or \"follow\"";

void read_id(table_reader& in, bot_section& bot) {
  auto id = in.text("id", "a bot id in quotes", false);
  if (!id) {
    bot.id = bot.strategy + "-" + bot.ticker;
    return;
  }
  auto checked = check_bot_id(*id);
  if (!checked)
    in.refuse("id", "a bot id: " + checked.error());
  else if (*checked == account_bot)
    in.refuse("id", "another id: this one means the whole account");
  else if (*checked == signals_bot)
    in.refuse("id", "another id: this one means the signal desk");
  else
    bot.id = *checked;
}

void read_parameters(table_reader& in, bot_section& bot) {
  const auto* node = in.find("parameters");
  if (node == nullptr) return;
  bot.line = in.line_of(node);
  auto value = node->is_table() ? to_json(*node) : std::nullopt;
  if (value)
    bot.parameters = value->dump();
  else
    in.refuse("parameters", "a table of text, numbers, booleans, lists and tables");
}

void read_limits(table_reader& in, bot_section& bot) {
  const auto* node = in.find("limits");
  if (node == nullptr) return;
  auto value = node->is_table() ? to_json(*node) : std::nullopt;
  if (!value) {
    in.refuse("limits", "a table of limits");
    return;
  }
  auto limits = read_risk_limits(value->dump(), {});
  if (limits)
    bot.limits = to_json(*limits);
  else
    in.refuse_part("limits", limits.error());
}

bot_section read_bot(table_reader& in) {
  bot_section bot;
  if (auto ticker = in.text("ticker", "a ticker in quotes", true)) {
    auto normalised = normalise_ticker(*ticker);
    if (normalised)
      bot.ticker = *normalised;
    else
      in.refuse("ticker", "a ticker: " + normalised.error());
  }
  if (auto strategy = in.text("strategy", strategies, true)) {
    bot.strategy = *strategy;
    if (bot.strategy != "counter" && bot.strategy != "scale_t" && bot.strategy != "follow")
      in.refuse("strategy", strategies);
  }
  read_id(in, bot);
  read_parameters(in, bot);
  read_limits(in, bot);
  return bot;
}

}  // namespace

std::vector<bot_section> read_bots(const toml::node& node, const std::string& file,
                                   std::vector<config_error>& errors) {
  unique_names ids{"an id no other bot has"};
  unique_names followed{"one bot that follows the calls of a ticker"};
  return read_tables<bot_section>(node, "bots", file, errors, [&](table_reader& in) {
    auto bot = read_bot(in);
    ids.take(in, "id", bot.id);
    if (bot.strategy == "follow" && !bot.ticker.empty()) followed.take(in, "ticker", bot.ticker);
    return bot;
  });
}

std::map<std::string, Price> read_prices(const toml::node& node, const std::string& file,
                                         std::vector<config_error>& errors) {
  std::map<std::string, Price> result;
  const std::string section = "feed.simulated.prices";
  auto* table = node.as_table();
  if (!table) {
    errors.push_back({file, node.source().begin.line, section, "a table", shown(node)});
    return result;
  }
  for (const auto& [key, value] : *table) {
    auto name = section + "." + std::string{key.str()};
    auto line = value.source().begin.line;
    auto ticker = normalise_ticker(key.str());
    if (!ticker) errors.push_back({file, line, name, "a ticker", ticker.error()});
    std::string text;
    if (auto* x = value.as_string()) text = x->get();
    if (auto* x = value.as_integer()) text = fmt::to_string(x->get());
    auto price = Price::parse(text);
    if (!price || !price->is_positive())
      errors.push_back({file, line, name, "a decimal number above 0 in quotes", shown(value)});
    if (!ticker || !price) continue;
    if (!result.emplace(*ticker, *price).second)
      errors.push_back({file, line, name, "each ticker once", shown(value)});
  }
  return result;
}

}  // namespace outcry::config
