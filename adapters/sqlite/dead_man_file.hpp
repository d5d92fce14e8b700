#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "actors/operator/dead_man_ports.hpp"
#include "adapters/sqlite/database.hpp"

namespace outcry::sqlite {

/// The dead-man's switch's record in a file of its own: it is written while nobody trades, and a
/// journal that hangs must not make the switch forget. Every save waits for the disk. Members throw
/// store_error.
class dead_man_file final : public dead_man_store {
public:
  /// Opens or makes the file at `path`; refusals as `database` states them.
  explicit dead_man_file(const std::string& path);

  std::optional<dead_man_record> load() override;
  void save(const dead_man_record& record) override;
  void forget() override;

private:
  database db_;
};

/// Where it is kept for this data directory: dead_man.db.
std::filesystem::path dead_man_path(const std::filesystem::path& data_dir);

}  // namespace outcry::sqlite
