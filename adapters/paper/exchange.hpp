#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <tl/expected.hpp>

#include "adapters/calendar/market_calendar.hpp"
#include "adapters/paper/options.hpp"
#include "adapters/paper/refusal.hpp"
#include "adapters/paper/store.hpp"
#include "messages/market.hpp"

namespace outcry::paper {

/// Names a ticker on the way of prices, where texts would be slow. Of one exchange object only.
enum class ticker_handle : std::uint32_t {};

/// What a replacement changes; what is not given stays.
struct order_changes {
  std::string client_order_id = {};  ///< of the new order; empty = made up
  std::optional<Quantity> qty = {};  ///< what the new order is to trade; given: what is left
  std::optional<Price> limit_price = {};
  std::optional<Price> stop_price = {};
  std::optional<time_in_force> lasts = {};
};

/// The paper broker: takes orders, fills them from trade prints, keeps cash and positions. The
/// rules stand in README.md beside this file.
///
/// Time is what callers say; it never goes back (an earlier `now` counts as the latest one), and
/// every call first lives through the session borders up to its `now`. Each call is one
/// transaction: what it changed is in the store before it returns. Answers and updates follow only
/// from the calls, their times, the options and the seed.
///
/// When the store cannot write, a call throws what the store threw (for the one on SQLite
/// sqlite::store_error), and all is as before the call, except that last prices stay. When it then
/// cannot even read, every later call throws std::logic_error.
///
/// One thread at a time.
class exchange {
public:
  /// Goes on with what `kept` holds; else opens an account by `options`. Throws
  /// std::invalid_argument when an option is out of its range, and what the store throws.
  exchange(exchange_options options, std::unique_ptr<calendar::market_calendar> market,
           std::unique_ptr<store> kept);
  ~exchange();

  /// The handle of `ticker`; the same one for the same text.
  ticker_handle handle_of(std::string_view ticker);

  /// Takes an order and its exits, or nothing of it. Answers the order as it stands: `working`, or
  /// `accepted` while it waits for its session; an exit with nothing to close yet is `held`.
  /// Updates: "new", "accepted" or "held", for the order and then for each exit. A refused one
  /// leaves no trace and its client_order_ids may be used again.
  tl::expected<broker_order, refusal> submit(const order_request& request, timestamp_ns now);

  /// Cancels what is left of an order. Updates: "pending_cancel", "canceled". Refused for unknown
  /// (404) and closed (422) orders.
  tl::expected<broker_order, refusal> cancel(std::string_view id, timestamp_ns now);

  /// Ends an order and puts another one in its place, with an id of its own and the last place in
  /// the queue; fills stay with the old one. Answers the new one. Updates: "replaced" for the old
  /// one, "new" or "accepted" for the new one. Refused, changing nothing, for unknown and closed
  /// orders, orders of money, orders with open exits, when nothing would change, and when `submit`
  /// would refuse the new one. In an exit's place comes an exit of the same parent.
  tl::expected<broker_order, refusal> replace(std::string_view id, const order_changes& what,
                                              timestamp_ns now);

  /// A trade made elsewhere with the same account, by the account holder: changes cash and
  /// position, without fees and without an update. Refused when cash or shares do not suffice.
  tl::expected<void, refusal> book_outside_trade(std::string_view ticker, order_side side,
                                                 Quantity qty, Price price, timestamp_ns now);

  /// A print that came at `now`; orders that came after it do not see it. Prices that are not above
  /// 0, or absurdly high (`too_large`), are passed over. Costs a few comparisons when no order is
  /// open on the ticker.
  void on_trade(ticker_handle ticker, const price_tick& tick, timestamp_ns now) {
    if (now >= session_.next_change_ns) {
      on_time(now);
    } else if (now > account_.clock_ns) {
      account_.clock_ns = now;
    }
    auto& at = tickers_[static_cast<std::size_t>(ticker)];
    if (!is_plausible(tick.price)) return;
    at.position.last_price = tick.price;
    if (!at.open.empty()) match(at, tick, now);
  }

  /// Lets time pass: orders expire, wait and wake at the borders of sessions.
  void on_time(timestamp_ns now);

  /// Says a price without a trade (a snapshot, the last one before a restart): for valuing and
  /// reserving only.
  void note_price(ticker_handle ticker, Price price);

  /// Makes all calls within `calls` one transaction, for callers with many requests at hand: what
  /// they answer counts only when this returns. When one of them or the writing throws, this throws
  /// it (so `calls` must let it pass), and all is as before the first. A batch
  /// within a batch is a part of it.
  void batch(const std::function<void()>& calls);

  /// Writes the last prices of all tickers. Without it only those of tickers with a change survive,
  /// as of that change.
  void flush();

  /// Gives out what happened since the last call, oldest first.
  std::vector<broker_update> take_updates();
  bool has_updates() const { return !updates_.empty(); }

  /// Any order, open or closed.
  std::optional<broker_order> find(std::string_view id) const;
  std::optional<broker_order> find_by_client_id(std::string_view client_order_id) const;

  /// In the order they came.
  std::vector<broker_order> open_orders() const;

  /// All that are not 0, by ticker.
  std::vector<broker_position> positions() const;

  broker_account account() const;

  /// Cash less what open orders and short positions hold back; below 0 only when a short position
  /// was closed at a loss greater than that. `account()` says 0 then.
  Money free_buying_power() const { return account_.cash - held_back_; }

  /// The session at the latest time it was told.
  const market_session& session() const { return session_; }
  timestamp_ns clock() const { return account_.clock_ns; }

private:
  struct live_order {
    order_record record;
    std::size_t ticker = 0;
    bool touched = false;            // by the current call
    live_order* parent = nullptr;    // of an exit
    std::vector<live_order*> exits;  // by time priority; closed ones until it is committed
    std::uint64_t woken_by = 0;      // the print that gave it something to close
    std::uint64_t exposed_to = 0;    // the last print it has seen
    std::uint64_t filled_by = 0;     // the print of its latest fill
    Quantity fresh;                  // what that print gave it
  };
  struct ticker_state {
    position_record position;
    std::size_t index = 0;
    std::vector<live_order*> open;  // by time priority; closed ones until it is committed
    bool touched = false;
  };
  struct liquidity;

  static bool is_plausible(Price price);

  // One call's frame.
  void transact(timestamp_ns now, const std::function<void()>& work);
  void require_sound() const;
  void commit();
  void drop_closed();
  void forget(live_order& order);
  void undo(timestamp_ns clock) noexcept;
  void apply(saved_state saved);

  // Time.
  void live_until(timestamp_ns now);
  void cross_border();
  bool is_eligible(const order_terms& terms) const;
  timestamp_ns expiry_of(const order_terms& terms) const;

  // Taking orders.
  std::optional<refusal> check_new(const order_request& request) const;
  std::optional<refusal> check_means(const order_terms& terms, const ticker_state& at,
                                     const live_order* instead_of) const;
  std::optional<refusal> check_sale(const order_terms& terms, const ticker_state& at,
                                    const live_order* instead_of) const;
  Money reserve_for(const order_terms& terms, const ticker_state& at) const;
  Quantity open_qty(const ticker_state& at, order_side side, const live_order* except) const;
  tl::expected<live_order*, refusal> find_open(std::string_view id);
  const broker_order& open(broker_order order);
  live_order& keep(order_record record);

  // Exits.
  std::optional<refusal> check_exits(const order_request& request) const;
  std::optional<refusal> check_later_exit(const order_request& request) const;
  static Quantity pool_of(const order_record& parent);
  static bool has_open_exits(const live_order& order);
  std::optional<order_record> record_of(std::string_view client_order_id) const;
  live_order& parent_named(std::string_view client_order_id);
  void settle(live_order& parent);
  Quantity share_of(const live_order& exit) const;
  void hold(live_order& exit);
  void wake(live_order& exit);

  // Matching.
  void match(ticker_state& at, const price_tick& tick, timestamp_ns came);
  void expose(live_order& order, ticker_state& at, const price_tick& tick, timestamp_ns came,
              liquidity& pool);
  void offer(live_order& order, ticker_state& at, Price price, liquidity& pool);
  bool can_pay(const live_order& order, const ticker_state& at, Price price, Quantity qty) const;
  Money reserve_after(const live_order& order, Price price, Quantity qty) const;
  void fill(live_order& order, ticker_state& at, Price price, Quantity qty, bool complete);

  // Changing what is kept.
  void move_position(ticker_state& at, order_side side, Quantity qty, Price price);
  void reserve(live_order& order, Money amount);
  void close(live_order& order, order_status status, std::string_view event,
             std::string reason = {});
  broker_update& tell(live_order& order, std::string_view event);
  void touch(live_order& order);
  void touch(ticker_state& at);
  std::string next_id();

  exchange_options options_;
  std::unique_ptr<calendar::market_calendar> market_;
  std::unique_ptr<store> store_;
  account_record account_;
  market_session session_;
  Money held_back_;      // by open orders and short positions
  bool broken_ = false;  // memory and store may differ
  std::uint64_t prints_ = 0;

  std::vector<ticker_state> tickers_;
  std::unordered_map<std::string, std::size_t> handles_;
  // By sequence; closed ones until it is committed, and as long as they have exits.
  std::map<std::uint64_t, live_order> open_;
  // Views into open_.
  std::unordered_map<std::string_view, live_order*> by_id_;
  std::unordered_map<std::string_view, live_order*> by_client_id_;

  // Of the current call or batch.
  std::vector<live_order*> touched_;
  std::vector<std::size_t> touched_tickers_;
  std::vector<broker_update> telling_;
  bool changed_ = false;
  bool in_batch_ = false;

  std::vector<broker_update> updates_;
};

}  // namespace outcry::paper
