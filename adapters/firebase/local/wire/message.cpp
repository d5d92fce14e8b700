#include "adapters/firebase/local/wire/message.hpp"

#include <charconv>

#include "adapters/firebase/local/json_text.hpp"
#include "adapters/firebase/local/value.hpp"

namespace outcry::firebase::local::wire {

namespace {

using json = nlohmann::json;

const std::string* text_at(const json& in, const char* name) {
  const auto found = in.find(name);
  return found != in.end() && found->is_string() ? &found->get_ref<const std::string&>() : nullptr;
}

}  // namespace

std::optional<incoming> parse(std::string_view text) {
  if (too_deep(text)) return std::nullopt;
  json message = json::parse(text, nullptr, false);
  if (!message.is_object()) return std::nullopt;
  const std::string* kind = text_at(message, "t");
  const auto data = message.find("d");
  if (!kind || data == message.end() || !data->is_object()) return std::nullopt;
  incoming made;
  if (*kind == "c") {
    const std::string* type = text_at(*data, "t");
    if (!type || type->empty()) return std::nullopt;
    made.control = *type;
    return made;
  }
  if (*kind != "d") return std::nullopt;
  const std::string* action = text_at(*data, "a");
  const auto number = data->find("r");
  const auto body = data->find("b");
  if (!action || number == data->end() || !number->is_number_integer() || body == data->end()) {
    return std::nullopt;
  }
  request asked;
  asked.number = number->get<std::int64_t>();
  asked.action = *action;
  asked.body = std::move(*body);
  asked.size = text.size();
  made.asked = std::move(asked);
  return made;
}

std::optional<std::int64_t> number_of(std::string_view beginning) {
  constexpr std::string_view name = "\"r\":";
  const std::size_t at = beginning.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view digits = beginning.substr(at + name.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end == digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::string reply(std::int64_t number, std::string_view status, std::string_view data) {
  std::string text = R"({"t":"d","d":{"r":)";
  text += std::to_string(number);
  text += R"(,"b":{"s":)";
  append_json(text, status);
  text += R"(,"d":)";
  text += data;
  text += "}}}";
  return text;
}

std::string refuse(std::int64_t number, std::string_view status, std::string_view why) {
  // What a client sent stands in some refusals and need not be UTF-8.
  return reply(number, status, json(why).dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string push(std::string_view action, std::string_view body) {
  std::string text = R"({"t":"d","d":{"a":)";
  append_json(text, action);
  text += R"(,"b":)";
  text += body;
  text += "}}";
  return text;
}

std::string control(std::string_view type, std::string_view data) {
  std::string text = R"({"t":"c","d":{"t":)";
  append_json(text, type);
  text += R"(,"d":)";
  text += data;
  text += "}}";
  return text;
}

}  // namespace outcry::firebase::local::wire
