#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "actors/bots/ticker_bot.hpp"
#include "actors/market/broker_feed.hpp"
#include "actors/market/pit.hpp"
#include "adapters/memory/journal_store.hpp"
#include "apps/outcry/backtest/options.hpp"
#include "apps/outcry/backtest/virtual_system.hpp"
#include "messages/interfaces/trading.hpp"

namespace outcry::backtest {

/// A floor of one ticker and one bot, or more, on virtual time: the floor's own feed, pit, bots,
/// order desk, performance desk and paper broker, with a journal in memory. One thread.
class trading_floor {
public:
  /// Opens it at `now` and lets the bot start. Throws std::invalid_argument when the strategy or
  /// its parameters are refused.
  trading_floor(const backtest_options& options, timestamp_ns now);
  ~trading_floor();

  /// Lets one more bot start, with the parameters of the strategy as JSON. Throws as the
  /// constructor does.
  void add_bot(const std::string& id, const std::string& strategy, const std::string& parameters);

  /// Lets the time come to `t`, then a trade happen, and everybody do what follows from it. Throws
  /// std::runtime_error when an actor threw.
  void hear(timestamp_ns t, Price price, Quantity size);

  /// Lets the time come to `t`.
  void advance_to(timestamp_ns t) { system_.advance_to(t); }

  timestamp_ns now() const { return system_.now(); }

  /// The account and its open orders. Throws std::runtime_error when nobody answers.
  broker_state ask_broker();

  /// A bot's figures, in the order in which they started, and what the performance desk has.
  bot_status ask_bot(std::size_t which = 0);
  performance_list ask_performance();

  /// Orders and events so far.
  const memory::journal_store& journal() const { return *journal_; }

private:
  /// How somebody who reads prices is called.
  using reader = std::function<void(const price_batch&)>;

  void open_market(const backtest_options& options);
  void open_trading(const backtest_options& options);
  void hear_in_full(timestamp_ns t, Price price, Quantity size);
  void find_readers();
  template <class Answer, class Handle, class Question>
  Answer ask(const Handle& whom, Question question, const char* name);

  std::string ticker_;
  virtual_system system_;
  std::shared_ptr<memory::journal_store> journal_;
  std::shared_ptr<feed_book> feed_book_ = std::make_shared<feed_book>();
  std::shared_ptr<pit_book> pit_book_ = std::make_shared<pit_book>();
  journal_actor journal_actor_;
  feed_actor feed_;
  market_actor market_;
  broker_actor broker_;
  order_desk_actor desk_;
  performance_actor performance_;
  std::vector<bot_actor> bots_;

  watched_ticker* watched_ = nullptr;
  price_batch price_;  ///< the one price message, written anew for each trade
  std::vector<reader> readers_;
};

}  // namespace outcry::backtest
