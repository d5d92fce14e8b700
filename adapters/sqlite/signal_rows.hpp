#pragma once

#include <cstdint>

#include "adapters/sqlite/database.hpp"
#include "messages/interfaces/signals.hpp"

/// Rows of signals.db as messages. Each list of columns is what the function below it reads.
namespace outcry::sqlite {

constexpr auto message_columns =
    "id, source, source_id, edited_ns, deleted, trusted, author_id, author, text, sent_ns,"
    " received_ns, reply_to, contributor, verdict, rule, reason, confidence, reading";
stored_message message_of(const statement& row);

constexpr auto signal_columns =
    "id, source, source_id, author_id, author, ticker, side, action, asset, call, confidence,"
    " state, code, reason, bot_id, contributor, said_ns, received_ns, expires_ns, updated_ns,"
    " version";
/// Without its trade.
signal_record signal_of(const statement& row);

constexpr auto trade_columns =
    "source, source_id, bot_id, version, state, side, wanted, entered, exited, entry_price,"
    " exit_price, stop, first_stop, profit, reason, opened_ns, closed_ns, updated_ns";
trade_record trade_of(const statement& row);

constexpr auto update_columns =
    "id, source, source_id, edited_ns, author_id, ticker, body, target_source, target_source_id,"
    " code, reason, contributor, said_ns, received_ns, version";
signal_update_record update_of(const statement& row);

/// Versions as columns: SQLite's integers end at 2^63 - 1. Throws bad_write naming `whose`.
std::int64_t version_column(std::uint64_t version, const char* whose);

}  // namespace outcry::sqlite
