#include "apps/config/load.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "apps/config/read_bots.hpp"
#include "apps/config/settings.hpp"

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

  void walk(const toml::table& table, const std::string& section) {
    for (const auto& [key, node] : table) {
      auto name = joined(section, key.str());
      if (name == "bots")
        result_.bots = read_bots(node, name_, errors_);
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
  }

  void resolve_paths() {
    if (directory_.empty()) return;
    for (const auto& x : settings()) {
      if (!x.path) continue;
      auto* path = x.path(result_);
      if (!path->empty()) *path = (directory_ / *path).lexically_normal();
    }
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
