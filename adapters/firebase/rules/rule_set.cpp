#include "adapters/firebase/rules/rule_set.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "adapters/firebase/rules/evaluator.hpp"
#include "adapters/firebase/rules/rule_node.hpp"

namespace outcry::firebase::rules {

namespace {

/// One question: walks down the rules beside a place of the tree.
class question {
public:
  question(const rule_node& root, const auth::identity& who, const tree_view& before,
           const changed_tree* after, std::int64_t now_ms)
      : root_(root), who_(who), before_(before), after_(after), now_ms_(now_ms) {}

  bool reads(const path& at) {
    return any_above(at, [this](const rule_node& rules) { return is_true(rules.read); });
  }

  bool writes(const path& at, const written_node* fresh) {
    if (!any_above(at, [this](const rule_node& rules) { return is_true(rules.write); }))
      return false;
    // What stands above must be valid as well: it is another now.
    if (any_above(at, [this](const rule_node& rules) { return !is_valid(rules); })) return false;
    const auto* rules = enter(at, [](const rule_node&) { return false; });
    return rules == nullptr || fresh == nullptr || is_valid_below(*rules, *fresh);
  }

private:
  /// Steps from the root to `at` until `stop` says true or no rules are left. The rules of `at`
  /// itself, or nullptr.
  template <class Stop>
  const rule_node* enter(const path& at, Stop stop) {
    place_.clear();
    wildcards_.clear();
    const auto* rules = &root_;
    while (!stop(*rules) && place_.size() < at.size()) {
      rules = step_down(*rules, at[place_.size()]);
      if (rules == nullptr) return nullptr;
    }
    return rules;
  }

  template <class Test>
  bool any_above(const path& at, Test test) {
    bool found = false;
    enter(at, [&](const rule_node& rules) { return found = test(rules); });
    return found;
  }

  const rule_node* step_down(const rule_node& rules, const std::string& key) {
    const auto* child = rules.child(key);
    place_.push_back(key);
    if (child != nullptr && child == rules.others.get())
      wildcards_.emplace_back(rules.wildcard, key);
    return child;
  }

  bool is_true(const std::optional<expression>& rule) {
    return rule && holds(*rule, {who_, before_, after_, now_ms_, place_, wildcards_, steps_});
  }

  /// Nothing is asked of what is deleted.
  bool is_valid(const rule_node& rules) {
    return !rules.validate || after_->at(place_).kind == node::kinds::none ||
           is_true(rules.validate);
  }

  /// `place_` is the place of `rules` and `fresh`.
  bool is_valid_below(const rule_node& rules, const written_node& fresh) {
    if (rules.children.empty() && !rules.others) return true;
    for (const auto& [key, child] : fresh.children) {
      const auto known = wildcards_.size();
      const auto* below = step_down(rules, key);
      const bool valid = below == nullptr || (is_valid(*below) && is_valid_below(*below, child));
      place_.pop_back();
      wildcards_.resize(known);
      if (!valid) return false;
    }
    return true;
  }

  const rule_node& root_;
  const auth::identity& who_;
  const tree_view& before_;
  const changed_tree* after_;
  std::int64_t now_ms_;
  step_budget steps_{rule_set::most_steps};
  path place_;
  std::vector<std::pair<std::string, std::string>> wildcards_;
};

/// Reading a priority is reading its node.
path without_priority(path at) {
  if (!at.empty() && at.back() == ".priority") at.pop_back();
  return at;
}

}  // namespace

rule_set::rule_set(std::string_view text) : root_(read_rules(text)) {}
rule_set::~rule_set() = default;
rule_set::rule_set(rule_set&&) noexcept = default;
rule_set& rule_set::operator=(rule_set&&) noexcept = default;

bool rule_set::may_read(const path& at, const auth::identity& who, const tree_view& tree,
                        std::int64_t now_ms) const {
  return who.admin || question{*root_, who, tree, nullptr, now_ms}.reads(without_priority(at));
}

bool rule_set::may_write(std::span<const written_value> writes, const auth::identity& who,
                         const tree_view& tree, std::int64_t now_ms) const {
  if (who.admin) return true;
  try {
    const changed_tree after{tree, writes, now_ms};
    question asked{*root_, who, tree, &after, now_ms};
    for (const auto& [at, fresh] : after.values())
      if (!asked.writes(at, &fresh)) return false;
    for (const auto& [at, priority] : after.priorities())
      if (!asked.writes(at, nullptr)) return false;
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

std::vector<std::string> rule_set::index_on(const path& at) const {
  const auto* rules = root_.get();
  for (const auto& key : at) {
    rules = rules->child(key);
    if (rules == nullptr) return {};
  }
  return rules->index_on;
}

rule_set load_rules(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in.is_open() || in.bad()) throw rule_error(file, "cannot be read");
  try {
    return rule_set{text};
  } catch (const rule_error& problem) {
    throw rule_error(file, problem);
  }
}

}  // namespace outcry::firebase::rules
