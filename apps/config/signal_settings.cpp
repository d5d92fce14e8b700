#include "apps/config/signal_settings.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "apps/config/endpoint.hpp"
#include "apps/config/setting_kinds.hpp"

namespace outcry::config {

using namespace kinds;

namespace {

bool take_feed(config& c, const std::string& text) {
  if (text == "local") return c.signals.source = signal_feed::local, true;
  if (text == "postgres") return c.signals.source = signal_feed::postgres, true;
  return false;
}

/// https://www.postgresql.org/docs/15/sql-syntax-lexical.html: a name has at most 63 bytes.
bool is_role(const std::string& text) {
  return !text.empty() && text.size() <= 63 && printable(text);
}

/// Tokens would pass a network in plain text.
bool take_page(config& c, const std::string& text) {
  const auto where = parse_endpoint(text);
  if (!text.empty() && !(where && where->loopback)) return false;
  c.signals.listen = text;
  return true;
}

/// The token must reach Discord and nobody else: no plain HTTP but to this machine, and no "@",
/// before which a URL may say anything.
bool take_api(config& c, const std::string& text) {
  if (!is_url(text, {"https://", "http://"}) || text.find_first_of("@?#\\") != std::string::npos)
    return false;
  if (text.starts_with("http://")) {
    const std::initializer_list<std::string_view> local = {"http://127.0.0.1", "http://localhost",
                                                           "http://[::1]"};
    const bool here = std::any_of(local.begin(), local.end(), [&](std::string_view host) {
      return text.starts_with(host) &&
             (text.size() == host.size() || text[host.size()] == ':' || text[host.size()] == '/');
    });
    if (!here) return false;
  }
  c.discord.api = text;
  while (c.discord.api.ends_with('/')) c.discord.api.pop_back();
  return true;
}

setting assets() {
  setting x{"signals", "assets",
            "What the broker can trade: stock, crypto, forex, metal, future, index. Calls of\n"
            "anything else are kept and not followed.",
            "a list of at least one of " + asset_form() + ", each once"};
  x.assign = [](config& c, const raw_value& raw) {
    auto value = list_of(raw);
    if (!value || value->empty() || !std::all_of(value->begin(), value->end(), is_asset))
      return false;
    auto sorted = *value;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return false;
    c.signals.assets = std::move(*value);
    return true;
  };
  x.shown = [](const config& c) {
    std::string result;
    for (const auto& word : c.signals.assets)
      result += (result.empty() ? "" : ", ") + toml_quoted(word);
    return "[" + result + "]";
  };
  return x;
}

void add_signals(std::vector<setting>& all) {
  all.push_back(assets());
  all.push_back(number(
      "signals", "confirm_s", "Seconds a call waits for the operator's yes; then it expires.",
      [](config& c) -> std::int64_t& { return c.signals.confirm_s; }, 10, 86'400));
  all.push_back(number(
      "signals", "quarantine_s", "Seconds in which a call that is in doubt may be accepted.",
      [](config& c) -> std::int64_t& { return c.signals.quarantine_s; }, 10, 86'400));
  all.push_back(number(
      "signals", "repost_s",
      "Seconds in which the same call by whomever is a repost, which is not followed; it is one\n"
      "for as long as the first is traded in any case.",
      [](config& c) -> std::int64_t& { return c.signals.repost_s; }, 10, 86'400));
  all.push_back(number(
      "signals", "keep_messages_days",
      "Days after which raw messages are deleted, but for those of calls that are not over; 0 =\n"
      "never. Calls, updates and trades stay.",
      [](config& c) -> std::int64_t& { return c.signals.keep_messages_days; }, 0, 36'500));
  all.push_back(
      path("signals", "database_file",
           "A file that holds the connection string of a PostgreSQL database that is shared with\n"
           "others; \"\" = none. OUTCRY_SIGNALS_DATABASE may give the string itself.",
           [](config& c) { return &c.signals.database_file; }));
  all.push_back(text(
      "signals", "source",
      "\"local\" = calls of this floor's own channels; \"postgres\" = also those that others have\n"
      "put into the shared database.",
      "\"local\" or \"postgres\"", take_feed, [](const config& c) {
        return std::string{c.signals.source == signal_feed::local ? "local" : "postgres"};
      }));
  all.push_back(flag("signals", "contribute",
                     "What this floor reads is put into the shared database.",
                     [](config& c) -> bool& { return c.signals.contribute; }));
  all.push_back(list(
      "signals", "contributors",
      "Whose calls are taken from the shared database: roles, as the database itself has written\n"
      "them beside each row; none = anybody's who may write there.",
      "a list of role names of 1 to 63 bytes in quotes",
      [](config& c) -> std::vector<std::string>& { return c.signals.contributors; }, is_role));
  all.push_back(text(
      "signals", "listen",
      "Address and port of the HTTP page, such as \"127.0.0.1:8088\"; \"\" = none. Only this\n"
      "machine may reach it: it does not speak TLS, and tokens would be readable on the way.",
      "\"\", or \"address:port\" with an address of this machine only (127.0.0.1, [::1] or "
      "localhost): the page does not speak TLS yet, and tokens would pass the network readable",
      take_page, [](const config& c) { return c.signals.listen; }));
  all.push_back(list(
      "signals", "hosts",
      "Names by which the page may be called, beside localhost and loopback addresses.",
      "a list of host names in quotes",
      [](config& c) -> std::vector<std::string>& { return c.signals.hosts; }, is_host));
  all.push_back(list(
      "signals", "origins", "Web origins whose pages may call it, such as \"https://floor.home\".",
      "a list of http:// or https:// origins in quotes",
      [](config& c) -> std::vector<std::string>& { return c.signals.origins; }, is_origin));
}

void add_discord(std::vector<setting>& all) {
  all.push_back(path("discord", "token_file",
                     "A file that holds the bot's token and nothing else; \"\" = no Discord.\n"
                     "OUTCRY_DISCORD_TOKEN may give the token itself.",
                     [](config& c) { return &c.discord.token_file; }));
  all.push_back(text(
      "discord", "api", "Where Discord is; another address is for tests.",
      "an https:// URL without a user, or http:// on this machine (127.0.0.1, [::1] or localhost)",
      take_api, [](const config& c) { return c.discord.api; }));
}

constexpr std::string_view list_examples = R"(
# Whose calls are followed. A source without a block is read and kept, and nobody follows it. Of
# several blocks that fit, the one that names the source counts, else the longest beginning.
# [[signals.sources]]
# source = "discord:123456789012345678"  # also "http:TOKEN", "tradingview:NAME"; "*" for any rest
# name = ""               # for people
# trade = false           # true: its calls may be followed by a bot with the strategy "follow"
# confirm = true          # each waits for the operator's yes: outcry signals accept ID
# asset = "unknown"       # what a bare ticker means here: stock, crypto, forex, ...
# needs_stop = true       # a call without a stop is refused
# needs_target = false    # likewise
# least_confidence = 60   # 0 to 100; below, a call waits in quarantine
# max_age_s = 600         # an older message is not followed
# tickers = []            # only these; none: all that a bot follows

# Who may ask the HTTP page. The token is made at the first start.
# [[signals.tokens]]
# name = "phone"          # what it contributes has the source "http:phone"
# scopes = ["read"]       # "read", "contribute" or both
# token_file = ""         # none: signals-NAME.token in data_dir

# Alerts of TradingView. The secret is made at the first start.
# [[signals.tradingview]]
# name = "main"           # their source is "tradingview:main"
# secret_file = ""        # none: tradingview-NAME.secret in data_dir

# Channels the Discord bot reads, with their threads. Needs its token.
# [[discord.channels]]
# id = "123456789012345678"
# name = ""               # for people
# authors = []            # ids of users and webhooks whose calls are trusted,
# roles = []              # or who have one of these roles; both empty: everybody
)";

}  // namespace

void add_signal_settings(std::vector<setting>& all) {
  add_signals(all);
  add_discord(all);
}

const std::vector<secret_variable>& secret_variables() {
  static const std::vector<secret_variable> all = {
      {"OUTCRY_SIGNALS_DATABASE",
       "a connection string of PostgreSQL: postgresql://... or host=... dbname=..., one line of at "
       "most 4096 characters",
       [](config& c) -> std::string& { return c.signals.database; },
       [](const std::string& text) {
         return text.size() <= 4096 && printable(text) &&
                (text.starts_with("postgresql://") || text.starts_with("postgres://") ||
                 text.find('=') != std::string::npos);
       }},
      {"OUTCRY_DISCORD_TOKEN", "a bot's token: one word of at most 512 characters",
       [](config& c) -> std::string& { return c.discord.token; },
       [](const std::string& text) {
         return text.size() <= 512 && printable(text) && text.find(' ') == std::string::npos;
       }},
      {"OUTCRY_NOTIFICATIONS_TOKEN",
       "an access token or \"user:password\": one word of at most 512 characters",
       [](config& c) -> std::string& { return c.notifications.token; },
       [](const std::string& text) {
         return text.size() <= 512 && printable(text) && text.find(' ') == std::string::npos;
       }},
  };
  return all;
}

bool is_asset(const std::string& text) {
  return std::find(std::begin(asset_words), std::end(asset_words), text) != std::end(asset_words);
}

std::string asset_form() {
  std::string result;
  for (std::size_t i = 0; i < std::size(asset_words); ++i) {
    if (i > 0) result += i + 1 == std::size(asset_words) ? " or " : ", ";
    result += toml_quoted(asset_words[i]);
  }
  return result;
}

std::string_view signal_lists_text() {
  return list_examples;
}

}  // namespace outcry::config
