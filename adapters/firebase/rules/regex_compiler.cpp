#include "adapters/firebase/rules/regex_compiler.hpp"

#include <utility>

namespace outcry::firebase::rules {

void regex_compiler::fail(const std::string& problem) const {
  throw regex_error(at_, "regular expression: " + problem);
}

void regex_compiler::compile() {
  if (pattern_.empty()) fail("it is empty");
  if (peek() == '^') {
    into_.from_start_ = true;
    ++at_;
  }
  // An escaped $ is a character.
  std::size_t backslashes = 0;
  for (auto i = pattern_.size() - 1; i-- > 0 && pattern_[i] == '\\';) ++backslashes;
  if (pattern_.size() > at_ && pattern_.back() == '$' && backslashes % 2 == 0) {
    into_.to_end_ = true;
    pattern_.remove_suffix(1);
  }
  part whole;
  if (!done()) whole = alternatives(0);
  if (!done()) fail("a ) without its (");
  if (whole.kind == kinds::alternatives && (into_.from_start_ || into_.to_end_)) {
    at_ = 0;
    fail("put the alternatives into a group: it is not clear what ^ or $ belongs to");
  }
  emit(whole);
  add({regex::kinds::match, 0, 0});
}

regex_compiler::part regex_compiler::alternatives(int depth) {
  if (depth > regex::deepest_group) fail("groups are nested too deeply");
  part result{kinds::alternatives, 0, 0, 0, {}};
  result.parts.push_back(sequence(depth));
  while (peek() == '|') {
    ++at_;
    result.parts.push_back(sequence(depth));
  }
  return result.parts.size() == 1 ? std::move(result.parts.front()) : result;
}

regex_compiler::part regex_compiler::sequence(int depth) {
  part result;
  while (!done() && peek() != '|' && peek() != ')') {
    result.parts.push_back(repeated(atom(depth)));
  }
  if (result.parts.empty()) fail("an alternative or group is empty");
  return result;
}

regex_compiler::part regex_compiler::atom(int depth) {
  switch (peek()) {
    case '(': {
      ++at_;
      if (peek() == '?') fail("(?...) is not supported");
      auto inner = alternatives(depth + 1);
      if (peek() != ')') fail("a ( without its )");
      ++at_;
      return inner;
    }
    case '[':
      return of(brackets());
    case '\\':
      return of(escape());
    case '.':
      ++at_;
      return of({{}, true});
    case '^':
      fail("^ may stand at the beginning only; \\^ is the character");
    case '$':
      fail("$ may stand at the end only; \\$ is the character");
    case '*':
    case '+':
    case '?':
    case '{':
      fail(std::string("nothing for ") + peek() + " to repeat");
    case '}':
    case ']':
      fail(std::string("a ") + peek() + " stands alone; write \\" + peek() + " for the character");
    default: {
      const auto unit = character();
      return of({{{unit, unit}}, false});
    }
  }
}

regex_compiler::part regex_compiler::repeated(part what) {
  part result{kinds::repeat, 0, 0, endless, {}};
  switch (peek()) {
    case '*':
      break;
    case '+':
      result.least = 1;
      break;
    case '?':
      result.most = 1;
      break;
    case '{':
      ++at_;
      result.least = count();
      result.most = result.least;
      if (peek() == ',') {
        ++at_;
        result.most = peek() == '}' ? endless : count();
      }
      if (peek() != '}') fail("expected a } behind the numbers");
      if (result.most < result.least) fail("the second number is below the first");
      break;
    default:
      return what;
  }
  ++at_;
  if (std::string_view{"*+?{"}.find(peek()) != std::string_view::npos && !done()) {
    fail("lazy, possessive and double repeats are not supported");
  }
  result.parts.push_back(std::move(what));
  return result;
}

unsigned regex_compiler::count() {
  const auto start = at_;
  unsigned number = 0;
  while (peek() >= '0' && peek() <= '9') {
    number = number * 10 + static_cast<unsigned>(pattern_[at_++] - '0');
    if (number > regex::most_repeats) fail("repeats at most 1000 times");
  }
  if (at_ == start) fail("expected a number");
  return number;
}

regex_compiler::part regex_compiler::of(regex::set units) {
  into_.sets_.push_back(std::move(units));
  part result;
  result.kind = kinds::set;
  result.set = into_.sets_.size() - 1;
  return result;
}

std::size_t regex_compiler::add(regex::instruction step) {
  if (into_.program_.size() >= regex::longest_program) fail("it is too large");
  into_.program_.push_back(step);
  return into_.program_.size() - 1;
}

void regex_compiler::emit(const part& what) {
  auto& program = into_.program_;
  if (++emitted_ > 10 * regex::longest_program) fail("it is too large");
  switch (what.kind) {
    case kinds::set:
      add({regex::kinds::unit, what.set, 0});
      return;
    case kinds::sequence:
      for (const auto& inner : what.parts) emit(inner);
      return;
    case kinds::repeat:
      emit_repeat(what);
      return;
    case kinds::alternatives:
      break;
  }
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < what.parts.size(); ++i) {
    const bool last = i + 1 == what.parts.size();
    std::size_t fork = 0;
    if (!last) fork = add({regex::kinds::split, program.size() + 1, 0});
    emit(what.parts[i]);
    if (last) break;
    ends.push_back(add({regex::kinds::jump, 0, 0}));
    program[fork].second = program.size();
  }
  for (const auto end : ends) program[end].first = program.size();
}

void regex_compiler::emit_repeat(const part& what) {
  auto& program = into_.program_;
  const auto& inner = what.parts.front();
  for (unsigned i = 0; i < what.least; ++i) emit(inner);
  if (what.most == endless) {
    const auto fork = add({regex::kinds::split, program.size() + 1, 0});
    emit(inner);
    add({regex::kinds::jump, fork, 0});
    program[fork].second = program.size();
    return;
  }
  std::vector<std::size_t> forks;
  for (unsigned i = what.least; i < what.most; ++i) {
    forks.push_back(add({regex::kinds::split, program.size() + 1, 0}));
    emit(inner);
  }
  for (const auto fork : forks) program[fork].second = program.size();
}

}  // namespace outcry::firebase::rules
