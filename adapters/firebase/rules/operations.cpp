#include "adapters/firebase/rules/operations.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include "adapters/firebase/rules/text.hpp"

namespace outcry::firebase::rules {

namespace {

constexpr std::size_t longest_text = 10u << 20u;  ///< bytes; as long as one in the tree may be

bool equal(const value& left, const value& right, step_budget& steps) {
  const auto is_scalar = [](const value& x) { return x.index() < std::variant_size_v<scalar>; };
  if (!is_scalar(left) || !is_scalar(right)) {
    // Whether two of these are the same is not known of Google's server.
    if (!is_scalar(left) && !is_scalar(right)) throw failed{};
    return false;
  }
  if (left.index() != right.index()) return false;
  if (const auto* flag = std::get_if<bool>(&left)) return *flag == std::get<bool>(right);
  if (const auto* amount = std::get_if<double>(&left)) return *amount == std::get<double>(right);
  const auto* content = std::get_if<std::string>(&left);
  if (content == nullptr) return true;
  spend(steps, content->size());
  return *content == std::get<std::string>(right);
}

value sum(const value& left, const value& right, step_budget& steps) {
  const auto* a = std::get_if<double>(&left);
  const auto* b = std::get_if<double>(&right);
  if (a != nullptr && b != nullptr) return *a + *b;
  const auto written = [](const value& x) -> std::string {
    if (const auto* amount = std::get_if<double>(&x)) return number_text(*amount);
    if (const auto* content = std::get_if<std::string>(&x)) return *content;
    throw failed{};
  };
  auto result = written(left);
  const auto more = written(right);
  if (result.size() + more.size() > longest_text) throw failed{};
  result += more;
  spend(steps, result.size());
  return result;
}

double arithmetic(operators operation, const value& left, const value& right) {
  const auto* a = std::get_if<double>(&left);
  const auto* b = std::get_if<double>(&right);
  if (a == nullptr || b == nullptr) throw failed{};
  if (operation == operators::minus) return *a - *b;
  if (operation == operators::times) return *a * *b;
  if (operation == operators::modulo) return std::fmod(*a, *b);
  // Unlike in JavaScript there is no infinity to be had this way.
  return *b == 0 ? std::nan("") : *a / *b;
}

bool in_order(operators operation, const value& left, const value& right, step_budget& steps) {
  const auto test = [operation](const auto& a, const auto& b) {
    if (operation == operators::less) return a < b;
    if (operation == operators::less_equal) return a <= b;
    return operation == operators::greater ? a > b : a >= b;
  };
  const auto* a = std::get_if<double>(&left);
  const auto* b = std::get_if<double>(&right);
  if (a != nullptr && b != nullptr) return test(*a, *b);
  const auto* first = std::get_if<std::string>(&left);
  const auto* second = std::get_if<std::string>(&right);
  if (first == nullptr || second == nullptr) throw failed{};
  spend(steps, 4 * (first->size() + second->size()));
  return test(compare_utf16(*first, *second), 0);
}

value changed(std::optional<std::string> result) {
  if (!result) throw failed{};
  return *std::move(result);
}

}  // namespace

void spend(step_budget& steps, std::size_t bytes) {
  if (!steps.take(1 + bytes / 16)) throw failed{};
}

value apply(operators operation, const value& left, const value& right, step_budget& steps) {
  switch (operation) {
    case operators::equal:
      return equal(left, right, steps);
    case operators::unequal:
      return !equal(left, right, steps);
    case operators::plus:
      return sum(left, right, steps);
    case operators::less:
    case operators::less_equal:
    case operators::greater:
    case operators::greater_equal:
      return in_order(operation, left, right, steps);
    default:
      return arithmetic(operation, left, right);
  }
}

value apply(methods method, const std::string& target, const std::vector<std::string>& arguments) {
  switch (method) {
    case methods::contains:
      return target.find(arguments[0]) != std::string::npos;
    case methods::begins_with:
      return target.starts_with(arguments[0]);
    case methods::ends_with:
      return target.ends_with(arguments[0]);
    case methods::replace:
      return changed(replace_all(target, arguments[0], arguments[1], longest_text));
    case methods::to_lower_case:
      return changed(to_lower(target));
    case methods::to_upper_case:
      return changed(to_upper(target));
    default:
      throw failed{};
  }
}

bool matches(const regex& pattern, const std::string& target, step_budget& steps) {
  spend(steps, target.size() * pattern.cost());
  return pattern.matches(to_utf16(target));
}

}  // namespace outcry::firebase::rules
