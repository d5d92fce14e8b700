#include "adapters/firebase/rules/parser.hpp"

#include <algorithm>
#include <utility>

namespace outcry::firebase::rules {

namespace {

using kinds = expression::kinds;

struct binary_sign {
  std::string_view sign;
  operators operation;
  std::size_t precedence;
};

constexpr std::size_t highest = 5;

constexpr binary_sign signs[] = {
    {"||", operators::either, 0},     {"&&", operators::both, 1},
    {"===", operators::equal, 2},     {"!==", operators::unequal, 2},
    {"==", operators::equal, 2},      {"!=", operators::unequal, 2},
    {"<", operators::less, 3},        {"<=", operators::less_equal, 3},
    {">", operators::greater, 3},     {">=", operators::greater_equal, 3},
    {"+", operators::plus, 4},        {"-", operators::minus, 4},
    {"*", operators::times, highest}, {"/", operators::divide, highest},
    {"%", operators::modulo, highest}};

}  // namespace

class parser::level {
public:
  explicit level(parser& of) : of_(of) {
    if (++of_.depth_ > deepest) of_.fail("the rule is nested too deeply");
  }
  level(const level&) = delete;
  level& operator=(const level&) = delete;
  ~level() { --of_.depth_; }

private:
  parser& of_;
};

void parser::fail(const std::string& problem) const {
  throw expression_error(next_.at, problem);
}

void parser::fail_at_next(const std::string& wanted) const {
  if (next_.kind == token::kinds::end) fail("the rule ends where " + wanted + " is expected");
  if (is("=")) fail("a rule cannot assign; == compares");
  fail("expected " + wanted);
}

bool parser::is(std::string_view sign) const {
  return next_.kind == token::kinds::sign && next_.text == sign;
}

bool parser::take(std::string_view sign, bool operand_expected) {
  if (!is(sign)) return false;
  step(operand_expected);
  return true;
}

expression parser::make(kinds kind, std::size_t at) {
  if (++parts_ > most_parts) fail("the rule is too long");
  expression made;
  made.kind = kind;
  made.at = at;
  return made;
}

void parser::adopt(expression& whole, expression part) {
  whole.depth = std::max(whole.depth, part.depth + 1);
  if (whole.depth > deepest) fail("the rule is nested too deeply");
  whole.parts.push_back(std::move(part));
}

expression parser::parse() {
  step(true);
  auto whole = conditional();
  if (next_.kind != token::kinds::end) fail_at_next("an operator or the end of the rule");
  return whole;
}

expression parser::conditional() {
  const level here{*this};
  auto condition = binary(0);
  if (!is("?")) return condition;
  auto whole = make(kinds::conditional, condition.at);
  step(true);
  adopt(whole, std::move(condition));
  adopt(whole, conditional());
  if (!take(":", true)) fail_at_next("the : that belongs to ?");
  adopt(whole, conditional());
  return whole;
}

expression parser::binary(std::size_t precedence) {
  if (precedence > highest) return unary();
  auto left = binary(precedence + 1);
  for (;;) {
    const auto found = std::find_if(std::begin(signs), std::end(signs), [&](const auto& one) {
      return one.precedence == precedence && is(one.sign);
    });
    if (found == std::end(signs)) return left;
    step(true);
    auto right = binary(precedence + 1);
    // A long row of these is one part, not one level for each.
    const bool joins = found->operation == operators::both || found->operation == operators::either;
    if (joins && left.kind == kinds::binary && left.operation == found->operation) {
      adopt(left, std::move(right));
      continue;
    }
    auto whole = make(kinds::binary, left.at);
    whole.operation = found->operation;
    adopt(whole, std::move(left));
    adopt(whole, std::move(right));
    left = std::move(whole);
  }
}

expression parser::unary() {
  const level here{*this};
  const auto at = next_.at;
  if (is("+")) fail("+ needs two operands");
  for (const bool negates : {true, false}) {
    if (!take(negates ? "!" : "-", true)) continue;
    auto whole = make(negates ? kinds::negation : kinds::minus, at);
    adopt(whole, unary());
    return whole;
  }
  return postfix();
}

expression parser::postfix() {
  auto target = primary();
  for (;;) {
    const auto at = next_.at;
    if (take(".", false)) {
      if (next_.kind != token::kinds::name) fail_at_next("a name");
      auto whole = make(kinds::member, next_.at);
      whole.name = next_.text;
      step(false);
      adopt(whole, std::move(target));
      if (take("(", true)) {
        whole.kind = kinds::call;
        for (auto& given : arguments(")")) adopt(whole, std::move(given));
      }
      target = std::move(whole);
    } else if (take("[", true)) {
      auto whole = make(kinds::index, at);
      adopt(whole, std::move(target));
      adopt(whole, conditional());
      if (!take("]", false)) fail_at_next("]");
      target = std::move(whole);
    } else {
      if (is("(")) fail("this cannot be called");
      return target;
    }
  }
}

std::vector<expression> parser::arguments(const char* end) {
  std::vector<expression> given;
  if (take(end, false)) return given;
  do {
    given.push_back(conditional());
  } while (take(",", true));
  if (!take(end, false)) fail_at_next(std::string(", or ") + end);
  return given;
}

expression parser::primary() {
  auto made = make(kinds::null, next_.at);
  const token taken = next_;
  switch (taken.kind) {
    case token::kinds::number:
      made.kind = kinds::number;
      made.amount = taken.amount;
      break;
    case token::kinds::text:
      made.kind = kinds::text;
      made.name = taken.text;
      break;
    case token::kinds::pattern:
      made.kind = kinds::pattern;
      try {
        made.compiled = std::make_shared<const regex>(taken.text, taken.ignore_case);
      } catch (const regex_error& problem) {
        throw expression_error(taken.at + 1 + problem.offset(), problem.what());
      }
      break;
    case token::kinds::name:
      if (taken.text == "true" || taken.text == "false") {
        made.kind = kinds::boolean;
        made.flag = taken.text == "true";
      } else if (taken.text != "null") {
        made.kind = kinds::variable;
        made.name = taken.text;
      }
      break;
    case token::kinds::sign:
      if (take("(", true)) {
        made = conditional();
        if (!take(")", false)) fail_at_next(")");
        return made;
      }
      if (take("[", true)) {
        made.kind = kinds::list;
        for (auto& element : arguments("]")) adopt(made, std::move(element));
        return made;
      }
      fail_at_next("a value");
    case token::kinds::end:
      fail_at_next("a value");
  }
  step(false);
  return made;
}

}  // namespace outcry::firebase::rules
