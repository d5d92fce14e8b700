#include "adapters/sqlite/history_schema.hpp"

namespace outcry::sqlite {

// price and volume have no declared type, so that each is an integer of millionths where that is
// exact, else 16 bytes. init_ns - age_ns is the event's time; key_delta_ms is what the key's time
// is ahead of init_ns, nearly always 0, which takes no byte.
const schema& history_schema() {
  static const schema rules{
      .what = "history",
      .application_id = 0x4f544831,  // "OTH1"
      .migrations =
          {
              R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tickers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE ticks (
  seq INTEGER PRIMARY KEY,
  ticker INTEGER NOT NULL, price NOT NULL, volume NOT NULL,
  init_ns INTEGER NOT NULL, age_ns INTEGER NOT NULL, key_delta_ms INTEGER NOT NULL);
)sql",
          },
      .synchronous_full = false,
  };
  return rules;
}

}  // namespace outcry::sqlite
