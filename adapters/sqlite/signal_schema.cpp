#include "adapters/sqlite/signal_schema.hpp"

#include <filesystem>

namespace outcry::sqlite {

// `owed` is kept next to what it follows from, so that an index of the owed rows alone can answer
// what the shared database lacks: a message it does not hold (shared = 0), an own signal or update
// of which it holds an older version, a trade of which it holds an older version (that of a signal
// from the shared database, too).
const schema& signal_schema() {
  static const schema rules{
      .what = "signal store",
      .application_id = 0x4f545331,  // "OTS1"
      .migrations =
          {
              R"sql(
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL, source_id TEXT NOT NULL, edited_ns INTEGER NOT NULL,
  deleted INTEGER NOT NULL, trusted INTEGER NOT NULL, author_id TEXT NOT NULL,
  author TEXT NOT NULL, text TEXT NOT NULL, sent_ns INTEGER NOT NULL,
  received_ns INTEGER NOT NULL, reply_to TEXT NOT NULL, contributor TEXT NOT NULL,
  verdict TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL,
  confidence INTEGER NOT NULL, reading TEXT NOT NULL,
  shared_version INTEGER NOT NULL DEFAULT 0, refusal TEXT NOT NULL DEFAULT '',
  owed INTEGER NOT NULL DEFAULT 1,
  UNIQUE (source, source_id, edited_ns));
CREATE INDEX messages_by_source ON messages (source, id);
CREATE INDEX messages_by_verdict ON messages (verdict, id);
CREATE INDEX messages_owed ON messages (id) WHERE owed = 1;
CREATE TABLE last_ids (source TEXT PRIMARY KEY, source_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE signals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL, source_id TEXT NOT NULL, author_id TEXT NOT NULL,
  author TEXT NOT NULL, ticker TEXT NOT NULL, side TEXT NOT NULL, action TEXT NOT NULL,
  asset TEXT NOT NULL, call TEXT NOT NULL, confidence INTEGER NOT NULL, state TEXT NOT NULL,
  code TEXT NOT NULL, reason TEXT NOT NULL, bot_id TEXT NOT NULL, contributor TEXT NOT NULL,
  said_ns INTEGER NOT NULL, received_ns INTEGER NOT NULL, expires_ns INTEGER NOT NULL,
  updated_ns INTEGER NOT NULL, version INTEGER NOT NULL,
  final INTEGER NOT NULL,
  from_shared INTEGER NOT NULL,
  shared_version INTEGER NOT NULL DEFAULT -1, refusal TEXT NOT NULL DEFAULT '',
  owed INTEGER NOT NULL DEFAULT 1,
  UNIQUE (source, source_id));
CREATE INDEX signals_by_source ON signals (source, id);
CREATE INDEX signals_by_ticker ON signals (ticker, id);
CREATE INDEX signals_by_state ON signals (state, id);
CREATE INDEX signals_by_age ON signals (received_ns);
CREATE INDEX signals_not_final ON signals (id) WHERE final = 0;
CREATE INDEX signals_owed ON signals (id) WHERE owed = 1;
CREATE TABLE trades (
  source TEXT NOT NULL, source_id TEXT NOT NULL, bot_id TEXT NOT NULL,
  version INTEGER NOT NULL, state TEXT NOT NULL, side TEXT NOT NULL, wanted TEXT NOT NULL,
  entered TEXT NOT NULL, exited TEXT NOT NULL, entry_price TEXT NOT NULL,
  exit_price TEXT NOT NULL, stop TEXT NOT NULL, first_stop TEXT NOT NULL,
  profit TEXT NOT NULL, reason TEXT NOT NULL, opened_ns INTEGER NOT NULL,
  closed_ns INTEGER NOT NULL, updated_ns INTEGER NOT NULL,
  shared_version INTEGER NOT NULL DEFAULT -1,
  PRIMARY KEY (source, source_id)) WITHOUT ROWID;
CREATE INDEX trades_closed ON trades (source, closed_ns) WHERE state = 'closed';
CREATE TABLE updates (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL, source_id TEXT NOT NULL, edited_ns INTEGER NOT NULL,
  author_id TEXT NOT NULL, ticker TEXT NOT NULL, body TEXT NOT NULL,
  target_source TEXT NOT NULL, target_source_id TEXT NOT NULL, code TEXT NOT NULL,
  reason TEXT NOT NULL, contributor TEXT NOT NULL, said_ns INTEGER NOT NULL,
  received_ns INTEGER NOT NULL, version INTEGER NOT NULL,
  from_shared INTEGER NOT NULL,
  shared_version INTEGER NOT NULL DEFAULT -1, refusal TEXT NOT NULL DEFAULT '',
  owed INTEGER NOT NULL DEFAULT 1,
  UNIQUE (source, source_id, edited_ns));
CREATE INDEX updates_by_target ON updates (target_source, target_source_id, id);
CREATE INDEX updates_owed ON updates (id) WHERE owed = 1;
CREATE TABLE cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)sql",
          },
      .synchronous_full = true,
  };
  return rules;
}

std::string signals_path(const std::string& data_dir) {
  return (std::filesystem::path(data_dir) / "signals.db").string();
}

}  // namespace outcry::sqlite
