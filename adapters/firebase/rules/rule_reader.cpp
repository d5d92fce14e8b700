#include <algorithm>
#include <set>
#include <utility>

#include "adapters/firebase/rules/checker.hpp"
#include "adapters/firebase/rules/parser.hpp"
#include "adapters/firebase/rules/rule_node.hpp"
#include "adapters/firebase/rules/source.hpp"
#include "adapters/firebase/rules/tree_view.hpp"

namespace outcry::firebase::rules {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20U;  ///< bytes
constexpr std::size_t deepest = 32;                          ///< levels of the tree

bool is_wildcard(const std::string& key) {
  return key.size() > 1 && key.front() == '$' &&
         std::all_of(key.begin() + 1, key.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

class rule_reader {
public:
  explicit rule_reader(std::string_view text) : in_(text) {}

  std::unique_ptr<rule_node> read() {
    in_.expect('{', "at the beginning of the file");
    const auto start = in_.next();
    if (in_.string().text != "rules") in_.fail(start, "expected \"rules\" and nothing beside it");
    in_.expect(':', "behind \"rules\"");
    auto root = read_node();
    in_.expect('}', "behind the rules");
    const auto end = in_.next();
    if (in_.peek() != '\0') in_.fail(end, "there is something behind the rules");
    return root;
  }

private:
  void name_place(const std::string& key = {}) {
    in_.set_place(key.empty() ? to_text(place_)
                              : to_text(place_) + (place_.empty() ? "" : "/") + key);
  }

  std::unique_ptr<rule_node> read_node() {
    name_place();
    if (place_.size() > deepest) in_.fail(in_.next(), "nested more deeply than the tree can be");
    in_.expect('{', "here: the rules of a place are an object");
    auto result = std::make_unique<rule_node>();
    std::set<std::string> seen;
    if (in_.take('}')) return result;
    do {
      const auto start = in_.next();
      const auto key = in_.string().text;
      if (!seen.insert(key).second) in_.fail(start, "\"" + key + "\" stands here twice");
      in_.expect(':', "behind \"" + key + "\"");
      if (key.starts_with('.')) {
        read_rule(key, start, *result);
      } else {
        read_child(key, start, *result);
      }
      name_place();
    } while (in_.take(','));
    in_.expect('}', "or ',' behind a rule");
    return result;
  }

  void read_child(const std::string& key, std::size_t start, rule_node& into) {
    const bool any = key.starts_with('$');
    if (any) {
      if (!is_wildcard(key)) in_.fail(start, "a $name is made of letters, digits and _");
      if (into.others) {
        in_.fail(start, "there is " + into.wildcard + " here already: one $name is for all keys");
      }
      if (std::count(place_.begin(), place_.end(), key) > 0) {
        in_.fail(start, key + " stands for a key above already");
      }
    } else if (!is_key(key)) {
      in_.fail(start, "no key can be \"" + key + "\": no . # $ [ ] / and control characters");
    }
    place_.push_back(key);
    auto child = read_node();
    place_.pop_back();
    if (any) {
      into.wildcard = key;
      into.others = std::move(child);
    } else {
      into.children.emplace(key, std::move(child));
    }
  }

  void read_rule(const std::string& key, std::size_t start, rule_node& into) {
    name_place(key);
    if (key == ".read") {
      into.read = read_expression(false);
    } else if (key == ".write") {
      into.write = read_expression(true);
    } else if (key == ".validate") {
      into.validate = read_expression(true);
    } else if (key == ".indexOn") {
      read_index(into);
    } else {
      in_.fail(start, "unknown rule; there are .read, .write, .validate and .indexOn");
    }
  }

  expression read_expression(bool write) {
    const auto start = in_.next();
    expression rule;
    rule.kind = expression::kinds::boolean;
    rule.type = types::boolean;
    if (in_.boolean(rule.flag)) return rule;
    if (in_.peek() != '"') in_.fail(start, "a rule is true, false or a string");
    const auto text = in_.string();
    try {
      rule = parser{text.text}.parse();
      known_names names{write, {}};
      std::copy_if(place_.begin(), place_.end(), std::back_inserter(names.wildcards),
                   [](const auto& key) { return key.starts_with('$'); });
      check(rule, names);
    } catch (const expression_error& problem) {
      in_.fail(text.offsets[std::min(problem.at(), text.offsets.size() - 1)], problem.what());
    }
    return rule;
  }

  void read_index(rule_node& into) {
    const auto start = in_.next();
    const auto add = [&] {
      const auto at = in_.next();
      auto name = in_.string().text;
      const auto keys = path_of(name);
      if (name != ".value" && (keys.empty() || !std::all_of(keys.begin(), keys.end(), is_key)))
        in_.fail(at, "no child can be \"" + name + "\"; for values .value");
      into.index_on.push_back(std::move(name));
    };
    if (in_.peek() == '"') return add();
    if (!in_.take('[')) in_.fail(start, ".indexOn is a string or a list of strings");
    if (in_.take(']')) return;
    do {
      add();
    } while (in_.take(','));
    in_.expect(']', "or ',' behind an index");
  }

  source in_;
  path place_;
};

}  // namespace

std::unique_ptr<rule_node> read_rules(std::string_view text) {
  if (text.size() > largest_file) source{text}.fail(0, "the file is larger than 1 MiB");
  return rule_reader{text}.read();
}

}  // namespace outcry::firebase::rules
