#include "adapters/sqlite/signal_reader.hpp"

#include <filesystem>

#include <fmt/format.h>

#include <sqlite3.h>

#include "adapters/sqlite/signal_schema.hpp"

namespace outcry::sqlite {

namespace {

constexpr int busy_timeout_ms = 2000;

[[noreturn]] void refuse(const std::string& path, const std::string& cause) {
  throw store_error(fmt::format("signal store {}: {}", path, cause));
}

const std::string& existing(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) {
    refuse(path, "there is no such file: no floor with this data directory has kept signals yet");
  }
  return path;
}

SQLite::Database opened(const std::string& path) {
  try {
    return {existing(path), SQLite::OPEN_READONLY, busy_timeout_ms};
  } catch (const SQLite::Exception& error) {
    refuse(path, fmt::format("cannot be opened: {}", error.what()));
  }
}

}  // namespace

signal_reader::signal_reader(const std::string& path) : db_(opened(path)) {
  try {
    db_.exec("PRAGMA query_only=ON");
    const auto& rules = signal_schema();
    const auto application = db_.execAndGet("PRAGMA application_id").getInt64();
    const auto version = db_.execAndGet("PRAGMA user_version").getInt64();
    const auto known = static_cast<std::int64_t>(rules.migrations.size());
    if (application != rules.application_id) refuse(path, "belongs to another program");
    if (version > known) {
      refuse(path, fmt::format("was written by a newer version of this program (schema {}, known "
                               "up to {})",
                               version, known));
    }
    if (version < known) {
      refuse(path, fmt::format("was written by an older version of this program (schema {}, "
                               "expected {}): start the floor once, it migrates the file",
                               version, known));
    }
  } catch (const SQLite::Exception& error) {
    refuse(path, fmt::format("cannot be read: {}", error.what()));
  }
}

statement signal_reader::prepare(std::string_view sql) {
  auto found = prepared_.find(sql);
  if (found == prepared_.end()) {
    found = prepared_.emplace(sql, SQLite::Statement(db_, std::string(sql))).first;
  }
  return statement(found->second);
}

}  // namespace outcry::sqlite
