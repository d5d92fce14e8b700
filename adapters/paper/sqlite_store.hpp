#pragma once

#include <string>

#include "adapters/paper/store.hpp"
#include "adapters/sqlite/database.hpp"

namespace outcry::paper {

/// Keeps an exchange in an SQLite file (paper.db in the data directory), closed orders included,
/// for ever. Each `save` is one transaction and on the disk when it returns. Everything throws
/// sqlite::store_error, naming the file; the constructor for all that sqlite::database refuses.
class sqlite_store final : public store {
public:
  explicit sqlite_store(const std::string& path);

  std::optional<saved_state> load() override;
  void save(const changes& what) override;
  std::optional<order_record> find(std::string_view id) override;
  std::optional<order_record> find_by_client_id(std::string_view client_order_id) override;

private:
  void write_account(const account_record& account);
  void write(const order_record& record);
  void write(const position_record& position);
  std::optional<order_record> find_by(std::string_view sql, std::string_view key);

  sqlite::database db_;
};

}  // namespace outcry::paper
