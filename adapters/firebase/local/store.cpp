#include "adapters/firebase/local/store.hpp"

#include <cerrno>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <unordered_set>

#include <SQLiteCpp/SQLiteCpp.h>
#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include "adapters/firebase/local/key.hpp"

namespace outcry::firebase::local {

namespace {

namespace fs = std::filesystem;

constexpr int our_application = 0x4f554642;  // "OUFB", in the file's header
constexpr int newest_schema = 1;

/// Above this size the whole file is not read through at every start.
constexpr std::uintmax_t checked_whole = 64u << 20;

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
  throw std::runtime_error("database " + file.string() + ": " + why);
}

/// Holds FILE.lock for this process; the kernel lets go of it however the process ends.
class lock_file {
public:
  explicit lock_file(const fs::path& file) {
    const std::string name = file.string() + ".lock";
    number_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (number_ < 0) refuse(name, "cannot be opened: " + std::system_category().message(errno));
    if (::flock(number_, LOCK_EX | LOCK_NB) != 0) {
      ::close(number_);
      refuse(file, "is in use by another process: only one outcry-firebase per data folder");
    }
  }
  ~lock_file() { ::close(number_); }
  lock_file(const lock_file&) = delete;
  lock_file& operator=(const lock_file&) = delete;

private:
  int number_ = -1;
};

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
    db.exec("PRAGMA user_version = " + std::to_string(newest_schema));
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
  // A later version migrates here, step by step, one transaction for each.
  if (schema < newest_schema) refuse(file, "has unknown schema version " + std::to_string(schema));
  if (fs::file_size(file) <= checked_whole) {
    const std::string found = db.execAndGet("PRAGMA quick_check(1)").getString();
    if (found != "ok") refuse(file, "is damaged: " + found + "; restore a backup");
  }
}

void bind_to(SQLite::Statement& statement, int index, std::string_view place) {
  // SQLite takes a null pointer for NULL, even with length 0.
  statement.bindNoCopy(index, static_cast<const void*>(place.empty() ? "" : place.data()),
                       static_cast<int>(place.size()));
}

void bind_value(SQLite::Statement& statement, int index, const scalar& value) {
  if (const auto* flag = std::get_if<bool>(&value)) {
    statement.bindNoCopy(index, static_cast<const void*>(*flag ? "\1" : "\0"), 1);
  } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    statement.bind(index, *whole);
  } else if (const auto* real = std::get_if<double>(&value)) {
    statement.bind(index, *real);
  } else {
    statement.bindNoCopy(index, std::get<std::string>(value));
  }
}

std::string_view place_of(const SQLite::Column& column) {
  const auto* bytes = static_cast<const char*>(column.getBlob());
  return {bytes ? bytes : "", static_cast<std::size_t>(column.getBytes())};
}

scalar value_of(const SQLite::Column& column) {
  if (column.isInteger()) return column.getInt64();
  if (column.isFloat()) return column.getDouble();
  if (column.isText()) return column.getString();
  return column.getBytes() == 1 && *static_cast<const char*>(column.getBlob()) == 1;
}

/// Resets a statement when its result has been read, also when reading throws.
class use {
public:
  explicit use(SQLite::Statement& statement) : statement_(statement) {}
  ~use() { statement_.tryReset(); }
  use(const use&) = delete;
  use& operator=(const use&) = delete;
  SQLite::Statement* operator->() { return &statement_; }
  SQLite::Statement& operator*() { return statement_; }

private:
  SQLite::Statement& statement_;
};

}  // namespace

class store::statements {
public:
  explicit statements(const fs::path& file) : lock(file), db(open_database(file)) {
    try {
      // One process only, so no shared-memory file, which some container mounts cannot have.
      db.exec("PRAGMA locking_mode = EXCLUSIVE");
      check_or_create(db, file);
      db.exec("PRAGMA journal_mode = WAL");
      // Whoever hears our 200 forgets what it owed: it must outlive a power cut.
      db.exec("PRAGMA synchronous = FULL");
      db.exec("PRAGMA cache_size = -32768");        // KiB
      db.exec("PRAGMA wal_autocheckpoint = 4000");  // pages
      db.exec("PRAGMA journal_size_limit = 67108864");
    } catch (const SQLite::Exception& failure) {
      const int code = failure.getErrorCode();
      if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
        refuse(file, std::string("is damaged or no database: ") + failure.what() +
                         "; move it away or restore a backup");
      }
      refuse(file, std::string("cannot be used: ") + failure.what());
    }
  }

  SQLite::Statement& prepared(std::unique_ptr<SQLite::Statement>& slot, const char* text) {
    if (!slot) slot = std::make_unique<SQLite::Statement>(db, text);
    return *slot;
  }

  lock_file lock;
  SQLite::Database db;
  std::unique_ptr<SQLite::Statement> get, first, last, scan, erase, insert, erase_one, exists;
  bool in_transaction = false;
  /// Places known to hold no leaf, so that writes below them need not look again. Bounded.
  std::unordered_set<std::string> no_leaf;
};

store::store(const fs::path& file) : sql_(std::make_unique<statements>(file)) {}

store::~store() {
  rollback();
}

void store::begin() {
  sql_->db.exec("BEGIN IMMEDIATE");
  sql_->in_transaction = true;
}

void store::commit() {
  sql_->db.exec("COMMIT");
  sql_->in_transaction = false;
}

void store::rollback() noexcept {
  if (!sql_->in_transaction) return;
  sql_->in_transaction = false;
  sql_->no_leaf.clear();
  // SQLite has rolled back by itself after some errors; then this one says so.
  sql_->db.tryExec("ROLLBACK");
}

std::optional<scalar> store::get(std::string_view place) {
  use row(sql_->prepared(sql_->get, "SELECT value FROM leaves WHERE place = ?"));
  bind_to(*row, 1, place);
  if (!row->executeStep()) return std::nullopt;
  return value_of(row->getColumn(0));
}

std::optional<leaf> store::first(std::string_view from, std::string_view to) {
  use row(sql_->prepared(sql_->first,
                         "SELECT place, value FROM leaves WHERE place >= ? AND place < ? "
                         "ORDER BY place LIMIT 1"));
  bind_to(*row, 1, from);
  bind_to(*row, 2, to);
  if (!row->executeStep()) return std::nullopt;
  return leaf{std::string(place_of(row->getColumn(0))), value_of(row->getColumn(1)), false};
}

std::optional<std::string> store::first_place(std::string_view from, std::string_view to) {
  use row(sql_->prepared(sql_->exists,
                         "SELECT place FROM leaves WHERE place >= ? AND place < ? "
                         "ORDER BY place LIMIT 1"));
  bind_to(*row, 1, from);
  bind_to(*row, 2, to);
  if (!row->executeStep()) return std::nullopt;
  return std::string(place_of(row->getColumn(0)));
}

std::optional<std::string> store::last_place(std::string_view from, std::string_view to) {
  use row(sql_->prepared(sql_->last,
                         "SELECT place FROM leaves WHERE place >= ? AND place < ? "
                         "ORDER BY place DESC LIMIT 1"));
  bind_to(*row, 1, from);
  bind_to(*row, 2, to);
  if (!row->executeStep()) return std::nullopt;
  return std::string(place_of(row->getColumn(0)));
}

void store::scan(std::string_view from, std::string_view to,
                 const std::function<bool(std::string_view, const scalar&)>& visit) {
  use row(sql_->prepared(sql_->scan,
                         "SELECT place, value FROM leaves WHERE place >= ? AND place < ? "
                         "ORDER BY place"));
  bind_to(*row, 1, from);
  bind_to(*row, 2, to);
  while (row->executeStep()) {
    const SQLite::Column place = row->getColumn(0);
    if (!visit(place_of(place), value_of(row->getColumn(1)))) return;
  }
}

bool store::leaf_above(std::string_view place, bool remove) {
  constexpr std::size_t remembered = 10'000;
  std::size_t size = 0;
  while (size < place.size()) {
    const std::string above(place.substr(0, size));
    if (!sql_->no_leaf.contains(above)) {
      if (get(above)) {
        if (!remove) return true;
        use row(sql_->prepared(sql_->erase_one, "DELETE FROM leaves WHERE place = ?"));
        bind_to(*row, 1, above);
        row->exec();
      }
      if (sql_->no_leaf.size() >= remembered) sql_->no_leaf.clear();
      sql_->no_leaf.insert(above);
    }
    size += first_key_size(place.substr(size));
  }
  return false;
}

bool store::replace(std::string_view place, const std::vector<leaf>& leaves) {
  if (leaf_above(place, !leaves.empty())) return false;
  {
    const std::string end = end_of(place);
    use row(sql_->prepared(sql_->erase, "DELETE FROM leaves WHERE place >= ? AND place < ?"));
    bind_to(*row, 1, place);
    bind_to(*row, 2, end);
    row->exec();
  }
  SQLite::Statement& insert =
      sql_->prepared(sql_->insert, "INSERT INTO leaves (place, value) VALUES (?, ?)");
  for (const leaf& one : leaves) {
    use row(insert);
    bind_to(*row, 1, one.place);
    bind_value(*row, 2, one.value);
    row->exec();
    sql_->no_leaf.erase(one.place);
  }
  return true;
}

}  // namespace outcry::firebase::local
