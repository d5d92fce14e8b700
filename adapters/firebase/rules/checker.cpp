#include "adapters/firebase/rules/checker.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "adapters/firebase/rules/signatures.hpp"

namespace outcry::firebase::rules {

namespace {

using kinds = expression::kinds;

std::string_view name_of(types type) {
  switch (type) {
    case types::boolean:
      return "a boolean";
    case types::number:
      return "a number";
    case types::text:
      return "a string";
    case types::null:
      return "null";
    case types::value:
      return "a value of the tree";
    case types::member:
      return "a part of auth";
    case types::snapshot:
      return "a place in the tree";
    case types::pattern:
      return "a regular expression";
    case types::list:
      return "a list";
  }
  return "unknown";
}

bool is_open(types type) {
  return type == types::value || type == types::member;
}

[[noreturn]] void fail(const expression& at, const std::string& problem) {
  throw expression_error(at.at, problem);
}

/// Fails unless `part` is, or may turn out to be, of one of the types.
void require(const expression& part, std::initializer_list<types> allowed,
             const std::string& what) {
  if (is_open(part.type)) return;
  if (std::find(allowed.begin(), allowed.end(), part.type) != allowed.end()) return;
  std::string wanted;
  for (const auto type : allowed) {
    if (!wanted.empty()) wanted += " or ";
    wanted += name_of(type);
  }
  fail(part, what + " must be " + wanted + ", found " + std::string(name_of(part.type)));
}

/// A condition cannot wait for the data to tell its type, as with Google.
void require_boolean(const expression& part, const std::string& what) {
  if (part.type == types::boolean) return;
  fail(part, what + " must be a boolean, found " + std::string(name_of(part.type)) +
                 (is_open(part.type) ? "; compare it with true" : ""));
}

void check_variable(expression& part, const known_names& names) {
  const auto& name = part.name;
  if (name == "auth") {
    part.type = types::member;
  } else if (name == "now") {
    part.type = types::number;
  } else if (name == "data" || name == "root" || (name == "newData" && names.write)) {
    part.type = types::snapshot;
  } else if (name == "newData") {
    fail(part, "newData does not exist in a .read rule");
  } else if (name == "query") {
    fail(part, "rules about queries are not supported");
  } else if (std::count(names.wildcards.begin(), names.wildcards.end(), name) > 0) {
    part.type = types::text;
  } else {
    fail(part, "unknown variable " + name);
  }
}

void check_binary(expression& part) {
  switch (part.operation) {
    case operators::both:
    case operators::either:
      for (const auto& operand : part.parts) {
        require_boolean(
            operand, part.operation == operators::both ? "an operand of &&" : "an operand of ||");
      }
      part.type = types::boolean;
      return;
    case operators::equal:
    case operators::unequal:
      for (const auto& operand : part.parts) {
        require(operand, {types::boolean, types::number, types::text, types::null},
                "what is compared");
      }
      part.type = types::boolean;
      return;
    case operators::less:
    case operators::less_equal:
    case operators::greater:
    case operators::greater_equal: {
      for (const auto& operand : part.parts) {
        require(operand, {types::number, types::text}, "what is put in order");
      }
      const auto left = part.parts[0].type;
      const auto right = part.parts[1].type;
      if (!is_open(left) && !is_open(right) && left != right) {
        fail(part, "a number and a string have no order");
      }
      part.type = types::boolean;
      return;
    }
    case operators::plus:
      for (const auto& operand : part.parts) {
        require(operand, {types::number, types::text}, "an operand of +");
      }
      part.type = types::value;
      if (part.parts[0].type == types::text || part.parts[1].type == types::text) {
        part.type = types::text;
      } else if (part.parts[0].type == types::number && part.parts[1].type == types::number) {
        part.type = types::number;
      }
      return;
    case operators::minus:
    case operators::times:
    case operators::divide:
    case operators::modulo:
      for (const auto& operand : part.parts) {
        require(operand, {types::number}, "an operand of arithmetic");
      }
      part.type = types::number;
      return;
  }
}

void check_conditional(expression& part) {
  require_boolean(part.parts[0], "the condition before ?");
  const auto first = part.parts[1].type;
  const auto second = part.parts[2].type;
  if (first == second) {
    part.type = first;
    return;
  }
  for (const auto* branch : {&part.parts[1], &part.parts[2]}) {
    require(*branch, {types::boolean, types::number, types::text, types::null},
            "with two types, a result of ?:");
  }
  part.type = types::value;
}

void check_member(expression& part) {
  const auto target = part.parts[0].type;
  if (target == types::member) {
    part.type = types::member;
  } else if (part.name == "length" && (target == types::text || target == types::value)) {
    part.type = types::number;
  } else {
    fail(part, std::string(name_of(target)) + " has no property " + part.name);
  }
}

void check_index(expression& part) {
  if (part.parts[0].type != types::member) {
    fail(part, "[ ] is for parts of auth only, found " + std::string(name_of(part.parts[0].type)));
  }
  require(part.parts[1], {types::text}, "what stands in [ ]");
  part.type = types::member;
}

void check_list_of_keys(const expression& list) {
  if (list.kind != kinds::list) fail(list, "hasChildren takes a list: ['a', 'b']");
  for (const auto& element : list.parts) require(element, {types::text}, "a key of hasChildren");
}

void check_call(expression& part) {
  const auto& target = part.parts[0];
  const auto found = std::find_if(signatures.begin(), signatures.end(), [&](const auto& one) {
    return one.name == part.name &&
           (one.target == target.type || (one.target == types::text && is_open(target.type)));
  });
  if (found == signatures.end()) {
    fail(part, std::string(name_of(target.type)) + " has no method " + part.name);
  }
  const auto given = part.parts.size() - 1;
  const bool fewer = found->method == methods::has_children && given == 0;
  if (given != found->arguments && !fewer) {
    fail(part, part.name + " takes " + std::to_string(found->arguments) + " arguments, found " +
                   std::to_string(given));
  }
  for (std::size_t i = 1; i < part.parts.size(); ++i) {
    const auto& argument = part.parts[i];
    if (found->method == methods::has_children) {
      check_list_of_keys(argument);
    } else if (found->method == methods::matches) {
      if (argument.kind != kinds::pattern) {
        fail(argument, "matches takes a regular expression: /^a+$/");
      }
    } else {
      require(argument, {types::text}, "an argument of " + part.name);
    }
  }
  part.method = found->method;
  part.type = found->result;
}

void check_part(expression& part, const known_names& names) {
  for (auto& inner : part.parts) check_part(inner, names);
  switch (part.kind) {
    case kinds::boolean:
      part.type = types::boolean;
      return;
    case kinds::number:
      part.type = types::number;
      return;
    case kinds::text:
      part.type = types::text;
      return;
    case kinds::null:
      part.type = types::null;
      return;
    case kinds::pattern:
      part.type = types::pattern;
      return;
    case kinds::list:
      part.type = types::list;
      return;
    case kinds::variable:
      return check_variable(part, names);
    case kinds::negation:
      require_boolean(part.parts[0], "the operand of !");
      part.type = types::boolean;
      return;
    case kinds::minus:
      require(part.parts[0], {types::number}, "the operand of -");
      part.type = types::number;
      return;
    case kinds::binary:
      return check_binary(part);
    case kinds::conditional:
      return check_conditional(part);
    case kinds::member:
      return check_member(part);
    case kinds::index:
      return check_index(part);
    case kinds::call:
      return check_call(part);
  }
}

}  // namespace

void check(expression& rule, const known_names& names) {
  check_part(rule, names);
  require_boolean(rule, "the result of a rule");
}

}  // namespace outcry::firebase::rules
