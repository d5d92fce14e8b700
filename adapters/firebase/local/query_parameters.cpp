#include <algorithm>
#include <charconv>
#include <iterator>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/query.hpp"
#include "adapters/firebase/local/refusal.hpp"

namespace outcry::firebase::local {

namespace {

using json = nlohmann::json;

/// For the text of a refusal.
std::string shown(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 80);
}

std::size_t parse_limit(const std::string& name, const std::string& text) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit == 0) {
    throw refusal(400, name + " must be a positive integer, found " + text.substr(0, 80));
  }
  return limit;
}

/// A bound's key need not be one that may exist: "" and "~" are in common use, and so is a key with
/// something behind it. The two names are what the SDK writes where a bound lies before or behind
/// all children of its value.
std::string bound_key(const std::string& name, const std::string& key) {
  if (key == "[MIN_NAME]") return std::string(query::before_keys);
  if (key == "[MAX_NAME]") return std::string(query::behind_keys);
  if (key.find('\0') != std::string::npos) {
    throw refusal(400, name + " must not hold the character U+0000");
  }
  constexpr std::size_t longest = 2 * longest_key;
  if (key.size() > longest) {
    throw refusal(400, name + " must have at most " + std::to_string(longest) + " bytes, found " +
                           std::to_string(key.size()));
  }
  return encode_key(key);
}

/// The value of a bound. What it may be depends on the order.
void set_value(query::bound& made, query::orders order, const std::string& name,
               const json& value) {
  if (order == query::orders::key) {
    if (!value.is_string()) {
      throw refusal(400, name + " must be a string when ordering by key, found " + shown(value));
    }
    made.key = bound_key(name, value.get_ref<const std::string&>());
    return;
  }
  if (value.is_structured()) {
    throw refusal(400, name + " must be a string, number, boolean or null, found " + shown(value));
  }
  if (order == query::orders::priority && value.is_boolean()) {
    throw refusal(400, name +
                           " must be a string, number or null when ordering by priority, found " +
                           shown(value));
  }
  const std::vector<leaf> leaves = flatten(value, {}, 0);
  if (!leaves.empty()) made.by = {index_value::kinds::leaf, leaves.front().value};
}

/// The bound of the REST parameter `name`, or nothing. `unnamed` is its key if it names none.
std::optional<query::bound> rest_bound(const http::request& asked, query::orders order,
                                       const std::string& name, bool inclusive,
                                       std::string_view unnamed) {
  const std::string* text = asked.find_parameter(name);
  if (!text) return std::nullopt;
  const json values = json::parse("[" + *text + "]", nullptr, false);
  const bool named = values.is_array() && values.size() == 2 && values[1].is_string();
  if (!values.is_array() || values.empty() || (values.size() > 1 && !named) ||
      values[0].is_structured()) {
    throw refusal(400, name + " must be a JSON string, number, boolean or null, found " +
                           text->substr(0, 80));
  }
  query::bound made;
  made.inclusive = inclusive;
  made.key = unnamed;
  if (order == query::orders::key && (named || values[0] == "")) {
    if (named) throw refusal(400, name + " takes no second value when ordering by key");
    made.key = query::before_keys;
    return made;
  }
  set_value(made, order, name, values[0]);
  if (named) made.key = bound_key(name, values[1].get_ref<const std::string&>());
  return made;
}

/// Reads one of the two bounds of a query object.
std::optional<query::bound> wire_bound(const json& asked, query::orders order, const char* value,
                                       const char* key, const char* inclusive,
                                       std::string_view unnamed) {
  const auto found = asked.find(value);
  if (found == asked.end()) {
    for (const char* alone : {key, inclusive}) {
      if (asked.contains(alone)) {
        throw refusal(400, std::string("Invalid query: ") + alone + " without " + value);
      }
    }
    return std::nullopt;
  }
  query::bound made;
  made.key = unnamed;
  const std::string name = "Invalid query: ";
  set_value(made, order, name + value, *found);
  if (const auto named = asked.find(key); named != asked.end()) {
    if (!named->is_string()) {
      throw refusal(400, name + key + " must be a string, found " + shown(*named));
    }
    if (order == query::orders::key) {
      if (*named != (unnamed == query::before_keys ? "[MIN_NAME]" : "[MAX_NAME]")) {
        throw refusal(400, name + key + " has no meaning when ordering by key");
      }
    } else {
      made.key = bound_key(name + key, named->get_ref<const std::string&>());
    }
  }
  if (const auto flag = asked.find(inclusive); flag != asked.end()) {
    if (!flag->is_boolean()) {
      throw refusal(400, name + inclusive + " must be true or false, found " + shown(*flag));
    }
    made.inclusive = flag->get<bool>();
  }
  return made;
}

std::pair<query::orders, std::string> parse_order(const std::string& path, char mark,
                                                  const std::string& name) {
  const std::string special = path.empty() || path.front() != mark ? "" : path.substr(1);
  if (special == "key") return {query::orders::key, {}};
  if (special == "value") return {query::orders::value, {}};
  if (special == "priority") return {query::orders::priority, {}};
  std::string child = parse_place(path, false);
  if (child.empty() || is_priority(child)) {
    throw refusal(400, name + " must name a child, found " + path.substr(0, 80));
  }
  return {query::orders::child, std::move(child)};
}

}  // namespace

std::optional<query> query::parse(const http::request& asked) {
  static constexpr const char* bounds[] = {"startAt", "startAfter", "endAt", "endBefore",
                                           "equalTo"};
  const std::string* order = asked.find_parameter("orderBy");
  const std::string* first = asked.find_parameter("limitToFirst");
  const std::string* last = asked.find_parameter("limitToLast");
  bool others = first || last;
  for (const char* name : bounds) others = others || asked.find_parameter(name);
  if (!order && !others) return std::nullopt;
  if (!order) {
    throw refusal(400, "orderBy must be defined when other query parameters are defined");
  }
  const json by = json::parse(*order, nullptr, false);
  if (!by.is_string() || by.get_ref<const std::string&>().empty()) {
    throw refusal(400, "orderBy must be a valid JSON encoded path");
  }
  query made;
  std::tie(made.order_, made.child_) =
      parse_order(by.get_ref<const std::string&>(), '$', "orderBy");
  const auto bound_of = [&](const char* name, bool inclusive, std::string_view unnamed) {
    return rest_bound(asked, made.order_, name, inclusive, unnamed);
  };
  const auto one_of = [&](const char* inclusive, const char* exclusive, std::string_view near,
                          std::string_view far) {
    if (asked.find_parameter(inclusive) && asked.find_parameter(exclusive)) {
      throw refusal(
          400, std::string("Only one of ") + inclusive + " and " + exclusive + " may be defined");
    }
    auto found = bound_of(inclusive, true, near);
    return found ? found : bound_of(exclusive, false, far);
  };
  made.start_ = one_of("startAt", "startAfter", before_keys, behind_keys);
  made.end_ = one_of("endAt", "endBefore", behind_keys, before_keys);
  if (auto equal = bound_of("equalTo", true, before_keys)) {
    if (made.start_ || made.end_) {
      throw refusal(400, "equalTo cannot be combined with startAt, startAfter, endAt or endBefore");
    }
    made.start_ = std::move(equal);
    made.end_ = bound_of("equalTo", true, behind_keys);
  }
  if (first && last) {
    throw refusal(400, "Only one of limitToFirst and limitToLast may be defined");
  }
  if (first) made.limit_ = parse_limit("limitToFirst", *first);
  if (last) made.limit_ = parse_limit("limitToLast", *last);
  made.from_the_end_ = last != nullptr;
  return made;
}

std::optional<query> query::from_wire(const json& asked) {
  static constexpr std::string_view known[] = {"i",  "sp",  "sn", "sin", "ep",
                                               "en", "ein", "l",  "vf"};
  if (asked.is_null()) return std::nullopt;
  if (!asked.is_object()) {
    throw refusal(400, "Invalid query: must be an object, found " + shown(asked));
  }
  for (const auto& [name, value] : asked.items()) {
    if (std::find(std::begin(known), std::end(known), name) == std::end(known)) {
      throw refusal(400, "Invalid query: unknown field " + shown(name));
    }
  }
  query made;
  if (const auto index = asked.find("i"); index != asked.end()) {
    if (!index->is_string()) {
      throw refusal(400, "Invalid query: i must be a string, found " + shown(*index));
    }
    std::tie(made.order_, made.child_) =
        parse_order(index->get_ref<const std::string&>(), '.', "Invalid query: i");
  }
  made.start_ = wire_bound(asked, made.order_, "sp", "sn", "sin", before_keys);
  made.end_ = wire_bound(asked, made.order_, "ep", "en", "ein", behind_keys);
  if (const auto limit = asked.find("l"); limit != asked.end()) {
    if (!limit->is_number_integer() || *limit < 1) {
      throw refusal(400, "Invalid query: l must be a positive integer, found " + shown(*limit));
    }
    made.limit_ = limit->get<std::size_t>();
  }
  // Without a side, old clients mean the one that is open.
  made.from_the_end_ = !made.start_;
  if (const auto side = asked.find("vf"); side != asked.end()) {
    if (made.limit_ == 0 || (*side != "l" && *side != "r")) {
      throw refusal(400,
                    R"(Invalid query: vf must be "l" or "r", beside l, found )" + shown(*side));
    }
    made.from_the_end_ = *side == "r";
  }
  if (!made.start_ && !made.end_ && made.limit_ == 0) return std::nullopt;
  return made;
}

}  // namespace outcry::firebase::local
