#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/config/settings.hpp"

/// What settings are made of: how values of each kind are read and shown.
namespace outcry::config::kinds {

/// A value as that type; nothing when it is none. Text counts as a number or a list only when it
/// came from the environment.
const std::string* text_of(const raw_value& raw);
std::optional<std::int64_t> integer_of(const raw_value& raw);
std::optional<double> real_of(const raw_value& raw);
std::optional<bool> flag_of(const raw_value& raw);
std::optional<std::vector<std::string>> list_of(const raw_value& raw);

/// A decimal number, with quotes or without: TOML's floating point is read back as it was typed.
std::optional<std::string> decimal_of(const raw_value& raw);

/// No control characters.
bool printable(const std::string& text);

/// A URL that begins with one of `schemes` ("https://") and goes on with a host.
bool is_url(const std::string& text, std::initializer_list<std::string_view> schemes);

/// A host as it may stand in a Host header.
bool is_host(const std::string& text);

/// "https://floor.home": scheme and host, no path.
bool is_origin(const std::string& text);

using place = std::string_view;

setting number(place section, place key, place comment, std::int64_t& (*member)(config&),
               std::int64_t least, std::int64_t most);

setting path(place section, place key, place comment, std::filesystem::path* (*member)(config&),
             bool required = false);

/// `take` stores the text, or returns false when it is not allowed.
setting text(place section, place key, place comment, std::string allowed,
             bool (*take)(config&, const std::string&), std::string (*shown)(const config&));

setting flag(place section, place key, place comment, bool& (*member)(config&));

/// Texts; `fits` decides about one element.
setting list(place section, place key, place comment, std::string allowed,
             std::vector<std::string>& (*member)(config&), bool (*fits)(const std::string&));

/// `fits` decides about a number that could be read.
template <class Decimal>
setting amount(place section, place key, place comment, std::string allowed,
               Decimal& (*member)(config&), bool (*fits)(const Decimal&)) {
  setting x{section, key, comment, std::move(allowed)};
  x.assign = [=](config& c, const raw_value& raw) {
    auto text = decimal_of(raw);
    if (!text) return false;
    auto value = Decimal::parse(*text);
    if (!value || !fits(*value)) return false;
    member(c) = *value;
    return true;
  };
  x.shown = [=](const config& c) { return toml_quoted(to_string(member(const_cast<config&>(c)))); };
  return x;
}

}  // namespace outcry::config::kinds
