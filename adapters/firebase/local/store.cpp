#include "adapters/firebase/local/store.hpp"

#include <unordered_set>

#include <SQLiteCpp/SQLiteCpp.h>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/store_file.hpp"

namespace outcry::firebase::local {

namespace {

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
  explicit statements(const std::filesystem::path& name)
      : file(name),
        db(file.db()),
        priorities(file.has_priorities()),
        committed_priorities(priorities) {}

  SQLite::Statement& prepared(std::unique_ptr<SQLite::Statement>& slot, const char* text) {
    if (!slot) slot = std::make_unique<SQLite::Statement>(db, text);
    return *slot;
  }

  store_file file;
  SQLite::Database& db;
  bool priorities;            // the schema is the one with priorities
  bool committed_priorities;  // as it was when the transaction began
  std::unique_ptr<SQLite::Statement> get, first, last, scan, scan_priorities, erase, insert,
      erase_one, exists;
  bool in_transaction = false;
  /// Places known to hold no leaf, so that writes below them need not look again. Bounded.
  std::unordered_set<std::string> no_leaf;
};

store::store(const std::filesystem::path& file) : sql_(std::make_unique<statements>(file)) {}

store::~store() {
  rollback();
}

void store::begin() {
  sql_->db.exec("BEGIN IMMEDIATE");
  sql_->in_transaction = true;
  sql_->committed_priorities = sql_->priorities;
}

void store::commit() {
  sql_->db.exec("COMMIT");
  sql_->in_transaction = false;
}

void store::rollback() noexcept {
  if (!sql_->in_transaction) return;
  sql_->in_transaction = false;
  sql_->no_leaf.clear();
  sql_->priorities = sql_->committed_priorities;
  // SQLite has rolled back by itself after some errors; then this one says so.
  sql_->db.tryExec("ROLLBACK");
}

bool store::has_priorities() const {
  return sql_->priorities;
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

namespace {

void visit_all(SQLite::Statement& statement, std::string_view from, std::string_view to,
               const std::function<bool(std::string_view, const scalar&)>& visit) {
  use row(statement);
  bind_to(*row, 1, from);
  bind_to(*row, 2, to);
  while (row->executeStep()) {
    const SQLite::Column place = row->getColumn(0);
    if (!visit(place_of(place), value_of(row->getColumn(1)))) return;
  }
}

}  // namespace

void store::scan(std::string_view from, std::string_view to,
                 const std::function<bool(std::string_view, const scalar&)>& visit) {
  visit_all(sql_->prepared(sql_->scan,
                           "SELECT place, value FROM leaves WHERE place >= ? AND place < ? "
                           "ORDER BY place"),
            from, to, visit);
}

void store::scan_priorities(std::string_view from, std::string_view to,
                            const std::function<bool(std::string_view, const scalar&)>& visit) {
  if (!sql_->priorities) return;
  visit_all(sql_->prepared(sql_->scan_priorities,
                           "SELECT place, value FROM leaves INDEXED BY priorities "
                           "WHERE substr(place, -1) = x'02' AND place >= ? AND place < ? "
                           "ORDER BY place"),
            from, to, visit);
}

bool store::leaf_above(std::string_view place, bool remove) {
  constexpr std::size_t remembered = 10'000;
  std::size_t size = 0;
  while (size < place.size()) {
    const std::string above(place.substr(0, size));
    if (!sql_->no_leaf.contains(above)) {
      if (get(above)) {
        if (!remove) return true;
        erase_one(above);
      }
      if (sql_->no_leaf.size() >= remembered) sql_->no_leaf.clear();
      sql_->no_leaf.insert(above);
    }
    size += first_key_size(place.substr(size));
  }
  return false;
}

void store::raise_schema() {
  if (sql_->priorities) return;
  sql_->file.add_priorities();
  sql_->priorities = true;
}

void store::erase_one(std::string_view place) {
  use row(sql_->prepared(sql_->erase_one, "DELETE FROM leaves WHERE place = ?"));
  bind_to(*row, 1, place);
  row->exec();
}

void store::insert(const std::vector<leaf>& leaves) {
  SQLite::Statement& statement =
      sql_->prepared(sql_->insert, "INSERT INTO leaves (place, value) VALUES (?, ?)");
  for (const leaf& one : leaves) {
    if (is_priority(one.place)) raise_schema();
    use row(statement);
    bind_to(*row, 1, one.place);
    bind_value(*row, 2, one.value);
    row->exec();
    sql_->no_leaf.erase(one.place);
  }
}

bool store::replace_priority(std::string_view place, const std::vector<leaf>& leaves) {
  const std::string_view node = place.substr(0, place.size() - priority_key.size());
  if (!first_place(node, end_of(node))) return false;
  erase_one(place);
  insert(leaves);
  return true;
}

void store::drop_priorities_above(std::string_view place) {
  std::vector<std::size_t> sizes;
  for (std::size_t size = 0; size < place.size();) {
    sizes.push_back(size);
    size += first_key_size(place.substr(size));
  }
  for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) {
    std::string above(place.substr(0, *size));
    if (first_place(first_child_of(above), end_of(above))) return;
    above += priority_key;
    erase_one(above);
  }
}

bool store::replace(std::string_view place, const std::vector<leaf>& leaves) {
  if (is_priority(place)) return replace_priority(place, leaves);
  if (leaf_above(place, !leaves.empty())) return false;
  {
    const std::string end = end_of(place);
    use row(sql_->prepared(sql_->erase, "DELETE FROM leaves WHERE place >= ? AND place < ?"));
    bind_to(*row, 1, place);
    bind_to(*row, 2, end);
    row->exec();
  }
  insert(leaves);
  if (leaves.empty() && sql_->priorities) drop_priorities_above(place);
  return true;
}

}  // namespace outcry::firebase::local
