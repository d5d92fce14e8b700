#include "adapters/firebase/rules/evaluator.hpp"

#include <algorithm>
#include <iterator>
#include <variant>

#include <nlohmann/json.hpp>

#include "adapters/firebase/rules/operations.hpp"
#include "adapters/firebase/rules/text.hpp"
#include "adapters/firebase/rules/value.hpp"

namespace outcry::firebase::rules {

namespace {

using json = nlohmann::json;
using kinds = expression::kinds;

constexpr std::size_t cost_of_look = 160;        ///< in bytes, see `spend`
constexpr std::size_t longest_path = 32 * 1024;  ///< bytes

value of_scalar(const scalar& from) {
  return std::visit([](const auto& x) -> value { return x; }, from);
}

value of_claim(const json& from) {
  if (from.is_null()) return {};
  if (from.is_boolean()) return from.get<bool>();
  if (from.is_number()) return from.get<double>();
  if (from.is_string()) return from.get<std::string>();
  return &from;
}

value of_node(methods method, const node& found) {
  if (method == methods::is_boolean) return std::holds_alternative<bool>(found.value);
  if (method == methods::is_number) return std::holds_alternative<double>(found.value);
  if (method == methods::is_string) return std::holds_alternative<std::string>(found.value);
  if (found.kind == node::kinds::inner) return children{};
  return of_scalar(found.value);
}

snapshot child(snapshot from, const std::string& below) {
  // No tree is so deep. What a client wrote may ask for millions of levels.
  auto keys = below.size() > longest_path ? path{"."} : path_of(below);
  std::move(keys.begin(), keys.end(), std::back_inserter(from.at));
  return from;
}

/// What cannot be a key names no child; it is not an error.
bool can_exist(const snapshot& of) {
  return std::all_of(of.at.begin(), of.at.end(), is_key);
}

class evaluation {
public:
  explicit evaluation(const circumstances& in) : in_(in) {}

  bool truth(const expression& part) { return get<bool>(part); }

private:
  template <class T>
  T get(const expression& part) {
    auto result = run(part);
    auto* wanted = std::get_if<T>(&result);
    if (wanted == nullptr) throw failed{};
    return std::move(*wanted);
  }

  std::string text(const expression& part) {
    auto content = get<std::string>(part);
    spend(in_.steps, content.size());
    return content;
  }

  value run(const expression& part) {
    spend(in_.steps, 0);
    switch (part.kind) {
      case kinds::boolean:
        return part.flag;
      case kinds::number:
        return part.amount;
      case kinds::text:
        return part.name;
      case kinds::null:
        return {};
      case kinds::variable:
        return variable(part.name);
      case kinds::negation:
        return !truth(part.parts[0]);
      case kinds::minus:
        return -get<double>(part.parts[0]);
      case kinds::binary:
        return binary(part);
      case kinds::conditional:
        return run(part.parts[truth(part.parts[0]) ? 1 : 2]);
      case kinds::member:
        return member(run(part.parts[0]), part.name);
      case kinds::index: {
        const auto target = run(part.parts[0]);
        return named(target, text(part.parts[1]));
      }
      case kinds::call:
        return part.method < methods::contains ? call_of_snapshot(part) : call_of_text(part);
      case kinds::pattern:
      case kinds::list:
        break;
    }
    throw failed{};
  }

  value variable(const std::string& name) const {
    if (name == "auth") {
      if (in_.who.uid.empty()) return {};
      return someone{};
    }
    if (name == "now") return static_cast<double>(in_.now_ms);
    if (name == "data") return snapshot{&in_.before, in_.place};
    if (name == "root") return snapshot{&in_.before, {}};
    if (name == "newData" && in_.after != nullptr) return snapshot{in_.after, in_.place};
    for (const auto& [wildcard, key] : in_.wildcards)
      if (wildcard == name) return key;
    throw failed{};
  }

  value binary(const expression& part) {
    if (part.operation != operators::both && part.operation != operators::either) {
      const auto left = run(part.parts[0]);
      return apply(part.operation, left, run(part.parts[1]), in_.steps);
    }
    const bool decisive = part.operation == operators::either;
    const bool decided = std::any_of(part.parts.begin(), part.parts.end(),
                                     [&](const auto& x) { return truth(x) == decisive; });
    return decided == decisive;
  }

  value member(const value& target, const std::string& name) {
    const auto* content = std::get_if<std::string>(&target);
    if (content != nullptr && name == "length") {
      spend(in_.steps, content->size());
      return static_cast<double>(utf16_length(*content));
    }
    // What is not there has no length, whereas any other part of it is null.
    if (name == "length" && !std::holds_alternative<claim>(target)) throw failed{};
    return named(target, name);
  }

  /// A part of auth; null if there is none.
  value named(const value& target, const std::string& name) const {
    if (std::holds_alternative<std::monostate>(target)) return {};
    if (std::holds_alternative<someone>(target)) {
      if (name == "uid") return in_.who.uid;
      if (name == "provider" && !in_.who.provider.empty()) return in_.who.provider;
      if (name == "token" && in_.who.claims.is_object()) return &in_.who.claims;
      return {};
    }
    const auto* part = std::get_if<claim>(&target);
    if (part == nullptr || !(*part)->is_object()) throw failed{};
    const auto found = (*part)->find(name);
    return found == (*part)->end() ? value{} : of_claim(*found);
  }

  node look(const snapshot& at) {
    spend(in_.steps, cost_of_look);
    return can_exist(at) ? at.in->at(at.at) : node{};
  }

  bool exists(const snapshot& at) { return look(at).kind != node::kinds::none; }

  value call_of_snapshot(const expression& part) {
    auto target = get<snapshot>(part.parts[0]);
    switch (part.method) {
      case methods::child:
        return child(std::move(target), text(part.parts[1]));
      case methods::parent:
        if (target.at.empty()) throw failed{};
        target.at.pop_back();
        return target;
      case methods::has_child:
        return exists(child(std::move(target), text(part.parts[1])));
      case methods::has_children:
        return has_children(target, part);
      case methods::exists:
        return exists(target);
      case methods::get_priority:
        spend(in_.steps, cost_of_look);
        return can_exist(target) ? of_scalar(target.in->priority(target.at)) : value{};
      default:
        return of_node(part.method, look(target));
    }
  }

  bool has_children(const snapshot& of, const expression& part) {
    if (part.parts.size() == 1) return look(of).kind == node::kinds::inner;
    const auto& keys = part.parts[1].parts;
    return std::all_of(keys.begin(), keys.end(),
                       [&](const auto& key) { return exists(child(of, text(key))); });
  }

  value call_of_text(const expression& part) {
    const auto target = text(part.parts[0]);
    if (part.method == methods::matches) return matches(*part.parts[1].compiled, target, in_.steps);
    std::vector<std::string> arguments;
    for (auto i = part.parts.begin() + 1; i != part.parts.end(); ++i) arguments.push_back(text(*i));
    return apply(part.method, target, arguments);
  }

  const circumstances& in_;
};

}  // namespace

bool holds(const expression& rule, const circumstances& in) {
  try {
    return evaluation{in}.truth(rule);
  } catch (const failed&) {
    return false;
  }
}

}  // namespace outcry::firebase::rules
