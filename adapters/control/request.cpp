#include "adapters/control/request.hpp"

#include <initializer_list>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "messages/keys.hpp"
#include "messages/operator_codec.hpp"

namespace outcry::control {

namespace {

using nlohmann::json;

constexpr const char* operations = "one of send, log, bots, actors, pits, tail, status, links";

/// Depth beyond which a document is not even parsed, so that nesting cannot exhaust the stack.
constexpr std::size_t deepest = 32;

std::string dump(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string cut(std::string text) {
  if (text.size() <= 80) return text;
  std::size_t end = 80;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

bool too_deep(std::string_view line) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '[' || c == '{') && ++depth > deepest)
      return true;
    else if (!quoted && (c == ']' || c == '}') && depth > 0)
      --depth;
  }
  return false;
}

/// Takes the members of one request; throws bad_request, which `parse_request` turns into its
/// answer.
class reader {
public:
  reader(const json& document, request& result) : document_(document), result_(result) {}

  void read(std::int64_t pressed_at_ms, const std::string& created_by) {
    result_.id = static_cast<std::uint64_t>(integer("id", 1, INT64_MAX));
    result_.op = read_operation();
    switch (result_.op) {
      case operation::send:
        only({"type", "to", "config", "description", "message", "wait_s"});
        return read_send(pressed_at_ms, created_by);
      case operation::log:
        only({"ledger", "limit", "before"});
        return read_log();
      case operation::tail:
        only({"tickers"});
        return read_tail();
      default:
        only({});
    }
  }

private:
  [[noreturn]] void refuse(std::string field, std::string expected, ec code = ec::invalid_input) {
    auto found = document_.contains(field) ? cut(dump(document_[field])) : "nothing";
    throw bad_request{result_.id, code, {std::move(field), std::move(expected), std::move(found)}};
  }

  void only(std::initializer_list<std::string_view> allowed) {
    for (const auto& [key, value] : document_.items()) {
      bool known = key == "id" || key == "op";
      for (auto name : allowed) known = known || key == name;
      if (!known) refuse(key, "no such member for this operation");
    }
  }

  std::int64_t integer(const std::string& field, std::int64_t least, std::int64_t most) {
    auto expected = fmt::format("a whole number from {} to {}", least, most);
    auto found = document_.find(field);
    if (found == document_.end() || !found->is_number_integer()) refuse(field, expected);
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX)
      refuse(field, expected);
    auto value = found->get<std::int64_t>();
    if (value < least || value > most) refuse(field, expected);
    return value;
  }

  std::string text(const std::string& field) {
    if (!document_[field].is_string()) refuse(field, "text");
    return document_[field].get<std::string>();
  }

  operation read_operation() {
    if (!document_.contains("op")) refuse("op", operations);
    auto word = document_["op"].is_string() ? text("op") : std::string{};
    if (word == "send") return operation::send;
    if (word == "log") return operation::log;
    if (word == "bots") return operation::bots;
    if (word == "actors") return operation::actors;
    if (word == "pits") return operation::pits;
    if (word == "tail") return operation::tail;
    if (word == "status") return operation::status;
    if (word == "links") return operation::links;
    refuse("op", operations, ec::unsupported);
  }

  void read_send(std::int64_t pressed_at_ms, const std::string& created_by) {
    std::string id;
    if (document_.contains("message")) {
      id = text("message");
      if (auto checked = check_message_id(id); !checked)
        refuse("message", "a message id: " + checked.error());
    }
    if (document_.contains("wait_s")) result_.wait_ms = integer("wait_s", 0, 600) * 1000;
    if (!document_.contains("to")) refuse("to", "\"ALL\" or a list of tickers and bot ids");
    const auto& to = document_["to"];
    json wire = {{"pressedAt", pressed_at_ms}, {"createdBy", created_by}};
    if (to == "ALL")
      wire["target"] = {{"type", "ALL"}};
    else if (to.is_array() && !to.empty())
      wire["target"] = {{"type", "SELECTED"}, {"selected", to}};
    else
      refuse("to", "\"ALL\" or a list of tickers and bot ids");
    for (auto field : {"type", "config", "description"})
      if (document_.contains(field)) wire[field] = document_[field];
    // The floor's one reader of operator messages decides about all the rest.
    auto parsed = parse_operator_message(id.empty() ? "unnamed" : id, dump(wire));
    if (!parsed) throw bad_request{result_.id, ec::invalid_input, parsed.error()};
    result_.message = std::move(*parsed);
    result_.message.id = id;
  }

  void read_log() {
    if (document_.contains("ledger")) {
      result_.ledger_id = text("ledger");
      if (auto checked = check_message_id(result_.ledger_id); !checked)
        refuse("ledger", "a message id: " + checked.error());
    }
    if (document_.contains("limit"))
      result_.limit = static_cast<std::uint32_t>(integer("limit", 1, 1000));
    if (document_.contains("before")) result_.before_ms = integer("before", 0, INT64_MAX);
  }

  void read_tail() {
    if (!document_.contains("tickers")) return;
    const auto& list = document_["tickers"];
    if (!list.is_array() || list.size() > 1000) refuse("tickers", "a list of up to 1000 tickers");
    for (const auto& element : list) {
      auto ticker = element.is_string() ? normalise_ticker(element.get<std::string>())
                                        : tl::unexpected(std::string{"no text"});
      if (!ticker) refuse("tickers", "tickers: " + ticker.error());
      result_.tickers.push_back(*ticker);
    }
  }

  const json& document_;
  request& result_;
};

}  // namespace

tl::expected<request, bad_request> parse_request(std::string_view line, std::int64_t pressed_at_ms,
                                                 const std::string& created_by) {
  auto no_object = [&] {
    auto found = dump(json(std::string{line.substr(0, 60)}));
    return tl::unexpected(bad_request{
        0, ec::invalid_input, {"", fmt::format("a JSON object, at most {} deep", deepest), found}});
  };
  if (too_deep(line)) return no_object();
  auto document = json::parse(line, nullptr, false);
  if (!document.is_object()) return no_object();
  request result;
  try {
    reader{document, result}.read(pressed_at_ms, created_by);
    return result;
  } catch (bad_request& refused) {
    return tl::unexpected(std::move(refused));
  }
}

std::string item_line(std::uint64_t id, std::string_view item) {
  return fmt::format("{{\"id\":{},\"item\":{}}}", id, item);
}

std::string end_line(std::uint64_t id, std::string_view more) {
  return fmt::format("{{\"id\":{},\"end\":true{}{}}}", id, more.empty() ? "" : ",", more);
}

std::string error_line(std::uint64_t id, std::string_view code, std::string_view reason) {
  json error = {{"code", code}, {"reason", reason}};
  return id == 0 ? fmt::format("{{\"error\":{}}}", dump(error))
                 : fmt::format("{{\"id\":{},\"error\":{}}}", id, dump(error));
}

}  // namespace outcry::control
