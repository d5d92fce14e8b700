#include "adapters/control/request.hpp"

#include <initializer_list>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/control/members.hpp"
#include "messages/keys.hpp"
#include "messages/operator_codec.hpp"

namespace outcry::control {

namespace {

using nlohmann::json;

struct operation_word {
  const char* word;
  operation op;
};

constexpr operation_word words[] = {
    {"send", operation::send},
    {"log", operation::log},
    {"bots", operation::bots},
    {"actors", operation::actors},
    {"pits", operation::pits},
    {"tail", operation::tail},
    {"status", operation::status},
    {"links", operation::links},
    {"orders", operation::orders},
    {"positions", operation::positions},
    {"performance", operation::performance},
    {"risk", operation::risk},
    {"bot_record", operation::bot_record},
    {"inspect", operation::inspect},
    {"actor", operation::actor},
    {"trace", operation::trace},
    {"act", operation::act},
    {"log_level", operation::log_level},
};

std::string all_operations() {
  std::string result;
  for (const auto& x : words) result += (result.empty() ? "one of " : ", ") + std::string{x.word};
  return result;
}

/// The most orders one answer holds.
constexpr std::int64_t most_orders = 1000;

/// Depth beyond which a document is not even parsed, so that nesting cannot exhaust the stack.
constexpr std::size_t deepest = 32;

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
class reader : private members {
public:
  reader(const json& document, request& result) : members(document, result.id), result_(result) {}

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
      case operation::orders:
        only({"bot", "ticker", "open", "limit", "before"});
        return read_orders();
      case operation::performance:
        only({"day"});
        return read_day();
      case operation::bot_record:
        only({"bot"});
        if (!document_.contains("bot")) refuse("bot", "a bot id");
        result_.bot_id = bot_id();
        return;
      case operation::inspect:
        return read_inspect(*this, result_.inspection);
      case operation::actor:
        return read_actor(*this, result_.inspection);
      case operation::trace:
        return read_trace(*this, result_.inspection);
      case operation::act:
        result_.inspection.who = created_by;
        return read_act(*this, result_.inspection);
      case operation::log_level:
        result_.inspection.who = created_by;
        return read_log_level(*this, result_.inspection);
      default:
        only({});
    }
  }

private:
  operation read_operation() {
    if (!document_.contains("op")) refuse("op", all_operations());
    auto word = document_["op"].is_string() ? text("op") : std::string{};
    for (const auto& x : words)
      if (word == x.word) return x.op;
    refuse("op", all_operations(), ec::unsupported);
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

  std::string bot_id() {
    auto id = text("bot");
    if (auto checked = check_bot_id(id); !checked) refuse("bot", "a bot id: " + checked.error());
    return id;
  }

  void read_orders() {
    auto& wanted = result_.orders;
    if (document_.contains("bot")) wanted.bot_id = bot_id();
    if (document_.contains("ticker")) {
      auto ticker = normalise_ticker(text("ticker"));
      if (!ticker) refuse("ticker", "a ticker: " + ticker.error());
      wanted.ticker = *ticker;
    }
    if (document_.contains("open")) {
      if (!document_["open"].is_boolean()) refuse("open", "true or false");
      wanted.only_open = document_["open"].get<bool>();
    }
    if (document_.contains("limit"))
      wanted.limit = static_cast<std::uint32_t>(integer("limit", 1, most_orders));
    if (document_.contains("before")) wanted.before_asked_ns = integer("before", 0, INT64_MAX);
  }

  void read_day() {
    if (!document_.contains("day")) return;
    auto day = text("day");
    bool good = day.size() == 10;
    for (std::size_t i = 0; good && i < day.size(); ++i)
      good = i == 4 || i == 7 ? day[i] == '-' : day[i] >= '0' && day[i] <= '9';
    if (!good) refuse("day", "a day: 2013-10-08");
    result_.day = std::move(day);
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
