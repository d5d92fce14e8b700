#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/paper/records.hpp"

namespace outcry::paper {

/// Everything one call changed.
struct changes {
  account_record account;
  std::vector<const order_record*> orders;  ///< as they stand now; none twice
  std::vector<position_record> positions;
};

/// What an exchange goes on with.
struct saved_state {
  account_record account;
  std::vector<order_record> open_orders;  ///< by rising sequence
  std::vector<position_record> positions;
};

/// Where an exchange keeps its state. One thread at a time.
class store {
public:
  store() = default;
  store(const store&) = delete;
  store& operator=(const store&) = delete;
  virtual ~store() = default;

  /// The state as of the last `save`; nothing when there never was one.
  virtual std::optional<saved_state> load() = 0;

  /// All of it or, when it throws, nothing.
  virtual void save(const changes& what) = 0;

  /// Closed orders, whenever they closed. Open ones may be found, too.
  virtual std::optional<order_record> find(std::string_view id) = 0;
  virtual std::optional<order_record> find_by_client_id(std::string_view client_order_id) = 0;
};

/// For backtests: remembers closed orders, and survives nothing. An exchange on it cannot undo a
/// call that throws: it takes no more calls after one.
class memory_store final : public store {
public:
  std::optional<saved_state> load() override { return std::nullopt; }
  void save(const changes& what) override;
  std::optional<order_record> find(std::string_view id) override;
  std::optional<order_record> find_by_client_id(std::string_view client_order_id) override;

private:
  std::unordered_map<std::string, order_record> closed_;                    // by id
  std::unordered_map<std::string_view, const order_record*> by_client_id_;  // views into closed_
};

}  // namespace outcry::paper
