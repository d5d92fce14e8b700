#include "adapters/postgres/outgoing.hpp"

#include <algorithm>
#include <span>

namespace outcry::postgres {

namespace {

constexpr std::size_t most_rows = 200;
constexpr std::size_t most_bytes = 1'000'000;

/// How many rows at the front make one statement.
std::size_t chunk(std::span<const outgoing_row> rows) {
  std::size_t count = 1;
  std::size_t bytes = rows.front().json.size();
  while (count < rows.size() && count < most_rows && rows[count].kind == rows.front().kind) {
    bytes += rows[count].json.size();
    if (bytes > most_bytes) break;
    ++count;
  }
  return count;
}

void push_chunk(connection& to, std::span<const outgoing_row> rows,
                std::vector<row_outcome>& outcomes) {
  std::string array = "[";
  for (const auto& x : rows) array += (array.size() > 1 ? "," : "") + x.json;
  array += "]";
  std::string refusal;
  try {
    to.run(insert_of(rows.front().kind), {array});
  } catch (const failure& error) {
    if (error.kind() != failure_kind::bad_row) throw;
    if (rows.size() > 1) {
      for (std::size_t i = 0; i < rows.size(); ++i) push_chunk(to, rows.subspan(i, 1), outcomes);
      return;
    }
    refusal = error.what();
  }
  for (const auto& x : rows) outcomes.push_back({x.kind, x.id, x.version, refusal});
}

}  // namespace

std::vector<row_outcome> push_rows(connection& to, const std::vector<outgoing_row>& rows,
                                   bool with_trades) {
  std::vector<row_outcome> outcomes;
  outcomes.reserve(rows.size());
  for (std::span<const outgoing_row> rest(rows); !rest.empty();) {
    const auto count = chunk(rest);
    if (rest.front().kind == row_kind::trade && !with_trades) {
      for (const auto& x : rest.first(count)) outcomes.push_back({x.kind, x.id, x.version, ""});
    } else {
      push_chunk(to, rest.first(count), outcomes);
    }
    rest = rest.subspan(count);
  }
  return outcomes;
}

// Without a conflict target and without RETURNING an insert asks for no right to read:
// https://www.postgresql.org/docs/15/sql-insert.html
const char* insert_of(row_kind kind) {
  switch (kind) {
    case row_kind::message:
      return "INSERT INTO outcry.raw_messages (floor, source, source_id, edited_ns, deleted,"
             " trusted, author_id, author, body, sent_ns, received_ns, reply_to, handed_in_by,"
             " verdict, rule, reason, confidence, reading)"
             " SELECT floor, source, source_id, edited_ns, deleted, trusted, author_id, author,"
             " body, sent_ns, received_ns, reply_to, handed_in_by, verdict, rule, reason,"
             " confidence, reading FROM json_to_recordset($1::json) AS x (floor text, source text,"
             " source_id text, edited_ns bigint, deleted boolean, trusted boolean, author_id text,"
             " author text, body text, sent_ns bigint, received_ns bigint, reply_to text,"
             " handed_in_by text, verdict text, rule text, reason text, confidence smallint,"
             " reading text) ON CONFLICT DO NOTHING";
    case row_kind::signal:
      return "INSERT INTO outcry.signals (floor, source, source_id, author_id, author, ticker,"
             " side, action, asset, call, confidence, handed_in_by, said_ns, received_ns)"
             " SELECT floor, source, source_id, author_id, author, ticker, side, action, asset,"
             " call, confidence, handed_in_by, said_ns, received_ns"
             " FROM json_to_recordset($1::json) AS x (floor text, source text, source_id text,"
             " author_id text, author text, ticker text, side text, action text, asset text,"
             " call text, confidence smallint, handed_in_by text, said_ns bigint,"
             " received_ns bigint) ON CONFLICT DO NOTHING";
    case row_kind::update:
      return "INSERT INTO outcry.updates (floor, source, source_id, edited_ns, author_id, ticker,"
             " body, target_source, target_source_id, handed_in_by, said_ns, received_ns)"
             " SELECT floor, source, source_id, edited_ns, author_id, ticker, body, target_source,"
             " target_source_id, handed_in_by, said_ns, received_ns"
             " FROM json_to_recordset($1::json) AS x (floor text, source text, source_id text,"
             " edited_ns bigint, author_id text, ticker text, body text, target_source text,"
             " target_source_id text, handed_in_by text, said_ns bigint, received_ns bigint)"
             " ON CONFLICT DO NOTHING";
    case row_kind::trade:
      break;
  }
  return "INSERT INTO outcry.trades (floor, source, source_id, bot_id, version, state, side,"
         " wanted, entered, exited, entry_price, exit_price, stop, first_stop, profit, reason,"
         " opened_ns, closed_ns, updated_ns)"
         " SELECT floor, source, source_id, bot_id, version, state, side, wanted, entered, exited,"
         " entry_price, exit_price, stop, first_stop, profit, reason, opened_ns, closed_ns,"
         " updated_ns FROM json_to_recordset($1::json) AS x (floor text, source text,"
         " source_id text, bot_id text, version bigint, state text, side text, wanted numeric,"
         " entered numeric, exited numeric, entry_price numeric, exit_price numeric, stop numeric,"
         " first_stop numeric, profit numeric, reason text, opened_ns bigint, closed_ns bigint,"
         " updated_ns bigint)"
         " ON CONFLICT (source, source_id, floor) DO UPDATE SET txid = DEFAULT,"
         " recorded_at = DEFAULT, bot_id = excluded.bot_id, version = excluded.version,"
         " state = excluded.state, side = excluded.side, wanted = excluded.wanted,"
         " entered = excluded.entered, exited = excluded.exited,"
         " entry_price = excluded.entry_price, exit_price = excluded.exit_price,"
         " stop = excluded.stop, first_stop = excluded.first_stop, profit = excluded.profit,"
         " reason = excluded.reason, opened_ns = excluded.opened_ns,"
         " closed_ns = excluded.closed_ns, updated_ns = excluded.updated_ns"
         " WHERE excluded.version > outcry.trades.version";
}

}  // namespace outcry::postgres
