#include "apps/config/read_sources.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "apps/config/signal_settings.hpp"
#include "apps/config/table_reader.hpp"
#include "messages/keys.hpp"

namespace outcry::config {

namespace {

constexpr const char* id_form = "an id of Discord: 15 to 20 digits in quotes";
constexpr const char* name_form = "1 to 64 letters, digits and . _ -";
constexpr const char* source_form =
    "\"discord:<channel id>\", \"http:<token name>\" or \"tradingview:<name>\"; a \"*\" at the end "
    "stands for any rest";
constexpr const char* ticker_form =
    "a ticker in quotes as calls name it, without a quote currency: \"SOL\", not \"SOL/USDT\"";

bool is_digit(unsigned char c) {
  return std::isdigit(c) != 0;
}

bool is_name_character(unsigned char c) {
  return c < 0x80 && (std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-');
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), is_name_character);
}

/// Discord's ids are 64 bits in decimal; one of less than 15 digits would be older than Discord.
std::optional<std::uint64_t> parse_id(std::string_view text) {
  if (text.size() < 15 || text.size() > 20 || text.front() == '0') return std::nullopt;
  std::uint64_t result = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return result;
}

std::optional<std::uint64_t> id_of(const toml::node& node) {
  const auto* text = node.as_string();
  return text != nullptr ? parse_id(text->get()) : std::nullopt;
}

/// Whether a source that is so named, or whose name begins so, can exist.
bool is_source(std::string_view text) {
  const auto star = text.find('*');
  const bool open = star != std::string_view::npos;
  if (open && star + 1 != text.size()) return false;
  const auto name = text.substr(0, star);
  for (std::string_view kind : {"discord:", "http:", "tradingview:"}) {
    if (open && kind.starts_with(name)) return true;
    if (!name.starts_with(kind)) continue;
    const auto rest = name.substr(kind.size());
    if (!open) return kind == "discord:" ? parse_id(rest).has_value() : is_name(rest);
    const auto fits = kind == "discord:" ? is_digit : is_name_character;
    return rest.size() <= 64 && std::all_of(rest.begin(), rest.end(), fits);
  }
  return false;
}

std::optional<std::string> ticker_of(const toml::node& node) {
  const auto* text = node.as_string();
  if (text == nullptr || text->get().find('/') != std::string::npos) return std::nullopt;
  auto ticker = normalise_ticker(text->get());
  return ticker ? std::optional{*ticker} : std::nullopt;
}

signal_source_section read_source(table_reader& in, unique_names& sources) {
  signal_source_section x;
  if (auto source = in.text("source", source_form, true)) {
    if (!is_source(*source)) in.refuse("source", source_form);
    x.source = *source;
    sources.take(in, "source", x.source);
  }
  in.label("name", x.name);
  in.flag("trade", x.trade);
  in.flag("confirm", x.confirm);
  const std::string assets = "\"unknown\", " + asset_form();
  if (auto asset = in.text("asset", assets, false)) {
    if (*asset != "unknown" && !is_asset(*asset)) in.refuse("asset", assets);
    x.asset = *asset;
  }
  in.flag("needs_stop", x.needs_stop);
  in.flag("needs_target", x.needs_target);
  in.number("least_confidence", x.least_confidence, 0, 100);
  in.number("max_age_s", x.max_age_s, 1, 86'400);
  in.list<std::string>("tickers", ticker_form, x.tickers, ticker_of);
  return x;
}

/// Reads a key that names the block.
void read_name(table_reader& in, std::string& into, unique_names& names) {
  auto name = in.text("name", name_form, true);
  if (!name) return;
  if (!is_name(*name)) in.refuse("name", name_form);
  into = *name;
  names.take(in, "name", into);
}

signal_token_section read_token(table_reader& in, unique_names& names) {
  constexpr const char* form = "\"read\" or \"contribute\"";
  signal_token_section x;
  read_name(in, x.name, names);
  in.list<std::string>("scopes", form, x.scopes,
                       [](const toml::node& node) -> std::optional<std::string> {
                         const auto* text = node.as_string();
                         if (text == nullptr) return std::nullopt;
                         const auto& word = text->get();
                         if (word != "read" && word != "contribute") return std::nullopt;
                         return word;
                       });
  const auto* scopes = in.find("scopes");
  if (scopes == nullptr || (scopes->is_array() && scopes->as_array()->empty()))
    in.refuse("scopes", "[\"read\"], [\"contribute\"] or both");
  in.path("token_file", x.token_file);
  return x;
}

}  // namespace

std::vector<signal_source_section> read_signal_sources(const toml::node& node,
                                                       const std::string& file,
                                                       std::vector<config_error>& errors) {
  unique_names sources{"a source that has no other block"};
  return read_tables<signal_source_section>(
      node, "signals.sources", file, errors,
      [&](table_reader& in) { return read_source(in, sources); });
}

std::vector<signal_token_section> read_signal_tokens(const toml::node& node,
                                                     const std::string& file,
                                                     std::vector<config_error>& errors) {
  unique_names names{"a name no other token has"};
  return read_tables<signal_token_section>(node, "signals.tokens", file, errors,
                                           [&](table_reader& in) { return read_token(in, names); });
}

std::vector<tradingview_section> read_tradingview(const toml::node& node, const std::string& file,
                                                  std::vector<config_error>& errors) {
  unique_names names{"a name no other block has"};
  return read_tables<tradingview_section>(node, "signals.tradingview", file, errors,
                                          [&](table_reader& in) {
                                            tradingview_section x;
                                            read_name(in, x.name, names);
                                            in.path("secret_file", x.secret_file);
                                            return x;
                                          });
}

std::vector<discord_channel_section> read_discord_channels(const toml::node& node,
                                                           const std::string& file,
                                                           std::vector<config_error>& errors) {
  unique_names ids{"an id no other channel has"};
  return read_tables<discord_channel_section>(
      node, "discord.channels", file, errors, [&](table_reader& in) {
        discord_channel_section x;
        const auto* id = in.find("id");
        const auto parsed = id != nullptr ? id_of(*id) : std::nullopt;
        if (parsed) {
          x.id = *parsed;
          ids.take(in, "id", fmt::to_string(x.id));
        } else {
          in.refuse("id", id_form);
        }
        in.label("name", x.name);
        in.list<std::uint64_t>("authors", id_form, x.authors, id_of);
        in.list<std::uint64_t>("roles", id_form, x.roles, id_of);
        return x;
      });
}

}  // namespace outcry::config
