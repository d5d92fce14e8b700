#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "adapters/paper/store.hpp"

namespace outcry::test {

/// What outlives an exchange, without a disk.
struct kept_state {
  bool exists = false;
  paper::account_record account;
  std::map<std::uint64_t, paper::order_record> orders;
  std::map<std::string, paper::position_record> positions;
  int saves = 0;
  int failing_saves = 0;  ///< so many of the next saves fail
  bool unreadable = false;
};

/// A store on such a state, which several exchanges may use one after the other.
class kept_store final : public paper::store {
public:
  explicit kept_store(std::shared_ptr<kept_state> state) : state_{std::move(state)} {}

  std::optional<paper::saved_state> load() override {
    if (state_->unreadable) throw std::runtime_error{"cannot read"};
    if (!state_->exists) return std::nullopt;
    paper::saved_state result;
    result.account = state_->account;
    for (const auto& [sequence, record] : state_->orders) {
      if (!is_closed(record.order.status)) result.open_orders.push_back(record);
    }
    for (const auto& [ticker, position] : state_->positions) result.positions.push_back(position);
    return result;
  }

  void save(const paper::changes& what) override {
    if (state_->failing_saves > 0) {
      --state_->failing_saves;
      throw std::runtime_error{"disk full"};
    }
    ++state_->saves;
    state_->exists = true;
    state_->account = what.account;
    for (const auto* record : what.orders) state_->orders[record->sequence] = *record;
    for (const auto& position : what.positions) state_->positions[position.ticker] = position;
  }

  std::optional<paper::order_record> find(std::string_view id) override {
    for (const auto& [sequence, record] : state_->orders) {
      if (record.order.id == id) return record;
    }
    return std::nullopt;
  }

  std::optional<paper::order_record> find_by_client_id(std::string_view id) override {
    for (const auto& [sequence, record] : state_->orders) {
      if (record.order.request.client_order_id == id) return record;
    }
    return std::nullopt;
  }

private:
  std::shared_ptr<kept_state> state_;
};

}  // namespace outcry::test
