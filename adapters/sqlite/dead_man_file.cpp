#include "adapters/sqlite/dead_man_file.hpp"

namespace outcry::sqlite {

namespace {

const schema& dead_man_schema() {
  static const schema rules{
      .what = "dead-man's switch",
      .application_id = 0x4f544431,  // "OTD1"
      .migrations =
          {
              R"sql(
CREATE TABLE dead_man (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  heard_at_ms INTEGER NOT NULL, future_beat_ms INTEGER NOT NULL,
  grace_used_ms INTEGER NOT NULL, fired_at_ms INTEGER NOT NULL);
)sql",
          },
      .synchronous_full = true,
  };
  return rules;
}

/// Runs `work`; what SQLite throws becomes an error that names the file.
template <class Work>
auto with_file_named(const database& db, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& error) {
    throw db.failed(error);
  }
}

}  // namespace

dead_man_file::dead_man_file(const std::string& path) : db_(path, dead_man_schema()) {}

std::optional<dead_man_record> dead_man_file::load() {
  return with_file_named(db_, [&]() -> std::optional<dead_man_record> {
    auto row =
        db_.prepare("SELECT heard_at_ms, future_beat_ms, grace_used_ms, fired_at_ms FROM dead_man");
    if (!row.step()) return std::nullopt;
    return dead_man_record{row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
  });
}

void dead_man_file::save(const dead_man_record& record) {
  with_file_named(db_, [&] {
    db_.prepare("INSERT OR REPLACE INTO dead_man VALUES (1, ?, ?, ?, ?)")
        .bind(record.heard_at_ms, record.future_beat_ms, record.grace_used_ms, record.fired_at_ms)
        .run();
  });
}

void dead_man_file::forget() {
  with_file_named(db_, [&] { db_.prepare("DELETE FROM dead_man").run(); });
}

std::filesystem::path dead_man_path(const std::filesystem::path& data_dir) {
  return data_dir / "dead_man.db";
}

}  // namespace outcry::sqlite
