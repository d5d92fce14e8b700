#pragma once

#include <filesystem>

#include <SQLiteCpp/Database.h>

namespace outcry::firebase::local {

/// Holds FILE.lock for this process; the kernel lets go of it however the process ends. Throws
/// std::runtime_error if another process has it.
class lock_file {
public:
  explicit lock_file(const std::filesystem::path& file);
  ~lock_file();
  lock_file(const lock_file&) = delete;
  lock_file& operator=(const lock_file&) = delete;

private:
  int number_ = -1;
};

/// The file of a store: its lock, its mark and its schema. Not thread-safe.
class store_file {
public:
  /// Opens `file` or makes it; throws as `store` does.
  explicit store_file(const std::filesystem::path& file);

  SQLite::Database& db() { return db_; }

  /// True if the schema is the one with priorities.
  bool has_priorities();

  /// Makes it so, in the open transaction. Programs from before refuse the file from then on: they
  /// would take a priority for a child.
  void add_priorities();

private:
  lock_file lock_;
  SQLite::Database db_;
};

}  // namespace outcry::firebase::local
