#include "actors/signals/labelled.hpp"

#include <istream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/signals/labelled_json.hpp"

namespace outcry::signals {

namespace {

using nlohmann::json;

constexpr std::string_view class_names[label_classes] = {"signal", "update", "noise", "reject"};

label_class class_said(const json& x, const json& expect) {
  const auto said = x.find("class");
  if (said == x.end()) {
    if (expect.is_null()) return label_class::noise;
    return expect.contains("update") ? label_class::update : label_class::signal;
  }
  if (said->is_string())
    for (std::size_t i = 0; i < label_classes; ++i)
      if (*said == class_names[i]) return static_cast<label_class>(i);
  throw std::invalid_argument(
      fmt::format("\"class\": expected signal, update, noise or reject, found {}", said->dump()));
}

labelled_message message_of(const json& x) {
  if (!x.is_object()) throw std::invalid_argument("expected a JSON object");
  const auto text = x.find("text");
  if (text == x.end() || !text->is_string())
    throw std::invalid_argument("\"text\": expected a text");
  const auto expect = x.value("expect", json{});
  if (!expect.is_null() && !expect.is_object())
    throw std::invalid_argument("\"expect\": expected an object or null, found " +
                                std::string{expect.type_name()});
  labelled_message result;
  result.text = *text;
  result.kind = class_said(x, expect);
  const bool meant = result.kind == label_class::signal || result.kind == label_class::update;
  if (meant != expect.is_object())
    throw std::invalid_argument(fmt::format("\"expect\": a {} expects {}, found {}",
                                            to_string(result.kind), meant ? "an object" : "null",
                                            meant ? "null" : "an object"));
  if (result.kind == label_class::signal) result.call = signal_label(expect);
  if (result.kind == label_class::update) result.change = update_label(expect);
  return result;
}

}  // namespace

std::string_view to_string(label_class x) {
  return class_names[static_cast<std::size_t>(x)];
}

std::vector<labelled_message> read_labelled(std::istream& in, std::string_view file) {
  std::vector<labelled_message> result;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    try {
      result.push_back(message_of(json::parse(line)));
      result.back().line = number;
    } catch (const json::exception&) {
      throw bad_label{fmt::format("{}:{}: no JSON", file, number)};
    } catch (const std::invalid_argument& e) {
      throw bad_label{fmt::format("{}:{}: {}", file, number, e.what())};
    }
  }
  return result;
}

}  // namespace outcry::signals
