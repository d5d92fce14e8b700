#include "adapters/sqlite/database.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace outcry::sqlite {

namespace {

// Another process may look into the file with the sqlite3 shell: wait for it a little.
constexpr int busy_timeout_ms = 2000;
// Keeps the WAL small after a burst: 4 MiB.
constexpr auto connection_pragmas =
    "PRAGMA busy_timeout=2000; PRAGMA journal_size_limit=4194304; PRAGMA foreign_keys=ON;";

[[noreturn]] void refuse(const std::string& path, const std::string& what,
                         const std::string& cause) {
  throw store_error(
      fmt::format("{} {}: {}. The file was left as it is: move it away or restore a backup", what,
                  path, cause));
}

// Made before SQLite makes it, so that WAL and shared memory inherit its mode. Looked into before
// SQLite does, because SQLite takes any file of less than 512 bytes for an empty database. The
// header string: https://www.sqlite.org/fileformat2.html#the_database_header
const std::string& make_private(const std::string& path, const std::string& what) {
  constexpr off_t smallest = 512;
  constexpr std::string_view magic("SQLite format 3\0", 16);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    throw store_error(fmt::format("{} {}: cannot be opened: {}", what, path, std::strerror(errno)));
  }
  std::array<char, 16> head{};
  const auto size = ::lseek(fd, 0, SEEK_END);
  const auto got = ::pread(fd, head.data(), head.size(), 0);
  ::close(fd);
  const bool is_database = size >= smallest && got == std::ssize(head) &&
                           std::string_view(head.data(), head.size()) == magic;
  if (size != 0 && !is_database) refuse(path, what, "is no SQLite database");
  return path;
}

std::int64_t read_number(SQLite::Database& db, const char* sql) {
  return db.execAndGet(sql).getInt64();
}

void check(SQLite::Database& db, const std::string& path, const schema& rules, bool fresh) {
  if (fresh) return;
  const auto application = read_number(db, "PRAGMA application_id");
  if (application != rules.application_id) {
    refuse(path, rules.what,
           fmt::format("belongs to another program (application_id {}, expected {})", application,
                       rules.application_id));
  }
  const auto version = read_number(db, "PRAGMA user_version");
  const auto newest = static_cast<std::int64_t>(rules.migrations.size());
  if (version < 0 || version > newest) {
    refuse(path, rules.what,
           fmt::format("was written by a newer version of this program (schema {}, known up to {})",
                       version, newest));
  }
  const auto verdict = db.execAndGet("PRAGMA quick_check(1)").getString();
  if (verdict != "ok") refuse(path, rules.what, "is damaged: " + verdict);
}

bool is_fresh(SQLite::Database& db) {
  return read_number(db, "PRAGMA application_id") == 0 &&
         read_number(db, "PRAGMA user_version") == 0 &&
         read_number(db, "SELECT count(*) FROM sqlite_schema") == 0;
}

void migrate(SQLite::Database& db, const schema& rules) {
  auto version = static_cast<std::size_t>(read_number(db, "PRAGMA user_version"));
  for (; version < rules.migrations.size(); ++version) {
    db.exec("BEGIN IMMEDIATE");
    try {
      db.exec(rules.migrations[version]);
      db.exec(fmt::format("PRAGMA application_id={}; PRAGMA user_version={};", rules.application_id,
                          version + 1));
      db.exec("COMMIT");
    } catch (...) {
      db.tryExec("ROLLBACK");
      throw;
    }
  }
}

}  // namespace

void statement::give_back() noexcept {
  prepared_.tryReset();
  try {
    prepared_.clearBindings();
  } catch (const std::exception&) {
    // Only frees memory early; the next bind overwrites what is left.
  }
}

database::database(const std::string& path, const schema& rules)
    : path_(path),
      what_(rules.what),
      db_(make_private(path, rules.what), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX,
          busy_timeout_ms) {
  try {
    const bool fresh = is_fresh(db_);
    check(db_, path_, rules, fresh);
    db_.exec(connection_pragmas);
    db_.exec("PRAGMA journal_mode=WAL");
    db_.exec(rules.synchronous_full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    migrate(db_, rules);
  } catch (const SQLite::Exception& error) {
    const int code = error.getErrorCode();
    if (code == SQLITE_NOTADB) refuse(path_, what_, "is no SQLite database");
    if (code == SQLITE_CORRUPT) {
      refuse(path_, what_, fmt::format("is damaged: {}", error.what()));
    }
    throw failed(error);
  }
}

statement database::prepare(std::string_view sql) {
  auto found = prepared_.find(sql);
  if (found == prepared_.end()) {
    found = prepared_.emplace(sql, SQLite::Statement(db_, std::string(sql))).first;
  }
  return statement(found->second);
}

void database::begin() {
  prepare("BEGIN IMMEDIATE").run();
}

void database::commit() {
  prepare("COMMIT").run();
  ++commits_;
}

void database::rollback() noexcept {
  if (in_transaction()) db_.tryExec("ROLLBACK");
}

bool database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(db_.getHandle()) == 0;
}

store_error database::failed(const std::exception& cause) const {
  return store_error(fmt::format("{} {}: {}", what_, path_, cause.what()));
}

}  // namespace outcry::sqlite
