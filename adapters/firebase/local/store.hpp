#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/local/value.hpp"

namespace outcry::firebase::local {

/// The tree on disk: one SQLite table of leaves, sorted by place (see key.hpp). A priority is a
/// leaf too; where one stands, its node exists. Not thread-safe: one thread at a time. Everything
/// that touches the file throws std::runtime_error (SQLite::Exception among them).
class store {
public:
  /// Opens `file`, making it if it does not exist. The file stays as it is, and the text says what
  /// to do, if it is no database of ours, damaged, of a newer version, or in use by another
  /// process.
  explicit store(const std::filesystem::path& file);
  ~store();
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  /// A transaction: what is written in it is on its way to the disk (in the write-ahead log, which
  /// survives the end of this process) when `commit` returns, all or nothing.
  void begin();
  void commit();
  /// Never throws; does nothing outside a transaction.
  void rollback() noexcept;

  /// True once a priority was written. Until then the file stays one that programs can use which
  /// know no priorities.
  bool has_priorities() const;

  /// The value of the leaf at `place`.
  std::optional<scalar> get(std::string_view place);

  /// The first leaf in [from, to).
  std::optional<leaf> first(std::string_view from, std::string_view to);

  /// The place of the first leaf in [from, to); "" could be the root, hence the optional.
  std::optional<std::string> first_place(std::string_view from, std::string_view to);

  /// The place of the last leaf in [from, to).
  std::optional<std::string> last_place(std::string_view from, std::string_view to);

  /// Calls `visit` with every leaf in [from, to), in order, until it returns false. `visit` must
  /// not call `scan`.
  void scan(std::string_view from, std::string_view to,
            const std::function<bool(std::string_view, const scalar&)>& visit);

  /// As `scan`, of the priorities in [from, to) only; what has none costs nothing.
  void scan_priorities(std::string_view from, std::string_view to,
                       const std::function<bool(std::string_view, const scalar&)>& visit);

  /// Replaces everything at and below `place` by `leaves`, which must lie there. A leaf above
  /// `place` gives way if there is anything to write, but its priority stays. A node whose last
  /// child goes is gone with its priority. Returns false if nothing was to be done: a leaf above
  /// `place` stays and `leaves` is empty, or `place` is the priority of a node that does not exist.
  ///
  /// Of several places that are written together, priorities come last: a node written by one of
  /// the others then exists.
  bool replace(std::string_view place, const std::vector<leaf>& leaves);

private:
  class statements;

  bool leaf_above(std::string_view place, bool remove);
  bool replace_priority(std::string_view place, const std::vector<leaf>& leaves);
  void drop_priorities_above(std::string_view place);
  void raise_schema();
  void erase_one(std::string_view place);
  void insert(const std::vector<leaf>& leaves);

  std::unique_ptr<statements> sql_;
};

}  // namespace outcry::firebase::local
