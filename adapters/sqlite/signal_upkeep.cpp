#include <cstdint>
#include <string>
#include <vector>

#include "adapters/sqlite/signal_rows.hpp"
#include "adapters/sqlite/signal_store.hpp"
#include "adapters/sqlite/words.hpp"

// What rows owe to the shared database, and which of them have had their time.

namespace outcry::sqlite {

void signal_store::mark_message(const shared_row& x) {
  db_.prepare("UPDATE messages SET shared_version = 1, refusal = ?, owed = 0 WHERE id = ?")
      .bind(x.refusal, x.id)
      .run();
}

void signal_store::mark_signal(const shared_row& x) {
  db_.prepare(
         "UPDATE signals SET shared_version = max(shared_version, ?), refusal = ? WHERE id = ?")
      .bind(version_column(x.version, "shared signal"), x.refusal, x.id)
      .run();
  const auto signal = queries_.signal(x.id);
  if (!signal) return;
  for (const auto& t : signal->trade) {
    const auto seen = handed_out_.find(x.id);
    const auto version =
        seen == handed_out_.end() ? version_column(t.version, "trade") : seen->second;
    db_.prepare(
           "UPDATE trades SET shared_version = max(shared_version, ?)"
           " WHERE source = ? AND source_id = ?")
        .bind(version, t.source, t.source_id)
        .run();
  }
  weigh_signal(signal->source, signal->source_id);
}

void signal_store::mark_update(const shared_row& x) {
  db_.prepare(
         "UPDATE updates SET shared_version = max(shared_version, ?1), refusal = ?2,"
         " owed = (from_shared = 0 AND version > max(shared_version, ?1)) WHERE id = ?3")
      .bind(version_column(x.version, "shared update"), x.refusal, x.id)
      .run();
}

void signal_store::weigh_signal(const std::string& source, const std::string& source_id) {
  db_.prepare(
         "UPDATE signals SET owed = (from_shared = 0 AND version > shared_version) OR EXISTS ("
         "SELECT 1 FROM trades t WHERE t.source = signals.source AND"
         " t.source_id = signals.source_id AND t.version > t.shared_version)"
         " WHERE source = ? AND source_id = ?")
      .bind(source, source_id)
      .run();
}

// By id, which rises with the time of receipt but for clocks that were set: so a batch looks at few
// rows, and the first that is young enough ends the round.
std::string signal_store::forget(const forget_messages& x) {
  std::vector<std::int64_t> old;
  std::int64_t last = 0;
  std::uint32_t seen = 0;
  bool is_over = false;
  {
    auto rows = prepare(
        "SELECT m.id, m.received_ns, m.owed OR EXISTS (SELECT 1 FROM signals s WHERE"
        " s.source = m.source AND s.source_id = m.source_id AND s.final = 0)"
        " FROM messages m WHERE m.id > ? ORDER BY m.id LIMIT ?");
    rows.bind(x.after, x.limit);
    while (rows.step()) {
      is_over = rows.integer(1) >= x.before_ns;
      if (is_over) break;
      ++seen;
      last = rows.integer(0);
      if (!rows.flag(2)) old.push_back(last);
    }
  }
  for (const auto id : old) prepare("DELETE FROM messages WHERE id = ?").bind(id).run();
  return is_over || seen < x.limit ? std::string() : std::to_string(last);
}

}  // namespace outcry::sqlite
