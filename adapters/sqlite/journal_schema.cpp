#include "adapters/sqlite/journal_schema.hpp"

namespace outcry::sqlite {

const schema& journal_schema() {
  static const schema rules{
      .what = "journal",
      .application_id = 0x4f544a31,  // "OTJ1"
      .migrations =
          {
              R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE halt (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  kind TEXT NOT NULL, message_id TEXT NOT NULL, since_ms INTEGER NOT NULL);
CREATE TABLE messages (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL, to_all INTEGER NOT NULL, selected TEXT NOT NULL, config TEXT NOT NULL,
  description TEXT NOT NULL, pressed_at_ms INTEGER NOT NULL, created_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  state TEXT NOT NULL, adopted_at_ms INTEGER NOT NULL, unmatched TEXT NOT NULL,
  code TEXT NOT NULL, reason TEXT NOT NULL);
CREATE INDEX messages_by_age ON messages (adopted_at_ms, number);
CREATE INDEX messages_open ON messages (adopted_at_ms, number)
  WHERE state IN ('sent', 'working');
CREATE TABLE lines (
  message INTEGER NOT NULL REFERENCES messages (number) ON DELETE CASCADE,
  bot_id TEXT NOT NULL,
  container TEXT NOT NULL, ticker TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL,
  reason TEXT NOT NULL, result TEXT NOT NULL, at_ms INTEGER NOT NULL, late INTEGER NOT NULL,
  addressed INTEGER NOT NULL,
  PRIMARY KEY (message, bot_id)) WITHOUT ROWID;
CREATE TABLE bots (
  bot_id TEXT PRIMARY KEY,
  desired TEXT NOT NULL, revision INTEGER NOT NULL, parameters TEXT NOT NULL,
  snapshot TEXT NOT NULL, since_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE refused (
  seq INTEGER PRIMARY KEY, path TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL,
  at_ms INTEGER NOT NULL);
)sql",
              R"sql(
CREATE TABLE guests (
  bot_id TEXT PRIMARY KEY, ticker TEXT NOT NULL, strategy TEXT NOT NULL,
  container TEXT NOT NULL) WITHOUT ROWID;
)sql",
              R"sql(
ALTER TABLE bots ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE bots ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bots ADD COLUMN intents INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bots ADD COLUMN last_event INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bots ADD COLUMN asked TEXT NOT NULL DEFAULT '[]';
ALTER TABLE bots ADD COLUMN claimed TEXT NOT NULL DEFAULT '0';
CREATE TABLE orders (
  bot_id TEXT NOT NULL, number INTEGER NOT NULL, client_order_id TEXT NOT NULL UNIQUE,
  ticker TEXT NOT NULL, open INTEGER NOT NULL, asked_ns INTEGER NOT NULL,
  updated_ns INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (bot_id, number));
CREATE INDEX orders_open ON orders (bot_id, number) WHERE open = 1;
CREATE INDEX orders_by_age ON orders (asked_ns, bot_id, number);
CREATE TABLE order_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  bot_id TEXT NOT NULL, number INTEGER NOT NULL, execution_id TEXT NOT NULL,
  body TEXT NOT NULL);
CREATE INDEX order_events_by_bot ON order_events (bot_id, seq);
CREATE INDEX order_events_by_order ON order_events (bot_id, number, seq);
CREATE TABLE holdings (
  bot_id TEXT NOT NULL, ticker TEXT NOT NULL, qty TEXT NOT NULL, spent TEXT NOT NULL,
  mark TEXT NOT NULL, day TEXT NOT NULL, day_start TEXT NOT NULL,
  PRIMARY KEY (bot_id, ticker)) WITHOUT ROWID;
CREATE TABLE tickers (
  ticker TEXT PRIMARY KEY, outside TEXT NOT NULL, halted TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE performance (
  bot_id TEXT NOT NULL, day TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (bot_id, day)) WITHOUT ROWID;
CREATE TABLE account_limits (
  one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
)sql",
          },
      .synchronous_full = true,
  };
  return rules;
}

}  // namespace outcry::sqlite
