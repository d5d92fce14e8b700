#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <catch2/catch.hpp>

#include "actors/bots/strategies/counter.hpp"
#include "actors/bots/ticker_bot.hpp"
#include "actors/floor/supervisor.hpp"
#include "actors/operator/command_desk.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "tests/actors/scripted_journal.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// What the people around desk and bots were told.
struct heard_words {
  std::vector<bot_status> statuses;
  std::vector<halt_state> halts;
  std::vector<line_record> lines;
  std::vector<state_record> states;
  std::size_t introductions = 0;
  caf::actor subscriber;  ///< the last one
  std::size_t subscriptions = 0;
  bool mute = false;  ///< as a pit that is down: hears no subscription
};

inline caf::behavior word_listener(caf::event_based_actor* self,
                                   const std::shared_ptr<heard_words>& heard) {
  self->set_default_handler(caf::drop);
  return {
      [=](const bot_status& x) { heard->statuses.push_back(x); },
      [=](const halt_state& x) { heard->halts.push_back(x); },
      [=](const line_record& x) { heard->lines.push_back(x); },
      [=](const state_record& x) { heard->states.push_back(x); },
      [=](const desk_address&) { ++heard->introductions; },
      [=](const owed_hint&) {},
      [=](const subscribe_pit& x) {
        heard->subscriber = x.subscriber;
        ++heard->subscriptions;
        if (!heard->mute) caf::anon_send(x.subscriber, feed_status{"", feed_state::waiting, 0, ""});
      },
  };
}

/// Counts; throws at a price of 666 and at an order event named "beast"; a price of 667 leaves it
/// with a snapshot that nobody can read.
class fragile_counter final : public strategy {
public:
  void on_price(const price_tick& tick, trader& asks) override {
    broken_ = tick.price == Price::from_integer(667);
    if (broken_ || tick.price == Price::from_integer(666)) throw std::runtime_error("the beast");
    inner_.on_price(tick, asks);
  }
  void on_order(const order_update& update) override {
    if (update.event == "beast") throw std::runtime_error("the beast");
    inner_.on_order(update);
  }
  tl::expected<std::string, invalid_field> check_parameters(
      std::string_view changes) const override {
    if (changes.find("13") != std::string_view::npos) throw std::runtime_error("the unlucky");
    return inner_.check_parameters(changes);
  }
  void set_parameters(std::string_view parameters) override { inner_.set_parameters(parameters); }
  std::string snapshot() const override { return broken_ ? "broken" : inner_.snapshot(); }
  void restore(std::string_view snapshot) override { inner_.restore(snapshot); }
  std::string details() const override { return inner_.details(); }

private:
  counter inner_;
  bool broken_ = false;
};

/// Desk and bots on a journal file, on virtual time. Two after one another on one directory are a
/// floor before and after kill -9.
class floor_fixture : public actor_fixture {
public:
  explicit floor_fixture(const std::string& data_dir) {
    auto clock = time();
    real = spawn(sqlite::journal_bridge,
                 sqlite::journal_options{
                     {.data_dir = data_dir, .now_ms = [clock] { return clock->now_ms(); }},
                     sqlite::journal_mode::immediate});
    journal = spawn(scripted_journal, real, script);
    people = spawn(word_listener, heard);
    auto services = std::make_shared<bot_services>();
    services->journal = journal;
    services->roster = caf::actor_cast<roster_actor>(people);
    services->house = the_house();
    services->strategies = [](std::string_view, const std::string&) {
      return std::make_unique<fragile_counter>();
    };
    bot_base = services;
  }

  /// A supervised bot of that ticker, registered with the book; returns the supervisor.
  caf::actor add_bot(const std::string& ticker, const std::string& parameters = "{}") {
    auto setup = std::make_shared<const bot_setup>(
        bot_setup{{"counter-" + ticker, ticker, "counter", "floor", bot_kind::hosted}, parameters});
    auto services = std::make_shared<bot_services>(*bot_base);
    auto pit = spawn(word_listener, pits[ticker]);
    services->market = spawn(
        [](market_actor::pointer, const caf::actor& the_pit) -> market_actor::behavior_type {
          return {[=](const find_pit&) { return pit_address{the_pit}; },
                  [](const list_pits&) { return pit_list{}; }};
        },
        pit);
    child_spec spec;
    spec.name = "bot:" + setup->identity.id;
    spec.kind = "bot";
    spec.start = [this, setup, services](caf::actor_system& where) {
      auto child = caf::actor_cast<caf::actor>(
          where.spawn(ticker_bot, setup, std::shared_ptr<const bot_services>(services)));
      own(child);
      return child;
    };
    spec.policy.first_backoff_ns = spec.policy.max_backoff_ns = 2 * ns_per_s;
    auto bot = spawn_supervised(system(), spec, the_house());
    own(bot);
    book->bots[setup->identity.id] = setup->identity;
    book->addresses[setup->identity.id] = bot;
    run();
    return bot;
  }

  /// A bot that is known, whoever stands for it.
  void know(const std::string& ticker, const caf::actor& bot) {
    bot_identity who{"counter-" + ticker, ticker, "counter", "floor", bot_kind::hosted};
    book->bots[who.id] = who;
    if (bot) book->addresses[who.id] = bot;
  }

  void open_desk(desk_limits limits = {}, bool hosts_guests = true) {
    spawn_desk(limits, hosts_guests);
    run();
  }

  /// Nothing has happened yet when it returns.
  void spawn_desk(desk_limits limits = {}, bool hosts_guests = true) {
    desk_services services;
    services.hosts_guests = hosts_guests;
    services.journal = journal;
    services.relay = caf::actor_cast<relay_actor>(people);
    services.house = the_house();
    services.limits = limits;
    desk = spawn(command_desk, book, services);
  }

  void crash_desk() {
    caf::anon_send_exit(desk, caf::exit_reason::kill);
    run();
  }

  operator_message message(const std::string& id, const std::string& type,
                           const std::vector<std::string>& selected = {},
                           const std::string& arguments = "{}") {
    operator_message x;
    x.id = id;
    x.type = type;
    x.to_all = selected.empty();
    x.selected = selected;
    x.config = arguments;
    x.pressed_at_ms = time()->now_ms();
    return x;
  }

  tl::expected<ledger, caf::error> submit(const operator_message& x, bool mirrored = false) {
    return request_sync<ledger>(desk, submit_message{x, mirrored});
  }

  /// As the desk sees it; the stored one once it is closed.
  ledger seen(const std::string& id) {
    auto list = request_sync<ledger_list>(desk, find_ledgers{id, 1, 0});
    REQUIRE(list);
    REQUIRE(list->ledgers.size() == 1);
    return list->ledgers.front();
  }

  ledger stored(const std::string& id) {
    auto list = request_sync<ledger_list>(real, find_ledgers{id, 1, 0});
    REQUIRE(list);
    REQUIRE(list->ledgers.size() == 1);
    return list->ledgers.front();
  }

  static ledger_line line(const ledger& entry, const std::string& ticker) {
    for (const auto& x : entry.lines)
      if (x.ticker == ticker) return x;
    FAIL("no line for " << ticker);
    return {};
  }

  bot_record record(const std::string& ticker) {
    auto image = request_sync<bot_image>(real, load_bot{"counter-" + ticker});
    REQUIRE(image);
    return image->record;
  }

  bot_status status_of(const std::string& ticker) {
    auto found = request_sync<bot_status>(
        caf::actor_cast<commandable_actor>(book->addresses["counter-" + ticker]), get_bot{});
    REQUIRE(found);
    return *found;
  }

  void price(const std::string& ticker, std::int64_t value) {
    last_tick = {Price::from_integer(value), {}, 1, last_tick.init_ns + 1};
    send(pits[ticker]->subscriber, price_batch{ticker, {last_tick}, 0});
    run();
  }

  price_tick last_tick;
  std::shared_ptr<journal_script> script = std::make_shared<journal_script>();
  std::shared_ptr<heard_words> heard = std::make_shared<heard_words>();
  journal_actor real;
  journal_actor journal;
  caf::actor people;
  std::shared_ptr<bot_services> bot_base;
  std::shared_ptr<desk_book> book = std::make_shared<desk_book>();
  command_desk_actor desk;

  struct pit_words : std::map<std::string, std::shared_ptr<heard_words>> {
    std::shared_ptr<heard_words>& operator[](const std::string& ticker) {
      auto& words = map::operator[](ticker);
      if (!words) words = std::make_shared<heard_words>();
      return words;
    }
  };
  pit_words pits;
};

}  // namespace outcry::test
