#include "adapters/control/members.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace outcry::control {

namespace {

std::string cut(std::string text) {
  if (text.size() <= 80) return text;
  std::size_t end = 80;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

std::string dump(const nlohmann::json& x) {
  return x.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void members::refuse(std::string field, std::string expected, ec code) const {
  auto found = document_.contains(field) ? cut(dump(document_[field])) : "nothing";
  throw bad_request{id_, code, {std::move(field), std::move(expected), std::move(found)}};
}

void members::only(std::initializer_list<std::string_view> allowed) const {
  for (const auto& [key, value] : document_.items()) {
    bool known = key == "id" || key == "op";
    for (auto name : allowed) known = known || key == name;
    if (!known) refuse(key, "no such member for this operation");
  }
}

bool members::has(const std::string& field) const {
  return document_.contains(field);
}

std::int64_t members::integer(const std::string& field, std::int64_t least,
                              std::int64_t most) const {
  auto expected = fmt::format("a whole number from {} to {}", least, most);
  auto found = document_.find(field);
  if (found == document_.end() || !found->is_number_integer()) refuse(field, expected);
  if (found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX)
    refuse(field, expected);
  auto value = found->get<std::int64_t>();
  if (value < least || value > most) refuse(field, expected);
  return value;
}

std::string members::text(const std::string& field) const {
  if (!document_.contains(field) || !document_[field].is_string()) refuse(field, "text");
  return document_[field].get<std::string>();
}

std::string members::text(const std::string& field, std::size_t least, std::size_t most) const {
  auto result = text(field);
  if (result.size() < least || result.size() > most)
    refuse(field, fmt::format("text of {} to {} bytes", least, most));
  return result;
}

}  // namespace outcry::control
