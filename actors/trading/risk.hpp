#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "messages/error.hpp"
#include "messages/market.hpp"
#include "messages/orders.hpp"
#include "messages/timestamp.hpp"
#include "messages/trading.hpp"

/// The risk desk's rules. Pure: no actors, no clock.

namespace outcry {

/// Why an order is not sent.
struct risk_refusal {
  ec code = ec::risk_limit;  ///< risk_limit, stale_price, ticker_halted, no_broker, invalid_input
  std::string reason;        ///< names the limit, its value and what was found

  bool operator==(const risk_refusal&) const = default;
};

/// One order and all that decides whether it may be sent.
struct risk_question {
  order_terms terms;
  Price last;  ///< of the last trade; 0 = none known
  feed_state feed = feed_state::waiting;
  Quantity own;                  ///< the bot's position in this ticker, claimed shares included
  Quantity open_buys;            ///< what is left of its open purchases, this order not included
  Quantity open_sells;           ///< what is left of its open sales, this order not included
  Money bot_today;               ///< its profit of the trading day, mark to market
  Money account_today;           ///< that of all bots
  Money account_position;        ///< all positions of all bots without sign, open orders included
  std::uint32_t bot_orders = 0;  ///< of the bot in the last minute
  std::uint32_t account_orders = 0;  ///< of all bots in the last minute
  risk_limits bot;
  risk_limits account;
  bool shorting = false;          ///< sales beyond what a bot owns are allowed
  bool broker_connected = false;  ///< and known to take orders
  bool account_blocked = false;   ///< `broker_account::blocked`
  std::string halted;             ///< `ticker_account::halted`
};

/// False when the order can only bring the bot nearer to having nothing: a sale of no more than it
/// owns less its open sales, a purchase of no more than it is short less its open purchases. An
/// amount of money is no such order: nobody knows how many shares it will be.
bool increases_exposure(const order_terms& terms, Quantity own, Quantity open_buys,
                        Quantity open_sells);

/// What may come of the order at most: its limit price for a purchase, otherwise the highest of its
/// prices and the last trade, times its quantity. Throws std::overflow_error.
Money order_notional(const order_terms& terms, Price last);

/// What is wrong with the terms in themselves, so that no rule could judge them: no ticker, not
/// exactly one of qty and notional above 0, a price that is missing or not above 0.
std::optional<risk_refusal> check_terms(const order_terms& terms);

/// What keeps an order of these terms from being an exit of one of those of `parent`: it is for the
/// same ticker, on the other side, in shares, for the day or until it is cancelled.
std::optional<risk_refusal> check_exit(const order_terms& exit, const order_terms& parent);

/// Nothing if the order may be sent. One that does not increase exposure is refused only for its
/// terms: never for staleness, collars, rates, losses or halts. For others, in this order:
/// - the broker is connected, the account is not blocked, the ticker is not halted;
/// - the last trade is known and the feed is live; out of session (`closed`) only orders with a
///   limit price pass, since nobody knows where the market opens;
/// - a sale beyond what the bot owns only with `shorting`, and then in shares;
/// - no loss of the day as large as daily_loss_limit, of the bot and of the account;
/// - fewer than max_orders_per_minute in the minute before, of both;
/// - the order's notional is at most max_order_notional, of both;
/// - price_collar, the narrower of both: a purchase is limited to at most last * (1 + collar), a
///   sale to at least last * (1 - collar). In a stop_limit order the stop price takes the place of
///   the last trade where that is the milder one: it is what the last trade will be by then;
/// - the position after it is at most max_position at the last trade. The bot's: its position with
///   all open orders of the same side and this one filled. The account's: all positions of all
///   bots, with theirs.
/// Being equal to a limit is allowed, but a loss that has reached its limit is not. 0 = no limit.
std::optional<risk_refusal> check(const risk_question& question);

/// A bot's own limits, with those of `defaults` where it has none.
risk_limits merged(const risk_limits& own, const risk_limits& defaults);

/// Orders of the last minute: those less than 60 s old. Takes any times; after the clock was set
/// back, orders of more than a minute ahead are forgotten.
class order_rate {
public:
  void note(timestamp_ns now);
  /// Saturates at 1,000,000, the most that are remembered.
  std::uint32_t count(timestamp_ns now) const;

private:
  void forget(timestamp_ns now) const;

  mutable std::deque<timestamp_ns> times_;
};

// -- the profit of the day, mark to market --------------------------------------------------------
// `claimed` is what the bot owns beside its fills: it gains and loses with the rest, but having it
// is no gain. `day` is the trading day, "2013-10-08"; an earlier one than the holding's is ignored.
// All throw std::overflow_error.

/// Takes a fill into the books: quantity, money, and its price as the last one known.
void note_fill(bot_holding& holding, order_side side, Price price, Quantity qty,
               std::string_view day, Quantity claimed = {});

/// Takes a price above 0. With a new day, what the holding was worth at the last mark is where that
/// day begins.
void note_mark(bot_holding& holding, Price price, std::string_view day, Quantity claimed = {});

/// The bot claims more or less than `before` from now on: no profit and no loss.
void note_claim(bot_holding& holding, Quantity before, Quantity after);

/// What the trading day has brought so far.
Money profit_today(const bot_holding& holding, Quantity claimed = {});

/// The position at the last mark, without sign.
Money position_value(const bot_holding& holding, Quantity claimed = {});

}  // namespace outcry
