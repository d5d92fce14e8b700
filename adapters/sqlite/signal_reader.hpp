#pragma once

#include <map>
#include <string>
#include <string_view>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "adapters/sqlite/signal_queries.hpp"

namespace outcry::sqlite {

/// signals.db opened beside a floor that may be running, for reading only: it never writes,
/// migrates or makes the file. Not thread-safe.
class signal_reader : private statement_source {
public:
  /// Refuses with store_error, naming the path: a file that is missing, that is no database or
  /// damaged, another program's, one of a newer version, and one of an older version that no floor
  /// has migrated yet.
  explicit signal_reader(const std::string& path);

  /// The questions. They throw bad_write and store_error as they say, and SQLite::Exception.
  signal_queries& ask() { return queries_; }

private:
  statement prepare(std::string_view sql) override;

  SQLite::Database db_;
  std::map<std::string_view, SQLite::Statement> prepared_;
  signal_queries queries_{*this};
};

}  // namespace outcry::sqlite
