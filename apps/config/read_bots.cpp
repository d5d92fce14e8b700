#include "apps/config/read_bots.hpp"

#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/config/settings.hpp"
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

class bot_reader {
public:
  bot_reader(const toml::table& table, std::size_t index, const std::string& file,
             std::vector<config_error>& errors)
      : table_(table), name_(fmt::format("bots[{}]", index)), file_(file), errors_(errors) {}

  bot_section read() {
    bot_section bot;
    auto ticker = text("ticker", "a ticker in quotes", true);
    auto strategy = text("strategy", strategies, true);
    if (ticker) {
      auto normalised = normalise_ticker(*ticker);
      if (normalised)
        bot.ticker = *normalised;
      else
        refuse(table_.get("ticker"), "ticker", "a ticker: " + normalised.error());
    }
    if (strategy) {
      bot.strategy = *strategy;
      if (bot.strategy != "counter" && bot.strategy != "scale_t")
        refuse(table_.get("strategy"), "strategy", strategies);
    }
    read_id(bot);
    read_parameters(bot);
    read_limits(bot);
    for (const auto& [key, node] : table_)
      if (key != "ticker" && key != "strategy" && key != "id" && key != "parameters" &&
          key != "limits")
        errors_.push_back({file_, node.source().begin.line, name_ + "." + std::string{key.str()},
                           "one of ticker, strategy, id, parameters, limits", "an unknown key"});
    return bot;
  }

private:
  static constexpr const char* strategies = "\"counter\" or \"scale_t\"";

  void refuse(const toml::node* node, const char* key, std::string expected) {
    auto line = node ? node->source().begin.line : table_.source().begin.line;
    errors_.push_back(
        {file_, line, name_ + "." + key, std::move(expected), node ? shown(*node) : "nothing"});
  }

  std::optional<std::string> text(const char* key, const char* expected, bool required) {
    auto* node = table_.get(key);
    if (node && node->is_string()) return node->as_string()->get();
    if (node || required) refuse(node, key, expected);
    return std::nullopt;
  }

  void read_id(bot_section& bot) {
    auto id = text("id", "a bot id in quotes", false);
    if (!id) {
      bot.id = bot.strategy + "-" + bot.ticker;
      return;
    }
    auto checked = check_bot_id(*id);
    if (!checked)
      refuse(table_.get("id"), "id", "a bot id: " + checked.error());
    else if (*checked == account_bot)
      refuse(table_.get("id"), "id", "another id: this one means the whole account");
    else
      bot.id = *checked;
  }

  void read_parameters(bot_section& bot) {
    auto* node = table_.get("parameters");
    if (!node) return;
    bot.line = node->source().begin.line;
    auto value = node->is_table() ? to_json(*node) : std::nullopt;
    if (value)
      bot.parameters = value->dump();
    else
      refuse(node, "parameters", "a table of text, numbers, booleans, lists and tables");
  }

  void read_limits(bot_section& bot) {
    auto* node = table_.get("limits");
    if (!node) return;
    auto value = node->is_table() ? to_json(*node) : std::nullopt;
    if (!value) {
      refuse(node, "limits", "a table of limits");
      return;
    }
    auto limits = read_risk_limits(value->dump(), {});
    if (limits)
      bot.limits = to_json(*limits);
    else
      errors_.push_back({file_, node->source().begin.line,
                         name_ + ".limits." + limits.error().field, limits.error().expected,
                         limits.error().found});
  }

  const toml::table& table_;
  std::string name_;
  const std::string& file_;
  std::vector<config_error>& errors_;
};

}  // namespace

std::string shown(const toml::node& node) {
  std::ostringstream out;
  node.visit([&](const auto& x) { out << x; });
  auto text = node.is_string() ? toml_quoted(node.as_string()->get()) : out.str();
  for (auto& c : text)
    if (c == '\n') c = ' ';
  if (text.size() <= 80) return text;
  std::size_t end = 77;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

std::vector<bot_section> read_bots(const toml::node& node, const std::string& file,
                                   std::vector<config_error>& errors) {
  std::vector<bot_section> result;
  auto* list = node.as_array();
  if (!list) {
    errors.push_back({file, node.source().begin.line, "bots", "[[bots]] blocks", shown(node)});
    return result;
  }
  std::map<std::string, toml::source_index> seen;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto& element = (*list)[i];
    auto line = element.source().begin.line;
    auto* table = element.as_table();
    if (!table) {
      errors.push_back({file, line, fmt::format("bots[{}]", i), "a table", shown(element)});
      continue;
    }
    auto bot = bot_reader{*table, i, file, errors}.read();
    auto [first, fresh] = seen.emplace(bot.id, line);
    if (!fresh)
      errors.push_back({file, line, fmt::format("bots[{}].id", i), "an id no other bot has",
                        fmt::format("\"{}\", as on line {}", bot.id, first->second)});
    result.push_back(std::move(bot));
  }
  return result;
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
