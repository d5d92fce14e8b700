#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "adapters/sqlite/store_error.hpp"

namespace outcry::sqlite {

/// What a database file must be.
struct schema {
  std::string what;                 ///< for error texts: "journal"
  std::int32_t application_id = 0;  ///< marks the file as ours; not 0
  std::vector<std::string>
      migrations;                ///< SQL that leads from version i to i + 1; only appended to
  bool synchronous_full = true;  ///< a commit waits for the disk; else only checkpoints do
};

/// A prepared statement on loan from its database; given back reset when this object ends, so that
/// no read transaction stays open behind it. Throws SQLite::Exception.
class statement {
public:
  explicit statement(SQLite::Statement& prepared) : prepared_(prepared) {}
  ~statement() { give_back(); }
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;

  /// Binds all parameters in order: integers, bools, std::string.
  template <class... Ts>
  statement& bind(const Ts&... values) {
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }

  /// Goes to the next row; false when there is none.
  bool step() { return prepared_.executeStep(); }

  /// Runs a statement without rows; answers how many rows it changed.
  int run() { return prepared_.exec(); }

  std::int64_t integer(int column) const { return prepared_.getColumn(column).getInt64(); }
  bool flag(int column) const { return integer(column) != 0; }
  std::string text(int column) const { return prepared_.getColumn(column).getString(); }
  /// The statement itself, for loops that bind and run it many times.
  SQLite::Statement& prepared() { return prepared_; }
  SQLite::Column column(int index) const { return prepared_.getColumn(index); }

private:
  template <class T>
  void bind_one(int index, const T& value) {
    if constexpr (std::is_integral_v<T>) {
      prepared_.bind(index, static_cast<std::int64_t>(value));
    } else {
      prepared_.bind(index, value);
    }
  }
  void give_back() noexcept;

  SQLite::Statement& prepared_;
};

/// An SQLite file of ours in WAL mode with its rules of opening. Not thread-safe: one thread at a
/// time. Members throw SQLite::Exception except where said.
class database {
public:
  /// Opens `path`, making it (mode 0600) if it is missing or empty, and migrates it. Refuses with
  /// store_error, leaving the file as it is: what is no database or damaged (header, quick_check),
  /// another program's database (application_id), one written by a newer version (user_version).
  database(const std::string& path, const schema& rules);

  database(const database&) = delete;
  database& operator=(const database&) = delete;

  const std::string& path() const { return path_; }

  /// The statement `sql`, prepared once and kept. `sql` must be a literal or live as long.
  statement prepare(std::string_view sql);

  void begin();
  void commit();
  /// Undoes the open transaction, if there still is one. Never throws.
  void rollback() noexcept;
  /// False after SQLite itself rolled back, as it may when the disk is full.
  bool in_transaction() const noexcept;

  /// Transactions committed through `commit` since opening.
  std::uint64_t commits() const { return commits_; }

  /// A store_error naming the file, from any error of SQLite.
  store_error failed(const std::exception& cause) const;

private:
  std::string path_;
  std::string what_;
  SQLite::Database db_;
  std::map<std::string_view, SQLite::Statement> prepared_;  // after db_: ends before it
  std::uint64_t commits_ = 0;
};

}  // namespace outcry::sqlite
