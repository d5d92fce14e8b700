#include "adapters/firebase/local/query.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/refusal.hpp"
#include "adapters/firebase/local/render.hpp"

namespace outcry::firebase::local {

namespace {

using json = nlohmann::json;

/// false < true < numbers < strings; the place of a leaf's kind among these.
int rank(const index_value& value) {
  if (value.kind == index_value::kinds::none) return 0;
  if (value.kind == index_value::kinds::node) return 5;
  if (const auto* flag = std::get_if<bool>(&value.value)) return *flag ? 2 : 1;
  return std::holds_alternative<std::string>(value.value) ? 4 : 3;
}

/// Exact for both kinds of numbers: 64 bits of mantissa hold every integer.
long double number(const scalar& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return static_cast<long double>(*whole);
  }
  return static_cast<long double>(std::get<double>(value));
}

std::size_t parse_limit(const std::string& name, const std::string& text) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit == 0) {
    throw refusal(400, name + " must be a positive integer, found " + text.substr(0, 80));
  }
  return limit;
}

/// The first child of `parent` at or behind `from`: its encoded key.
std::optional<std::string> next_child(store& in, std::string_view parent, std::string_view from,
                                      std::string_view to) {
  const auto place = in.first_place(from, to);
  if (!place) return std::nullopt;
  const std::string_view rest = std::string_view(*place).substr(parent.size());
  // A leaf at the parent itself has no children.
  if (rest.empty()) return std::nullopt;
  return std::string(rest.substr(0, first_key_size(rest)));
}

std::string joined(std::string_view parent, std::string_view child) {
  std::string place(parent);
  place += child;
  return place;
}

}  // namespace

int compare(const index_value& left, const index_value& right) {
  const int a = rank(left);
  const int b = rank(right);
  if (a != b) return a < b ? -1 : 1;
  if (a == 4) {
    return compare_utf16(std::get<std::string>(left.value), std::get<std::string>(right.value));
  }
  if (a != 3) return 0;
  const long double x = number(left.value);
  const long double y = number(right.value);
  return x < y ? -1 : (x > y ? 1 : 0);
}

bool before(const entry& left, const entry& right) {
  const int order = compare(left.by, right.by);
  return order != 0 ? order < 0 : left.child < right.child;
}

query::bound query::parse_bound(const std::string& name, const std::string& text,
                                bool inclusive) const {
  const json value = json::parse(text, nullptr, false);
  if (value.is_discarded() || value.is_structured()) {
    throw refusal(
        400, name + " must be a JSON string, number, boolean or null, found " + text.substr(0, 80));
  }
  bound made;
  made.inclusive = inclusive;
  if (order_ == orders::key) {
    if (!value.is_string()) {
      throw refusal(
          400, name + " must be a string when orderBy is \"$key\", found " + text.substr(0, 80));
    }
    // Bounds need not be keys that may exist: "" and "~" are in common use.
    const auto& key = value.get_ref<const std::string&>();
    if (!key.empty()) append_key(made.key, key);
    return made;
  }
  const std::vector<leaf> leaves = flatten(value, {}, 0);
  if (!leaves.empty()) made.by = {index_value::kinds::leaf, leaves.front().value};
  return made;
}

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
  const auto& path = by.get_ref<const std::string&>();
  if (path == "$key") {
    made.order_ = orders::key;
  } else if (path == "$value") {
    made.order_ = orders::value;
  } else if (path == "$priority") {
    throw refusal(400, "orderBy: priorities are not supported by this server: use a child key");
  } else {
    made.order_ = orders::child;
    made.child_ = parse_place(path, false);
  }
  const auto bound_of = [&](const char* name, bool inclusive) -> std::optional<bound> {
    const std::string* text = asked.find_parameter(name);
    if (!text) return std::nullopt;
    return made.parse_bound(name, *text, inclusive);
  };
  const auto one_of = [&](const char* inclusive, const char* exclusive) {
    if (asked.find_parameter(inclusive) && asked.find_parameter(exclusive)) {
      throw refusal(
          400, std::string("Only one of ") + inclusive + " and " + exclusive + " may be defined");
    }
    auto made_bound = bound_of(inclusive, true);
    return made_bound ? made_bound : bound_of(exclusive, false);
  };
  made.start_ = one_of("startAt", "startAfter");
  made.end_ = one_of("endAt", "endBefore");
  if (auto equal = bound_of("equalTo", true)) {
    if (made.start_ || made.end_) {
      throw refusal(400, "equalTo cannot be combined with startAt, startAfter, endAt or endBefore");
    }
    made.start_ = made.end_ = std::move(equal);
  }
  if (first && last) {
    throw refusal(400, "Only one of limitToFirst and limitToLast may be defined");
  }
  if (first) made.limit_ = parse_limit("limitToFirst", *first);
  if (last) made.limit_ = parse_limit("limitToLast", *last);
  made.from_the_end_ = last != nullptr;
  return made;
}

bool query::within_bounds(const entry& one) const {
  const auto distance = [&](const bound& limit) {
    return order_ == orders::key ? one.child.compare(limit.key) : compare(one.by, limit.by);
  };
  if (start_) {
    const int d = distance(*start_);
    if (d < 0 || (d == 0 && !start_->inclusive)) return false;
  }
  if (end_) {
    const int d = distance(*end_);
    if (d > 0 || (d == 0 && !end_->inclusive)) return false;
  }
  return true;
}

std::optional<entry> query::match(store& from, std::string_view place,
                                  std::string_view child) const {
  entry found;
  found.child = child;
  if (order_ == orders::key) {
    if (!within_bounds(found) || !from.first_place(place, end_of(place))) return std::nullopt;
    return found;
  }
  const std::string at = joined(place, child_);
  if (const auto first = from.first(at, end_of(at))) {
    if (first->place == at) {
      found.by = {index_value::kinds::leaf, first->value};
    } else {
      found.by.kind = index_value::kinds::node;
    }
  } else if (!from.first_place(place, end_of(place))) {
    return std::nullopt;
  }
  if (!within_bounds(found)) return std::nullopt;
  return found;
}

std::vector<entry> query::run_by_key(store& from, std::string_view parent) const {
  std::string low = joined(parent, start_ ? start_->key : std::string());
  if (start_ && !start_->inclusive && !start_->key.empty()) low.push_back(end_mark);
  std::string high = end_of(parent);
  if (end_) {
    high = joined(parent, end_->key);
    if (end_->inclusive && !end_->key.empty()) high.push_back(end_mark);
  }
  std::vector<entry> entries;
  while (limit_ == 0 || entries.size() < limit_) {
    const std::size_t size = parent.size();
    const auto place = from_the_end_ ? from.last_place(low, high) : from.first_place(low, high);
    if (!place || place->size() == size) break;
    const std::string_view rest = std::string_view(*place).substr(size);
    entry one;
    one.child = rest.substr(0, first_key_size(rest));
    if (from_the_end_) {
      high = joined(parent, one.child);
    } else {
      low = end_of(joined(parent, one.child));
    }
    entries.push_back(std::move(one));
  }
  if (from_the_end_) std::reverse(entries.begin(), entries.end());
  return entries;
}

std::vector<entry> query::run(store& from, std::string_view parent) const {
  if (order_ == orders::key) return run_by_key(from, parent);
  // A heap whose top is the entry to drop next, so that a limit also limits the memory.
  const auto worse = [this](const entry& a, const entry& b) {
    return from_the_end_ ? before(b, a) : before(a, b);
  };
  std::vector<entry> entries;
  const std::string end = end_of(parent);
  std::string at(parent);
  while (const auto child = next_child(from, parent, at, end)) {
    const std::string place = joined(parent, *child);
    if (auto one = match(from, place, *child)) {
      entries.push_back(std::move(*one));
      if (limit_ > 0) {
        std::push_heap(entries.begin(), entries.end(), worse);
        if (entries.size() > limit_) {
          std::pop_heap(entries.begin(), entries.end(), worse);
          entries.pop_back();
        }
      }
    }
    at = end_of(place);
  }
  std::sort(entries.begin(), entries.end(), before);
  return entries;
}

std::string render_node(store& from, std::string_view place, bool arrays) {
  renderer out(place, arrays);
  from.scan(place, end_of(place), [&](std::string_view at, const scalar& value) {
    out.add(at, value);
    return true;
  });
  return out.finish();
}

std::string render_children(store& from, std::string_view parent, std::vector<entry> entries) {
  std::sort(entries.begin(), entries.end(),
            [](const entry& a, const entry& b) { return a.child < b.child; });
  renderer out(parent);
  for (const entry& one : entries) {
    const std::string place = joined(parent, one.child);
    from.scan(place, end_of(place), [&](std::string_view at, const scalar& value) {
      out.add(at, value);
      return true;
    });
  }
  return out.finish();
}

std::string render_shallow(store& from, std::string_view place) {
  std::string text;
  if (const auto value = from.get(place)) {
    append_json(text, *value);
    return text;
  }
  const std::string end = end_of(place);
  std::string at(place);
  while (const auto child = next_child(from, place, at, end)) {
    text.push_back(text.empty() ? '{' : ',');
    append_json(text, std::string_view(first_key(*child)));
    text += ":true";
    at = end_of(joined(place, *child));
    if (text.size() > renderer::largest) throw refusal(400, "Too many keys for one request");
  }
  if (text.empty()) return "null";
  text.push_back('}');
  return text;
}

}  // namespace outcry::firebase::local
