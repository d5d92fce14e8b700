#include "apps/outcry/backtest/trading_floor.hpp"

#include <utility>

#include <caf/send.hpp>
#include <fmt/format.h>

#include "actors/trading/order_desk.hpp"
#include "actors/trading/performance.hpp"
#include "adapters/calendar/always_open.hpp"
#include "adapters/calendar/new_york.hpp"
#include "adapters/calendar/us_equity_calendar.hpp"
#include "adapters/memory/journal.hpp"
#include "adapters/paper/bridge.hpp"

namespace outcry::backtest {

namespace {

/// Of those timers that nothing in a backtest waits for: who else looks at a stale feed or at
/// figures while no price comes?
constexpr std::int64_t slow_timers_ms = 20'000;

/// Where the feed's prices come from: us.
class driven_source final : public price_source {
public:
  source_pace pace() const override { return source_pace::external; }
  void want(const std::string&, bool) override {}
  std::optional<timestamp_ns> poll(timestamp_ns, std::vector<price_batch>&) override {
    return std::nullopt;
  }
  bool in_session(timestamp_ns) const override { return true; }
  std::string describe() const override { return "backtest"; }
};

/// A market of one pit. A floor's own opens pits under supervisors; here an actor that fails ends
/// the run.
market_actor::behavior_type one_pit_market(market_actor::pointer self, std::string ticker,
                                           pit_actor pit) {
  return {
      // The one there is.
      [=](const find_pit& wanted) -> caf::result<pit_address> {
        if (wanted.ticker != ticker)
          return caf::make_error(ec::unknown_target, "this backtest is of " + ticker + " only");
        return pit_address{caf::actor_cast<caf::actor>(pit)};
      },
      // How it is.
      [=](const list_pits&) {
        auto promise = self->make_response_promise<pit_list>();
        self->request(pit, caf::infinite, get_pit{})
            .then([promise](const pit_status& x) mutable { promise.deliver(pit_list{{x}}); },
                  [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
        return promise;
      },
  };
}

std::unique_ptr<calendar::market_calendar> make_calendar(bool always) {
  if (always) return std::make_unique<calendar::always_open>();
  return std::make_unique<calendar::us_equity_calendar>();
}

template <class Self>
std::function<void(const price_batch&)> in_place(caf::abstract_actor* actor) {
  auto* self = dynamic_cast<Self*>(actor);
  if (self == nullptr) return nullptr;
  return [self](const price_batch& batch) {
    // It still points to what ran it last, which is gone.
    self->context(nullptr);
    self->state.on_prices(batch);
  };
}

std::function<void(const price_batch&)> reader_of(const caf::actor& handle) {
  auto* actor = caf::actor_cast<caf::abstract_actor*>(handle);
  if (auto bot = in_place<ticker_bot_self>(actor)) return bot;
  if (auto broker = in_place<paper::bridge_self>(actor)) return broker;
  return [handle](const price_batch& batch) { caf::anon_send(handle, batch); };
}

/// A floor's id has 32 hexadecimal digits, of which orders show the first 16.
std::string floor_id_of(std::uint64_t seed) {
  return fmt::format("{:016x}{:016x}", seed, seed);
}

}  // namespace

trading_floor::trading_floor(const backtest_options& options, timestamp_ns now)
    : ticker_(options.ticker),
      system_(now),
      journal_(std::make_shared<memory::journal_store>(floor_id_of(options.broker.seed))) {
  journal_actor_ = system_.spawn(memory::journal, journal_);
  open_market(options);
  open_trading(options);
  add_bot(options.strategy + "-" + ticker_, options.strategy, options.parameters);
}

trading_floor::~trading_floor() = default;

void trading_floor::open_market(const backtest_options&) {
  feed_book_->source = std::make_unique<driven_source>();
  feed_options watching;
  watching.watch_interval_ms = slow_timers_ms;
  feed_ = system_.spawn(broker_feed, feed_book_, watching, system_.the_house());
  pit_book_->ticker = ticker_;
  auto made = system_.spawn(pit, pit_book_, pit_neighbours{feed_, {}, {}}, system_.the_house());
  market_ = system_.spawn(one_pit_market, ticker_, caf::actor_cast<pit_actor>(made));
  system_.run();
  caf::anon_send(feed_, open_feed{});
  caf::anon_send(feed_, link_status{"feed", link_state::live, system_.now() / ns_per_ms, "", 0});
  system_.run();
  watched_ = &feed_book_->tickers.at(ticker_);
}

void trading_floor::open_trading(const backtest_options& options) {
  paper::bridge_options broker;
  broker.exchange = options.broker;
  broker.open_store = options.open_store;
  broker.make_calendar = [always = options.always_open] { return make_calendar(always); };
  broker.market = market_;
  broker.house = system_.the_house();
  broker.tickers = {ticker_};
  broker_ = system_.spawn(paper::bridge, std::move(broker));
  system_.run();
  order_desk_services desk;
  desk.journal = journal_actor_;
  desk.broker = broker_;
  desk.market = market_;
  desk.house = system_.the_house();
  desk.options.account = options.limits;
  desk.options.shorting = options.broker.shorting;
  desk_ = system_.spawn(order_desk, std::make_shared<order_book>(), std::move(desk));
  performance_services earned;
  earned.journal = journal_actor_;
  earned.house = system_.the_house();
  earned.options.interval_ms = slow_timers_ms;
  earned.trading_day = [market = std::shared_ptr(make_calendar(options.always_open))](
                           timestamp_ns t) { return market->session_at(t).trading_day; };
  performance_ = system_.spawn(performance, std::move(earned));
  system_.run();
}

void trading_floor::add_bot(const std::string& id, const std::string& strategy,
                            const std::string& parameters) {
  auto tried = make_strategy(strategy, ticker_);
  if (!tried)
    throw std::invalid_argument(fmt::format("--strategy: there is none called {}", strategy));
  if (auto checked = tried->check_parameters(parameters); !checked)
    throw std::invalid_argument("--parameters: " + to_string(checked.error()));
  auto services = std::make_shared<bot_services>();
  services->journal = journal_actor_;
  services->market = market_;
  services->orders = desk_;
  services->performance = performance_;
  services->house = system_.the_house();
  auto setup = std::make_shared<bot_setup>();
  setup->identity = {id, ticker_, strategy, "floor", bot_kind::hosted};
  setup->parameters = parameters;
  bots_.push_back(caf::actor_cast<bot_actor>(system_.spawn(
      ticker_bot, bot_setup_ptr{setup}, std::shared_ptr<const bot_services>{std::move(services)})));
  system_.run();
}

void trading_floor::hear(timestamp_ns t, Price price, Quantity size) {
  system_.advance_to(t);
  // Only a feed whose word is "live" needs to say nothing with a price.
  if (watched_->told != feed_state::live) return hear_in_full(t, price, size);
  if (readers_.size() != pit_book_->subscribers.size()) find_readers();
  price_tick tick{price, size, t, t};
  // What the feed and the pit would note.
  watched_->last_heard_ns = t;
  pit_book_->last = tick;
  ++pit_book_->ticks;
  price_.ticks[0] = tick;
  for (const auto& hand_over : readers_) hand_over(price_);
  system_.run();
}

void trading_floor::hear_in_full(timestamp_ns t, Price price, Quantity size) {
  caf::anon_send(feed_, price_batch{ticker_, {{price, size, t, t}}, 0});
  system_.run();
  readers_.clear();
}

// With nobody else at work there is no need of a mailbox: what the actor does with a price is done
// in place. The pit strikes a reader that has ended off its list before the next trade.
void trading_floor::find_readers() {
  price_ = {ticker_, {price_tick{}}, 0};
  readers_.clear();
  for (const auto& x : pit_book_->subscribers) readers_.push_back(reader_of(x.handle));
}

template <class Answer, class Handle, class Question>
Answer trading_floor::ask(const Handle& whom, Question question, const char* name) {
  auto slot = std::make_shared<std::optional<Answer>>();
  auto why = std::make_shared<std::string>("no answer");
  system_.system().spawn([=](caf::event_based_actor* self) {
    self->request(whom, caf::infinite, question)
        .then([slot](const Answer& x) { *slot = x; },
              [self, why](caf::error& reason) { *why = self->system().render(reason); });
  });
  system_.run();
  if (!*slot) throw std::runtime_error(fmt::format("the {} does not answer: {}", name, *why));
  return std::move(**slot);
}

broker_state trading_floor::ask_broker() {
  return ask<broker_state>(broker_, get_broker_state{}, "broker");
}

bot_status trading_floor::ask_bot(std::size_t which) {
  return ask<bot_status>(bots_.at(which), get_bot{}, "bot");
}

performance_list trading_floor::ask_performance() {
  return ask<performance_list>(performance_, get_performance{}, "performance desk");
}

}  // namespace outcry::backtest
