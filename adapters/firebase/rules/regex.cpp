#include "adapters/firebase/rules/regex.hpp"

#include <algorithm>

#include "adapters/firebase/rules/regex_compiler.hpp"

namespace outcry::firebase::rules {

/// The instructions that are alive at one point of the text, each once.
class regex::threads {
public:
  explicit threads(std::size_t program) : known_(program) { alive_.reserve(program); }

  bool add(std::size_t at) {
    if (known_[at]) return false;
    known_[at] = true;
    alive_.push_back(at);
    return true;
  }

  void clear() {
    for (const auto at : alive_) known_[at] = false;
    alive_.clear();
  }

  const std::vector<std::size_t>& alive() const { return alive_; }

private:
  std::vector<bool> known_;
  std::vector<std::size_t> alive_;
};

regex::regex(std::string_view pattern, bool ignore_case) : ignore_case_(ignore_case) {
  regex_compiler{*this, pattern}.compile();
}

bool regex::contains(const set& units, char16_t unit) const {
  const auto holds = [&](char16_t c) {
    return std::any_of(units.units.begin(), units.units.end(),
                       [c](const auto& range) { return range.first <= c && c <= range.second; });
  };
  bool found = holds(unit);
  if (ignore_case_ && !found && unit < 0x80) {
    if (unit >= u'a' && unit <= u'z') found = holds(static_cast<char16_t>(unit - 32));
    if (unit >= u'A' && unit <= u'Z') found = holds(static_cast<char16_t>(unit + 32));
  }
  return found != units.negated;
}

/// Adds `at` and every instruction that is reached from it without a character.
void regex::follow(threads& into, std::size_t at) const {
  std::vector<std::size_t> open{at};
  while (!open.empty()) {
    const auto next = open.back();
    open.pop_back();
    if (!into.add(next)) continue;
    const auto& step = program_[next];
    if (step.kind == kinds::split) open.push_back(step.second);
    if (step.kind == kinds::split || step.kind == kinds::jump) open.push_back(step.first);
  }
}

bool regex::matches(std::u16string_view text) const {
  threads now(program_.size());
  threads then(program_.size());
  const auto matched = [&](const threads& in) {
    return std::any_of(in.alive().begin(), in.alive().end(),
                       [this](std::size_t at) { return program_[at].kind == kinds::match; });
  };
  follow(now, 0);
  for (const char16_t unit : text) {
    if (!to_end_ && matched(now)) return true;
    then.clear();
    for (const auto at : now.alive()) {
      const auto& step = program_[at];
      if (step.kind == kinds::unit && contains(sets_[step.first], unit)) follow(then, at + 1);
    }
    if (!from_start_) follow(then, 0);
    std::swap(now, then);
  }
  return matched(now);
}

}  // namespace outcry::firebase::rules
