#include "messages/signals_codec.hpp"

#include "messages/detail/json_writer.hpp"
#include "messages/detail/trading_fields.hpp"

namespace outcry {

using detail::decimal_json;
using detail::object_writer;
using detail::time_json;

std::string to_json(const trade_record& x) {
  return object_writer{}
      .text("bot_id", x.bot_id)
      .count("version", x.version)
      .text("state", to_string(x.state))
      .text("side", x.side)
      .raw("wanted", decimal_json(x.wanted))
      .raw("entered", decimal_json(x.entered))
      .raw("exited", decimal_json(x.exited))
      .raw("entry_price", decimal_json(x.entry_price))
      .raw("exit_price", decimal_json(x.exit_price))
      .raw("stop", decimal_json(x.stop))
      .raw("first_stop", decimal_json(x.first_stop))
      .raw("profit", decimal_json(x.profit))
      .text("reason", x.reason)
      .raw("opened_at", time_json(x.opened_ns))
      .raw("closed_at", time_json(x.closed_ns))
      .raw("updated_at", time_json(x.updated_ns))
      .finish();
}

std::string to_json(const signal_record& x) {
  return object_writer{}
      .number("id", x.id)
      .text("source", x.source)
      .text("source_id", x.source_id)
      .text("author_id", x.author_id)
      .text("author", x.author)
      .text("ticker", x.ticker)
      .text("side", x.side)
      .text("action", x.action)
      .text("asset", x.asset)
      .embed("call", x.call)
      .count("confidence", x.confidence)
      .text("state", to_string(x.state))
      .text("code", x.code)
      .text("reason", x.reason)
      .text("bot_id", x.bot_id)
      .text("contributor", x.contributor)
      .raw("said_at", time_json(x.said_ns))
      .raw("received_at", time_json(x.received_ns))
      .raw("expires_at", time_json(x.expires_ns))
      .raw("updated_at", time_json(x.updated_ns))
      .count("version", x.version)
      .raw("trade", x.trade.empty() ? "null" : to_json(x.trade.front()))
      .finish();
}

std::string to_json(const signal_update_record& x) {
  return object_writer{}
      .number("id", x.id)
      .text("source", x.source)
      .text("source_id", x.source_id)
      .raw("edited_at", time_json(x.edited_ns))
      .text("author_id", x.author_id)
      .text("ticker", x.ticker)
      .embed("update", x.update)
      .text("target_source", x.target_source)
      .text("target_source_id", x.target_source_id)
      .text("code", x.code)
      .text("reason", x.reason)
      .text("contributor", x.contributor)
      .raw("said_at", time_json(x.said_ns))
      .raw("received_at", time_json(x.received_ns))
      .count("version", x.version)
      .finish();
}

std::string to_json(const stored_message& x) {
  const auto& m = x.message;
  const auto& v = x.verdict;
  return object_writer{}
      .number("id", x.id)
      .text("source", m.source)
      .text("source_id", m.source_id)
      .raw("edited_at", time_json(m.edited_ns))
      .boolean("deleted", m.deleted)
      .boolean("trusted", m.trusted)
      .text("author_id", m.author_id)
      .text("author", m.author)
      .text("text", m.text)
      .raw("sent_at", time_json(m.sent_ns))
      .raw("received_at", time_json(m.received_ns))
      .text("reply_to", m.reply_to)
      .text("contributor", m.contributor)
      .text("verdict", v.verdict)
      .text("rule", v.rule)
      .text("reason", v.reason)
      .count("confidence", v.confidence)
      .embed("reading", v.reading)
      .finish();
}

}  // namespace outcry
