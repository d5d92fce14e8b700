#include "adapters/firebase/query.hpp"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "adapters/firebase/url.hpp"

namespace outcry::firebase {

namespace {

void append(std::string& to, std::string_view name, std::string_view value) {
  if (!to.empty()) to += '&';
  to += name;
  to += '=';
  to += percent_encode(value);
}

void append_bound(std::string& to, std::string_view name, const std::optional<std::string>& json) {
  if (!json) return;
  const auto value = nlohmann::json::parse(*json, nullptr, false);
  if (value.is_discarded() || value.is_structured())
    throw std::invalid_argument("query: " + std::string(name) +
                                " must be the JSON text of a string, number, boolean or null");
  append(to, name, *json);
}

void append_limit(std::string& to, std::string_view name,
                  const std::optional<std::uint32_t>& limit) {
  if (!limit) return;
  if (*limit == 0) throw std::invalid_argument("query: " + std::string(name) + " must be >= 1");
  append(to, name, std::to_string(*limit));
}

}  // namespace

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string to_parameters(const query& query) {
  const bool starts = query.start_at || query.start_after;
  const bool ends = query.end_at || query.end_before;
  const bool limits = query.limit_to_first || query.limit_to_last;
  if (query.shallow) {
    if (starts || ends || limits || query.equal_to || !query.order_by.empty())
      throw std::invalid_argument("query: shallow cannot be combined with other parameters");
    return "shallow=true";
  }
  if (query.order_by.empty()) {
    if (starts || ends || limits || query.equal_to)
      throw std::invalid_argument("query: bounds and limits need order_by");
    return {};
  }
  if (query.start_at && query.start_after)
    throw std::invalid_argument("query: start_at and start_after exclude each other");
  if (query.end_at && query.end_before)
    throw std::invalid_argument("query: end_at and end_before exclude each other");
  if (query.equal_to && (starts || ends))
    throw std::invalid_argument("query: equal_to excludes start and end bounds");
  if (query.limit_to_first && query.limit_to_last)
    throw std::invalid_argument("query: limit_to_first and limit_to_last exclude each other");
  std::string result;
  append(result, "orderBy", json_string(query.order_by));
  append_bound(result, "startAt", query.start_at);
  append_bound(result, "startAfter", query.start_after);
  append_bound(result, "endAt", query.end_at);
  append_bound(result, "endBefore", query.end_before);
  append_bound(result, "equalTo", query.equal_to);
  append_limit(result, "limitToFirst", query.limit_to_first);
  append_limit(result, "limitToLast", query.limit_to_last);
  return result;
}

}  // namespace outcry::firebase
