#include "adapters/firebase/local/store_file.hpp"

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include <SQLiteCpp/SQLiteCpp.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

namespace outcry::firebase::local {

namespace {

namespace fs = std::filesystem;

constexpr int our_application = 0x4f554642;  // "OUFB", in the file's header
constexpr int first_schema = 1;
/// As the first, with leaves that are priorities and an index of these.
constexpr int schema_with_priorities = 2;
constexpr int newest_schema = schema_with_priorities;

/// Above this size the whole file is not read through at every start.
constexpr std::uintmax_t checked_whole = 64u << 20;

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
  throw std::runtime_error("database " + file.string() + ": " + why);
}

SQLite::Database open_database(const fs::path& file) {
  // SQLite would make it readable for everybody; its other files take their mode from this one.
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (made < 0) refuse(file, "cannot be opened: " + std::system_category().message(errno));
  ::close(made);
  try {
    return SQLite::Database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 2000);
  } catch (const SQLite::Exception& failure) {
    refuse(file, std::string("cannot be opened: ") + failure.what());
  }
}

int pragma(SQLite::Database& db, const char* name) {
  return db.execAndGet(std::string("PRAGMA ") + name).getInt();
}

void check_or_create(SQLite::Database& db, const fs::path& file) {
  const int application = pragma(db, "application_id");
  const int schema = pragma(db, "user_version");
  const bool empty = db.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
  if (empty && application == 0 && schema == 0) {
    SQLite::Transaction change(db);
    // No type: values are stored as they are bound. A boolean is a blob of one byte.
    db.exec("CREATE TABLE leaves (place BLOB PRIMARY KEY NOT NULL, value NOT NULL) WITHOUT ROWID");
    db.exec("PRAGMA application_id = " + std::to_string(our_application));
    db.exec("PRAGMA user_version = " + std::to_string(first_schema));
    change.commit();
    return;
  }
  if (application != our_application) {
    refuse(file, "is a database of another program; move it away or choose another data folder");
  }
  if (schema > newest_schema) {
    refuse(file, "has schema version " + std::to_string(schema) + ", this program knows up to " +
                     std::to_string(newest_schema) + "; use a newer program");
  }
  if (schema < first_schema) refuse(file, "has unknown schema version " + std::to_string(schema));
  if (fs::file_size(file) <= checked_whole) {
    const std::string found = db.execAndGet("PRAGMA quick_check(1)").getString();
    if (found != "ok") refuse(file, "is damaged: " + found + "; restore a backup");
  }
}

}  // namespace

lock_file::lock_file(const fs::path& file) {
  const std::string name = file.string() + ".lock";
  number_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (number_ < 0) refuse(name, "cannot be opened: " + std::system_category().message(errno));
  if (::flock(number_, LOCK_EX | LOCK_NB) != 0) {
    ::close(number_);
    refuse(file, "is in use by another process: only one outcry-firebase per data folder");
  }
}

lock_file::~lock_file() {
  ::close(number_);
}

store_file::store_file(const fs::path& file) : lock_(file), db_(open_database(file)) {
  try {
    // One process only, so no shared-memory file, which some container mounts cannot have.
    db_.exec("PRAGMA locking_mode = EXCLUSIVE");
    check_or_create(db_, file);
    db_.exec("PRAGMA journal_mode = WAL");
    // Whoever hears our 200 forgets what it owed: it must outlive a power cut.
    db_.exec("PRAGMA synchronous = FULL");
    db_.exec("PRAGMA cache_size = -32768");        // KiB
    db_.exec("PRAGMA wal_autocheckpoint = 4000");  // pages
    db_.exec("PRAGMA journal_size_limit = 67108864");
  } catch (const SQLite::Exception& failure) {
    const int code = failure.getErrorCode();
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
      refuse(file, std::string("is damaged or no database: ") + failure.what() +
                       "; move it away or restore a backup");
    }
    refuse(file, std::string("cannot be used: ") + failure.what());
  }
}

bool store_file::has_priorities() {
  return pragma(db_, "user_version") >= schema_with_priorities;
}

void store_file::add_priorities() {
  db_.exec(
      "CREATE INDEX IF NOT EXISTS priorities ON leaves (place, value) "
      "WHERE substr(place, -1) = x'02'");
  db_.exec("PRAGMA user_version = " + std::to_string(schema_with_priorities));
}

}  // namespace outcry::firebase::local
