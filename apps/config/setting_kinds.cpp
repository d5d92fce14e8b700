#include "apps/config/setting_kinds.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace outcry::config::kinds {

namespace {

template <class T>
std::optional<T> from_text(const std::string& text) {
  T result{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return result;
}

}  // namespace

const std::string* text_of(const raw_value& raw) {
  return std::get_if<std::string>(&raw.value);
}

std::optional<std::int64_t> integer_of(const raw_value& raw) {
  if (auto* x = std::get_if<std::int64_t>(&raw.value)) return *x;
  if (auto* x = text_of(raw); x && raw.from_environment) return from_text<std::int64_t>(*x);
  return std::nullopt;
}

std::optional<double> real_of(const raw_value& raw) {
  if (auto* x = std::get_if<double>(&raw.value)) return *x;
  if (auto* x = std::get_if<std::int64_t>(&raw.value)) return static_cast<double>(*x);
  if (auto* x = text_of(raw); x && raw.from_environment) return from_text<double>(*x);
  return std::nullopt;
}

std::optional<bool> flag_of(const raw_value& raw) {
  if (auto* x = std::get_if<bool>(&raw.value)) return *x;
  if (auto* x = text_of(raw); x && raw.from_environment) {
    if (*x == "true") return true;
    if (*x == "false") return false;
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> list_of(const raw_value& raw) {
  if (auto* x = std::get_if<std::vector<std::string>>(&raw.value)) return *x;
  auto* text = text_of(raw);
  if (!text || !raw.from_environment) return std::nullopt;
  std::vector<std::string> result;
  for (std::size_t at = 0; at < text->size();) {
    auto comma = std::min(text->find(',', at), text->size());
    result.push_back(text->substr(at, comma - at));
    at = comma + 1;
  }
  return result;
}

std::optional<std::string> decimal_of(const raw_value& raw) {
  if (auto* x = text_of(raw)) return *x;
  if (auto* x = std::get_if<std::int64_t>(&raw.value)) return fmt::to_string(*x);
  if (auto* x = std::get_if<double>(&raw.value)) return fmt::format("{}", *x);
  return std::nullopt;
}

setting number(place section, place key, place comment, std::int64_t& (*member)(config&),
               std::int64_t least, std::int64_t most) {
  setting x{section, key, comment, fmt::format("a whole number from {} to {}", least, most)};
  x.assign = [=](config& c, const raw_value& raw) {
    auto value = integer_of(raw);
    if (!value || *value < least || *value > most) return false;
    member(c) = *value;
    return true;
  };
  x.shown = [=](const config& c) { return fmt::to_string(member(const_cast<config&>(c))); };
  return x;
}

setting path(place section, place key, place comment, std::filesystem::path* (*member)(config&),
             bool required) {
  setting x{section, key, comment, required ? "a path in quotes" : "a path in quotes, or \"\""};
  x.assign = [=](config& c, const raw_value& raw) {
    auto* text = text_of(raw);
    if (!text || (required && text->empty()) || text->find('\0') != std::string::npos) return false;
    *member(c) = *text;
    return true;
  };
  x.shown = [=](const config& c) { return toml_quoted(member(const_cast<config&>(c))->string()); };
  x.path = member;
  return x;
}

setting text(place section, place key, place comment, std::string allowed,
             bool (*take)(config&, const std::string&), std::string (*shown)(const config&)) {
  setting x{section, key, comment, std::move(allowed)};
  x.assign = [=](config& c, const raw_value& raw) {
    auto* value = text_of(raw);
    return value && take(c, *value);
  };
  x.shown = [=](const config& c) { return toml_quoted(shown(c)); };
  return x;
}

setting flag(place section, place key, place comment, bool& (*member)(config&)) {
  setting x{section, key, comment, "true or false"};
  x.assign = [=](config& c, const raw_value& raw) {
    auto value = flag_of(raw);
    if (value) member(c) = *value;
    return value.has_value();
  };
  x.shown = [=](const config& c) { return member(const_cast<config&>(c)) ? "true" : "false"; };
  return x;
}

bool printable(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool is_url(const std::string& text, std::initializer_list<std::string_view> schemes) {
  if (!printable(text) || text.find(' ') != std::string::npos) return false;
  return std::any_of(schemes.begin(), schemes.end(), [&](std::string_view scheme) {
    return text.starts_with(scheme) && text.size() > scheme.size() && text[scheme.size()] != '/';
  });
}

setting list(place section, place key, place comment, std::string allowed,
             std::vector<std::string>& (*member)(config&), bool (*fits)(const std::string&)) {
  setting x{section, key, comment, std::move(allowed)};
  x.assign = [=](config& c, const raw_value& raw) {
    auto value = list_of(raw);
    if (!value || !std::all_of(value->begin(), value->end(), fits)) return false;
    member(c) = *value;
    return true;
  };
  x.shown = [=](const config& c) {
    std::string result;
    for (const auto& element : member(const_cast<config&>(c)))
      result += (result.empty() ? "" : ", ") + toml_quoted(element);
    return "[" + result + "]";
  };
  return x;
}

bool is_host(const std::string& text) {
  return !text.empty() && printable(text) && text.find_first_of(" /") == std::string::npos;
}

bool is_origin(const std::string& text) {
  return is_url(text, {"https://", "http://"}) &&
         text.find('/', text.find("://") + 3) == std::string::npos;
}

}  // namespace outcry::config::kinds
