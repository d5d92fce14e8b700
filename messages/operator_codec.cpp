#include "messages/operator_codec.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_scanner.hpp"
#include "messages/detail/json_writer.hpp"
#include "messages/detail/text.hpp"
#include "messages/keys.hpp"

namespace outcry {

namespace {

using enum line_status;

constexpr detail::input_bounds message_bounds{std::size_t{1} << 20U, 16};
constexpr detail::input_bounds config_bounds{std::size_t{16} << 10U, 8};
constexpr detail::input_bounds line_bounds{std::size_t{1} << 20U, 32};
constexpr detail::input_bounds ledger_bounds{std::size_t{64} << 20U, 40};
constexpr std::size_t most_selected = 1000;
constexpr std::size_t longest_name = 96;

std::string target_json(const operator_message& x) {
  return detail::object_writer{}
      .text("type", x.to_all ? "ALL" : "SELECTED")
      .raw("selected", detail::json_array(x.selected, detail::json_string))
      .finish();
}

detail::object_writer& write_message(detail::object_writer& out, const operator_message& x) {
  out.text("type", x.type)
      .raw("target", target_json(x))
      .embed("config", x.config)
      .text("description", x.description)
      .number("pressedAt", x.pressed_at_ms);
  // 0 means unknown: a client's store fills it in.
  if (x.created_at_ms != 0) out.number("createdAt", x.created_at_ms);
  return out.text("createdBy", x.created_by);
}

detail::object_writer& write_line(detail::object_writer& out, const ledger_line& x) {
  return out.text("container", x.container)
      .text("ticker", x.ticker)
      .text("status", to_string(x.status))
      .text("code", x.code)
      .text("reason", x.reason)
      .embed("result", x.result)
      .number("at", x.at_ms)
      .boolean("late", x.late);
}

/// The texts of a list, every one of `bounds`.
std::vector<std::string> read_texts(detail::object_reader& in, std::string_view key,
                                    detail::length bounds, const std::string& expected) {
  std::vector<std::string> result;
  for (const auto raw : in.array(key)) {
    auto text = detail::string_of(raw);
    const auto size = text ? detail::utf8_length(*text) : 0;
    if (!text || size < bounds.min || size > bounds.max) {
      in.outcome().refuse(in.path_of(key) + '[' + std::to_string(result.size()) + ']', expected,
                          raw);
      break;
    }
    result.push_back(*std::move(text));
  }
  return result;
}

/// Whether the text selects everybody: nobody may be called ALL.
bool means_all(std::string_view name) {
  return detail::upper_ascii(name) == "ALL";
}

/// What a client may write. A ledger also holds messages that were adopted unread.
enum class origin : std::uint8_t { client, ledger };

operator_message read_message(detail::object_reader& in, std::string_view id, origin from) {
  const bool strict = from == origin::client;
  operator_message x;
  x.id = id;
  x.type = in.text("type", strict ? detail::length{1, 32} : detail::length{});
  auto target = in.object("target");
  target.names_once();
  const auto kind = target.text("type");
  if (kind != "ALL" && kind != "SELECTED") target.refuse("type", "\"ALL\" or \"SELECTED\"");
  x.to_all = kind == "ALL";
  if (!x.to_all) {
    x.selected =
        read_texts(target, "selected", strict ? detail::length{1, longest_name} : detail::length{},
                   "a ticker or bot id");
    if (strict && (x.selected.empty() || x.selected.size() > most_selected)) {
      target.refuse("selected", "1 to 1000 tickers or bot ids");
    }
    if (strict && std::any_of(x.selected.begin(), x.selected.end(), means_all)) {
      target.refuse("selected", "tickers or bot ids; for all of them target.type \"ALL\"");
    }
  }
  x.config = in.embedded("config", strict, strict ? config_bounds : line_bounds);
  if (strict && x.config.empty()) x.config = "{}";
  x.description =
      in.optional_text("description", strict ? detail::length{0, 1000} : detail::length{});
  x.pressed_at_ms = in.integer("pressedAt", strict ? 0 : INT64_MIN);
  x.created_at_ms = in.optional_integer("createdAt", strict ? 0 : INT64_MIN);
  x.created_by = in.optional_text("createdBy", strict ? detail::length{0, 256} : detail::length{});
  return x;
}

/// Stop and kill need to know their verb and whom they are for. Whatever else is wrong with such a
/// message does not stand in its way; it is left out.
std::optional<operator_message> read_brake(std::string_view id, std::string_view json) {
  detail::reading to;
  detail::object_reader in{to, json, message_bounds};
  operator_message x;
  x.id = id;
  x.type = in.text("type", {1, 32});
  const auto wish = parse_verb(x.type);
  if (to.error || !is_brake(wish)) return std::nullopt;
  // A kill is for everybody whatever it says.
  if (wish == verb::kill) {
    x.to_all = true;
  } else {
    auto target = in.object("target");
    const auto kind = target.text("type");
    x.to_all = kind == "ALL";
    if (kind == "SELECTED")
      x.selected = read_texts(target, "selected", {1, longest_name}, "a ticker or bot id");
    for (const auto& name : x.selected) x.to_all = x.to_all || means_all(name);
    if (x.to_all) x.selected.clear();
    if (to.error || (!x.to_all && (x.selected.empty() || x.selected.size() > most_selected)))
      return std::nullopt;
  }
  const auto or_nothing = [&](auto read, auto nothing) {
    detail::reading aside;
    detail::object_reader again{aside, json, message_bounds};
    auto value = read(again);
    return aside.error ? nothing : value;
  };
  using reader = detail::object_reader;
  x.config = or_nothing([](reader& r) { return r.embedded("config", true, config_bounds); },
                        std::string{});
  if (x.config.empty()) x.config = "{}";
  x.description = or_nothing(
      [](reader& r) {
        return r.optional_text("description", {0, 1000});
      },
      std::string{});
  const auto time = [&](std::string_view key) {
    return or_nothing([&](reader& r) { return r.optional_integer(key, 0); }, std::int64_t{0});
  };
  x.pressed_at_ms = time("pressedAt");
  x.created_at_ms = time("createdAt");
  x.created_by = or_nothing(
      [](reader& r) {
        return r.optional_text("createdBy", {0, 256});
      },
      std::string{});
  return x;
}

ledger_line read_line(detail::object_reader& in, std::string_view bot_id) {
  ledger_line x;
  x.bot_id = bot_id;
  x.container = in.text("container");
  x.ticker = in.text("ticker");
  x.status =
      in.word("status", {open, pending, done, ignored, error, line_status::expired, no_answer});
  x.code = in.optional_text("code");
  x.reason = in.optional_text("reason");
  x.result = in.embedded("result", false, line_bounds);
  x.at_ms = in.integer("at");
  x.late = in.optional_boolean("late");
  x.addressed = in.optional_boolean("addressed");
  return x;
}

}  // namespace

tl::expected<operator_message, invalid_field> parse_operator_message(std::string_view id,
                                                                     std::string_view json) {
  detail::reading to;
  if (!check_message_id(id)) {
    to.refuse("id", "1 to 128 printable ASCII characters", id.empty() ? "\"\"" : id);
  }
  const bool named = !to.error;
  detail::object_reader in{to, json, message_bounds};
  in.names_once();
  auto message = read_message(in, id, origin::client);
  if (to.error && named)
    if (auto brake = read_brake(id, json)) return *std::move(brake);
  return to.finish(std::move(message));
}

std::string to_json(const operator_message& x) {
  detail::object_writer out;
  return write_message(out, x).finish();
}

std::string acknowledgement_json(const ledger_line& x) {
  detail::object_writer out;
  return write_line(out, x).finish();
}

tl::expected<ledger_line, invalid_field> parse_acknowledgement(std::string_view bot_id,
                                                               std::string_view json) {
  detail::reading to;
  detail::object_reader in{to, json, line_bounds};
  in.names_once();
  return to.finish(read_line(in, bot_id));
}

std::string to_json(const ledger& x) {
  detail::object_writer lines;
  std::int64_t heard = 0;
  for (const auto& line : x.lines) {
    if (line.status != open) ++heard;
    detail::object_writer out;
    lines.raw(line.bot_id, write_line(out, line).boolean("addressed", line.addressed).finish());
  }
  detail::object_writer out;
  out.text("id", x.message.id);
  return write_message(out, x.message)
      .text("state", to_string(x.state))
      .number("adoptedAt", x.adopted_at_ms)
      .raw("unmatched", detail::json_array(x.unmatched, detail::json_string))
      .number("acknowledgementCount", heard)
      .text("code", x.code)
      .text("reason", x.reason)
      .raw("acknowledgement", lines.finish())
      .finish();
}

tl::expected<ledger, invalid_field> parse_ledger(std::string_view json) {
  using enum message_state;
  detail::reading to;
  detail::object_reader in{to, json, ledger_bounds};
  in.names_once();
  ledger x;
  x.message = read_message(in, in.text("id"), origin::ledger);
  x.state = in.word("state", {sent, working, message_state::done, failed, message_state::expired});
  x.adopted_at_ms = in.integer("adoptedAt");
  x.unmatched = read_texts(in, "unmatched", {}, "a text");
  x.code = in.optional_text("code");
  x.reason = in.optional_text("reason");
  auto lines = in.object("acknowledgement");
  lines.names_once();
  x.lines.reserve(lines.members().size());
  for (const auto& [bot_id, raw] : lines.members()) {
    detail::object_reader line{to, raw, lines.path_of(bot_id)};
    line.names_once();
    x.lines.push_back(read_line(line, bot_id));
  }
  return to.finish(std::move(x));
}

std::string summary_json(const ledger& x) {
  detail::object_writer counts;
  for (const auto status : {pending, done, ignored, error, line_status::expired, no_answer}) {
    std::int64_t n = 0;
    for (const auto& line : x.lines) n += line.status == status ? 1 : 0;
    if (n > 0) counts.number(to_string(status), n);
  }
  return detail::object_writer{}
      .text("type", x.message.type)
      .raw("target", target_json(x.message))
      .text("state", to_string(x.state))
      .number("createdAt", x.message.created_at_ms)
      .number("pressedAt", x.message.pressed_at_ms)
      .text("createdBy", x.message.created_by)
      .raw("counts", counts.finish())
      .finish();
}

std::string to_json(const halt_state& x) {
  return detail::object_writer{}
      .text("kind", to_string(x.kind))
      .text("messageId", x.message_id)
      .number("since", x.since_ms)
      .finish();
}

tl::expected<std::string, invalid_field> config_from_pairs(const std::vector<std::string>& pairs) {
  detail::reading to;
  detail::object_writer out;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::string_view pair = pairs[i];
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0 || !detail::is_utf8(pair)) {
      to.refuse("config[" + std::to_string(i) + ']', "KEY=VALUE", pair.empty() ? "\"\"" : pair);
      break;
    }
    const auto value = pair.substr(equals + 1);
    detail::json_scanner scanner{value, config_bounds.depth};
    std::string_view raw;
    const bool is_json = scanner.value(raw) && scanner.finish();
    out.raw(pair.substr(0, equals), is_json ? std::string{raw} : detail::json_string(value));
  }
  auto result = out.finish();
  // The same bounds as for a message, and no key twice.
  const auto document = "{\"config\":" + result + '}';
  if (!to.error) {
    detail::object_reader in{to, document, message_bounds};
    result = in.embedded("config", true, config_bounds);
  }
  return to.finish(std::move(result));
}

}  // namespace outcry
