#include "adapters/sqlite/signal_rows.hpp"

#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "adapters/sqlite/words.hpp"

namespace outcry::sqlite {

namespace {

signal_state state_of(const std::string& word) {
  try {
    return parse_signal_state(word);
  } catch (const std::invalid_argument& error) {
    throw store_error(fmt::format("the store holds what nobody writes: {}", error.what()));
  }
}

std::uint64_t version_of(std::int64_t column) {
  return static_cast<std::uint64_t>(column);
}

}  // namespace

stored_message message_of(const statement& row) {
  stored_message x;
  x.id = row.integer(0);
  auto& m = x.message;
  m.source = row.text(1);
  m.source_id = row.text(2);
  m.edited_ns = row.integer(3);
  m.deleted = row.flag(4);
  m.trusted = row.flag(5);
  m.author_id = row.text(6);
  m.author = row.text(7);
  m.text = row.text(8);
  m.sent_ns = row.integer(9);
  m.received_ns = row.integer(10);
  m.reply_to = row.text(11);
  m.contributor = row.text(12);
  x.verdict.verdict = row.text(13);
  x.verdict.rule = row.text(14);
  x.verdict.reason = row.text(15);
  x.verdict.confidence = static_cast<std::uint8_t>(row.integer(16));
  x.verdict.reading = row.text(17);
  return x;
}

signal_record signal_of(const statement& row) {
  signal_record x;
  x.id = row.integer(0);
  x.source = row.text(1);
  x.source_id = row.text(2);
  x.author_id = row.text(3);
  x.author = row.text(4);
  x.ticker = row.text(5);
  x.side = row.text(6);
  x.action = row.text(7);
  x.asset = row.text(8);
  x.call = row.text(9);
  x.confidence = static_cast<std::uint8_t>(row.integer(10));
  x.state = state_of(row.text(11));
  x.code = row.text(12);
  x.reason = row.text(13);
  x.bot_id = row.text(14);
  x.contributor = row.text(15);
  x.said_ns = row.integer(16);
  x.received_ns = row.integer(17);
  x.expires_ns = row.integer(18);
  x.updated_ns = row.integer(19);
  x.version = version_of(row.integer(20));
  return x;
}

trade_record trade_of(const statement& row) {
  trade_record x;
  x.source = row.text(0);
  x.source_id = row.text(1);
  x.bot_id = row.text(2);
  x.version = version_of(row.integer(3));
  x.state = state_of(row.text(4));
  x.side = row.text(5);
  x.wanted = decimal_of<Quantity>(row.text(6));
  x.entered = decimal_of<Quantity>(row.text(7));
  x.exited = decimal_of<Quantity>(row.text(8));
  x.entry_price = decimal_of<Price>(row.text(9));
  x.exit_price = decimal_of<Price>(row.text(10));
  x.stop = decimal_of<Price>(row.text(11));
  x.first_stop = decimal_of<Price>(row.text(12));
  x.profit = decimal_of<Money>(row.text(13));
  x.reason = row.text(14);
  x.opened_ns = row.integer(15);
  x.closed_ns = row.integer(16);
  x.updated_ns = row.integer(17);
  return x;
}

signal_update_record update_of(const statement& row) {
  signal_update_record x;
  x.id = row.integer(0);
  x.source = row.text(1);
  x.source_id = row.text(2);
  x.edited_ns = row.integer(3);
  x.author_id = row.text(4);
  x.ticker = row.text(5);
  x.update = row.text(6);
  x.target_source = row.text(7);
  x.target_source_id = row.text(8);
  x.code = row.text(9);
  x.reason = row.text(10);
  x.contributor = row.text(11);
  x.said_ns = row.integer(12);
  x.received_ns = row.integer(13);
  x.version = version_of(row.integer(14));
  return x;
}

std::int64_t version_column(std::uint64_t version, const char* whose) {
  constexpr std::uint64_t highest = std::numeric_limits<std::int64_t>::max();
  if (version > highest) {
    throw bad_write(
        fmt::format("{}: version: expected at most {}, found {}", whose, highest, version));
  }
  return static_cast<std::int64_t>(version);
}

}  // namespace outcry::sqlite
