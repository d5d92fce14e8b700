#include "apps/config/load.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "apps/config/read_bots.hpp"
#include "apps/config/read_sources.hpp"
#include "apps/config/settings.hpp"
#include "apps/config/table_reader.hpp"

namespace outcry::config {

namespace {

constexpr std::string_view prices_section = "feed.simulated.prices";

std::string joined(std::string_view section, std::string_view key) {
  return section.empty() ? std::string{key} : fmt::format("{}.{}", section, key);
}

/// Credentials of a URL do not belong into an error.
std::string without_password(std::string text) {
  auto begin = text.find("://");
  auto at = text.rfind('@');
  if (begin == std::string::npos || at == std::string::npos || at < begin) return text;
  return text.replace(begin + 3, at - begin - 3, "***");
}

/// Where a value came from.
struct origin {
  std::string file;
  std::size_t line = 0;
  std::string key;
};

class loader {
public:
  loader(std::string name, std::filesystem::path directory)
      : name_(std::move(name)), directory_(std::move(directory)) {}

  void read_file(std::string_view text) {
    try {
      auto document = toml::parse(text, name_);
      walk(document, "");
    } catch (const toml::parse_error& e) {
      errors_.push_back({name_, e.source().begin.line, "", "TOML", std::string{e.description()}});
    }
  }

  void read_environment(const environment& variables) {
    for (const auto& [variable, text] : variables) {
      if (!variable.starts_with("OUTCRY_")) continue;
      if (variable == "OUTCRY_CONFIG" || variable == "OUTCRY_CRASH_AT") continue;
      if (keep_secret(variable, text)) continue;
      const auto& all = settings();
      auto x = std::find_if(all.begin(), all.end(), [&name = variable](const setting& s) {
        return variable_name(s) == name;
      });
      if (x == all.end())
        errors_.push_back({"environment", 0, variable,
                           "OUTCRY_<SECTION>_<KEY> of a key that `outcry init` prints",
                           "an unknown variable"});
      else
        keep(*x, {text, true}, {"environment", 0, variable}, toml_quoted(without_password(text)));
    }
  }

  load_result finish() {
    for (const auto& x : settings()) {
      auto found = values_.find(&x);
      if (found != values_.end()) x.assign(result_, found->second);
    }
    settle_auto("firebase", "history");
    settle_auto("broker", "calendar");
    check_together();
    if (!errors_.empty()) {
      std::stable_sort(errors_.begin(), errors_.end(), [](const auto& a, const auto& b) {
        return (a.file == "environment") < (b.file == "environment") ||
               (a.file == b.file && a.line < b.line);
      });
      return tl::unexpected(std::move(errors_));
    }
    resolve_paths();
    return std::move(result_);
  }

private:
  void keep(const setting& x, raw_value value, origin from, std::string found) {
    config scratch;
    if (!x.assign(scratch, value)) {
      errors_.push_back({from.file, from.line, from.key, x.allowed, std::move(found)});
      return;
    }
    values_[&x] = std::move(value);
    origins_[joined(x.section, x.key)] = std::move(from);
  }

  /// Never says what it found.
  bool keep_secret(const std::string& variable, const std::string& text) {
    const auto& all = secret_variables();
    auto x =
        std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.name == variable; });
    if (x == all.end()) return false;
    if (text.empty() || x->fits(text))
      x->member(result_) = text;
    else
      errors_.push_back(
          {"environment", 0, variable, std::string{x->allowed}, "something else (not shown)"});
    return true;
  }

  void walk(const toml::table& table, const std::string& section) {
    for (const auto& [key, node] : table) {
      auto name = joined(section, key.str());
      if (name == "bots")
        result_.bots = read_bots(node, name_, errors_);
      else if (read_list(node, name))
        origins_[name] = {name_, node.source().begin.line, name};
      else if (name == prices_section)
        result_.feed.simulated.prices = read_prices(node, name_, errors_);
      else if (auto* x = find(section, key.str()))
        keep(*x, raw(node), {name_, node.source().begin.line, name}, without_password(shown(node)));
      else if (is_section(name))
        walk_section(node, name);
      else
        errors_.push_back({name_, node.source().begin.line, name, allowed_in(section),
                           node.is_table() ? "an unknown section" : "an unknown key"});
    }
  }

  /// The lists of tables of [signals] and [discord].
  bool read_list(const toml::node& node, const std::string& name) {
    if (name == "signals.sources")
      result_.signals.sources = read_signal_sources(node, name_, errors_);
    else if (name == "signals.tokens")
      result_.signals.tokens = read_signal_tokens(node, name_, errors_);
    else if (name == "signals.tradingview")
      result_.signals.tradingview = read_tradingview(node, name_, errors_);
    else if (name == "discord.channels")
      result_.discord.channels = read_discord_channels(node, name_, errors_);
    else
      return false;
    return true;
  }

  void walk_section(const toml::node& node, const std::string& name) {
    if (auto* table = node.as_table())
      walk(*table, name);
    else
      errors_.push_back({name_, node.source().begin.line, name, fmt::format("a section [{}]", name),
                         shown(node)});
  }

  static const setting* find(std::string_view section, std::string_view key) {
    for (const auto& x : settings())
      if (x.section == section && x.key == key) return &x;
    return nullptr;
  }

  static bool is_section(std::string_view name) {
    const auto& all = sections();
    return std::find(all.begin(), all.end(), name) != all.end();
  }

  static std::string allowed_in(std::string_view section) {
    std::vector<std::string> names;
    for (const auto& x : settings())
      if (x.section == section) names.emplace_back(x.key);
    for (auto x : sections()) {
      auto dot = x.rfind('.');
      auto parent = dot == std::string_view::npos ? std::string_view{} : x.substr(0, dot);
      if (parent == section) names.push_back(fmt::format("[{}]", x));
    }
    if (section.empty()) names.emplace_back("[[bots]]");
    if (section == "signals")
      names.insert(names.end(),
                   {"[[signals.sources]]", "[[signals.tokens]]", "[[signals.tradingview]]"});
    if (section == "discord") names.emplace_back("[[discord.channels]]");
    if (section == "feed.simulated") names.push_back(fmt::format("[{}]", prices_section));
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
    return "one of " + list;
  }

  static raw_value raw(const toml::node& node) {
    if (auto* x = node.as_string()) return {x->get()};
    if (auto* x = node.as_integer()) return {x->get()};
    if (auto* x = node.as_floating_point()) return {x->get()};
    if (auto* x = node.as_boolean()) return {x->get()};
    auto* list = node.as_array();
    if (!list) return {};
    std::vector<std::string> texts;
    for (const auto& element : *list) {
      if (!element.is_string()) return {};
      texts.push_back(element.as_string()->get());
    }
    return {std::move(texts)};
  }

  /// "auto" depends on other keys, which the environment may have replaced after the file was read.
  void settle_auto(std::string_view section, std::string_view key) {
    auto* x = find(section, key);
    auto given = values_.find(x);
    x->assign(result_, given == values_.end() ? raw_value{std::string{"auto"}} : given->second);
  }

  void refuse(const std::string& key, std::string expected, std::string found) {
    auto from = origins_.contains(key) ? origins_[key] : origin{name_, 0, key};
    errors_.push_back({from.file, from.line, from.key, std::move(expected), std::move(found)});
  }

  void check_together() {
    if (result_.feed.source == feed_source::replay && result_.feed.replay.dir.empty())
      refuse("feed.source", "feed.replay.dir beside \"replay\"", "feed.replay.dir = \"\"");
    if (result_.feed.source == feed_source::redis && result_.redis.url.empty())
      refuse("feed.source", "redis.url beside \"redis\"", "redis.url = \"\"");
    for (const auto& bot : result_.bots)
      if (result_.broker.kind == broker_kind::none && trades(bot))
        refuse("broker.kind", "a broker beside a bot that trades (" + bot.id + ")", "\"none\"");
    if (!result_.firebase.credentials_file.empty() && !result_.firebase.token_file.empty())
      refuse("firebase.token_file", "either credentials_file or token_file", "both");
    if (!result_.firebase.credentials_file.empty() && !result_.firebase.url.starts_with("https://"))
      refuse("firebase.credentials_file", "an https:// URL beside it",
             fmt::format("firebase.url = \"{}\"", result_.firebase.url));
    if (result_.inspection.certificate_file.empty() != result_.inspection.key_file.empty())
      refuse("inspection.certificate_file", "certificate_file and key_file, or neither",
             "one of them");
    check_signals();
  }

  void check_signals() {
    if (result_.signals.source == signal_feed::postgres && !has_signal_database(result_))
      refuse("signals.source",
             "signals.database_file or OUTCRY_SIGNALS_DATABASE beside \"postgres\"", "neither");
    if (!result_.discord.channels.empty() && !has_discord_token(result_))
      refuse("discord.channels", "discord.token_file or OUTCRY_DISCORD_TOKEN beside channels",
             "neither");
    check_secret_files();
  }

  /// Two secrets in one file would be one secret. (Two of one name are told of elsewhere.)
  void check_secret_files() {
    struct owner {
      std::string block;
      bool said = false;
    };
    std::map<std::filesystem::path, owner> owners;
    const auto check = [&](const std::string& key, const std::string& block, bool said,
                           const std::filesystem::path& file) {
      const auto [first, fresh] =
          owners.emplace((directory_ / file).lexically_normal(), owner{block, said});
      if (!fresh && (said || first->second.said))
        refuse(
            key, "a file of its own for each secret",
            fmt::format("{} in {} and {}", toml_quoted(file.string()), first->second.block, block));
    };
    for (const auto& [key, file] : std::map<std::string, std::filesystem::path>{
             {"discord.token_file", result_.discord.token_file},
             {"firebase.token_file", firebase_token_file(result_)},
             {"notifications.token_file", result_.notifications.token_file},
             {"signals.database_file", result_.signals.database_file}})
      if (!file.empty()) check(key, key, true, file);
    const auto& tokens = result_.signals.tokens;
    for (std::size_t i = 0; i < tokens.size(); ++i)
      check("signals.tokens", fmt::format("signals.tokens[{}]", i), !tokens[i].token_file.empty(),
            signal_token_file(result_, tokens[i]));
    const auto& pages = result_.signals.tradingview;
    for (std::size_t i = 0; i < pages.size(); ++i)
      check("signals.tradingview", fmt::format("signals.tradingview[{}]", i),
            !pages[i].secret_file.empty(), tradingview_secret_file(result_, pages[i]));
  }

  void resolve(std::filesystem::path& path) const {
    if (!path.empty()) path = (directory_ / path).lexically_normal();
  }

  void resolve_paths() {
    if (directory_.empty()) return;
    for (const auto& x : settings()) {
      if (x.path) resolve(*x.path(result_));
    }
    for (auto& x : result_.signals.tokens) resolve(x.token_file);
    for (auto& x : result_.signals.tradingview) resolve(x.secret_file);
  }

  std::string name_;
  std::filesystem::path directory_;
  config result_;
  std::vector<config_error> errors_;
  std::map<const setting*, raw_value> values_;
  std::map<std::string, origin> origins_;
};

}  // namespace

std::string to_string(const config_error& x) {
  auto place = x.line > 0 ? fmt::format("{}:{}", x.file, x.line) : x.file;
  if (!x.key.empty()) place += ": " + x.key;
  return fmt::format("{}: expected {}, found {}", place, x.expected, x.found);
}

load_result parse_config(std::string_view text, const std::string& name,
                         const std::filesystem::path& directory, const environment& variables) {
  loader reader{name, directory};
  reader.read_file(text);
  reader.read_environment(variables);
  return reader.finish();
}

load_result load_config(const std::filesystem::path& file, const environment& variables) {
  if (file.empty()) return parse_config("", "(no file)", {}, variables);
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return tl::unexpected(
        std::vector<config_error>{{file.string(), 0, "", "a TOML file", "a directory"}});
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (!in || in.bad())
    return tl::unexpected(std::vector<config_error>{
        {file.string(), 0, "", "a TOML file (`outcry init --write` makes one)",
         std::filesystem::exists(file, ignored) ? "a file that cannot be read" : "no such file"}});
  return parse_config(text.str(), file.string(), std::filesystem::absolute(file).parent_path(),
                      variables);
}

}  // namespace outcry::config
