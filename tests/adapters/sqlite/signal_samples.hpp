#pragma once

#include <cstdint>
#include <string>

#include "adapters/sqlite/signal_engine.hpp"

namespace outcry::sqlite::test {

inline constexpr timestamp_ns signal_time_ns = 1'700'000'000'000'000'000;

/// A message of channel 77, no field left at default.
inline raw_message sample_message(const std::string& source_id, std::int64_t edited_ns = 0) {
  raw_message x;
  x.source = "discord:77";
  x.source_id = source_id;
  x.edited_ns = edited_ns;
  x.deleted = edited_ns != 0;
  x.trusted = edited_ns == 0;
  x.author_id = "41";
  x.author = "Zoë";
  x.text = "Long XYZ 107.50 \"now\"\nstop 100";
  x.sent_ns = signal_time_ns;
  x.received_ns = signal_time_ns + 5;
  x.reply_to = "3";
  return x;
}

inline message_verdict sample_verdict() {
  return {"signal", "level_call", "has side, entry and stop", 93, R"({"tokens":[]})"};
}

/// A call of channel 77, no field left at default.
inline signal_record sample_signal(const std::string& source_id,
                                   const std::string& source = "discord:77") {
  signal_record x;
  x.source = source;
  x.source_id = source_id;
  x.author_id = "41";
  x.author = "Zoë";
  x.ticker = "XYZ";
  x.side = "long";
  x.action = "open";
  x.asset = "stock";
  x.call = R"({"ticker":"XYZ"})";
  x.confidence = 93;
  x.state = signal_state::waiting;
  x.code = "unconfirmed";
  x.reason = "waits for a yes";
  x.bot_id = "follow-1";
  x.said_ns = signal_time_ns;
  x.received_ns = signal_time_ns + 5;
  x.expires_ns = signal_time_ns + 100;
  x.updated_ns = signal_time_ns + 6;
  x.version = 1;
  return x;
}

/// The trade of `signal`, no field left at default: 10 at 107.5, first stop 100, out at 110.
inline trade_record sample_trade(const signal_record& signal, std::uint64_t version = 1) {
  trade_record x;
  x.source = signal.source;
  x.source_id = signal.source_id;
  x.bot_id = "follow-1";
  x.version = version;
  x.state = signal_state::closed;
  x.side = "long";
  x.wanted = Quantity::from_integer(12);
  x.entered = Quantity::from_integer(10);
  x.exited = Quantity::from_integer(10);
  x.entry_price = *Price::parse("107.5");
  x.exit_price = Price::from_integer(110);
  x.stop = *Price::parse("0.000000000001");
  x.first_stop = Price::from_integer(100);
  x.profit = Money::from_integer(25);
  x.reason = "target 1";
  x.opened_ns = signal_time_ns + 10;
  x.closed_ns = signal_time_ns + 20;
  x.updated_ns = signal_time_ns + 21;
  return x;
}

/// What was said about call 1 of channel 77, no field left at default.
inline signal_update_record sample_update(const std::string& source_id,
                                          std::int64_t edited_ns = 0) {
  signal_update_record x;
  x.source = "discord:77";
  x.source_id = source_id;
  x.edited_ns = edited_ns;
  x.author_id = "41";
  x.ticker = "XYZ";
  x.update = R"({"kind":"stop"})";
  x.target_source = "discord:77";
  x.target_source_id = "1";
  x.code = "applied";
  x.reason = "stop to 105";
  x.contributor = "http:desk";
  x.said_ns = signal_time_ns + 30;
  x.received_ns = signal_time_ns + 31;
  x.version = 1;
  return x;
}

inline store_message storing(const std::string& source_id, std::int64_t edited_ns = 0) {
  return {sample_message(source_id, edited_ns), sample_verdict(), {}, {}};
}

/// The one answer to one request.
template <class Answer>
Answer one(signal_engine& engine, signal_request request) {
  return std::get<Answer>(engine.run({&request, 1}).front());
}

}  // namespace outcry::sqlite::test
