#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/bots/strategies/follow/follow.hpp"
#include "adapters/paper/exchange.hpp"

namespace outcry::test {

/// The strategy and the paper exchange face to face. What the strategy asks for reaches the
/// exchange when `settle` is called, one wish after another, so that a test may come between.
class follow_rig : public trader {
public:
  explicit follow_rig(std::string parameters = R"({"max_notional":"1000"})",
                      const paper::exchange_options& broker = {});

  // -- what a test does --
  follow_receipt call(const std::string& id, const signals::signal& x);
  follow_receipt update(const std::string& id, const std::string& about,
                        const std::vector<signals::update_step>& steps);
  follow_receipt withdraw(const std::string& about);
  void price(const std::string& at);
  void pass(std::int64_t seconds);
  /// Carries out one wish, or tells one update; false when there is nothing of either.
  bool step();
  void settle();
  /// The strategy's process dies and starts again from its last snapshot; what it was not told is
  /// told then.
  void restart();
  /// The same, and what it asked for and `settle` has not carried out was never taken.
  void die_before_the_desk_hears();
  /// What the exchange does with the next request: false = the desk refuses it.
  std::function<bool(const order_request&)> lets_through = [](const order_request&) {
    return true;
  };

  bool tells_twice = false;  ///< every word of the exchange comes two times

  // -- what a test sees --
  const follow& strategy() const { return *strategy_; }
  follow& strategy() { return *strategy_; }
  paper::exchange& broker() { return broker_; }
  Quantity position() const;
  std::vector<broker_order> open(order_type type) const;
  /// Of the shares held, how many an open stop, or a sale at the market, will sell.
  Quantity covered() const;
  std::optional<trade_record> last() const;
  std::size_t orders() const { return last_number_; }

  // -- trader --
  std::uint64_t submit(const order_terms& terms) override { return submit(terms, {}); }
  std::uint64_t submit(const order_terms& terms, const std::vector<order_terms>& exits) override;
  std::uint64_t submit_exit(std::uint64_t parent, const order_terms& terms) override;
  void cancel(std::uint64_t number) override;
  timestamp_ns now() const override { return now_; }
  session_phase phase() const override { return session_phase::regular; }

private:
  struct wish {
    bool is_cancel = false;
    std::string cancelled;
    order_request request;
  };
  void tell(const broker_update& update);
  void tell(const own_order_event& event);
  void carry_out(const wish& next);
  void refuse(const order_request& request, const std::string& why);
  void note();

  std::unique_ptr<follow> strategy_;
  paper::exchange broker_;
  paper::ticker_handle handle_;
  std::deque<wish> wishes_;
  std::deque<broker_update> told_late_;
  std::vector<trade_record> trades_;
  std::string parameters_;
  std::string snapshot_;
  std::uint64_t last_number_ = 0;
  timestamp_ns now_ = 1'700'000'000 * ns_per_s;
};

/// A long call of AAPL: entry 100, stop 90, targets 110 and 120.
signals::signal long_call();

Price price_of(const std::string& text);
Quantity shares(std::int64_t n);

}  // namespace outcry::test
