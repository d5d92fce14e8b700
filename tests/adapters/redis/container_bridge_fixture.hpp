#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/redis/container_bridge.hpp"
#include "adapters/redis/streams.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "messages/channels.hpp"
#include "tests/adapters/redis/bridge_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::redis::test {

/// What desk and roster were told, in order; a farewell has no state.
struct word {
  std::string bot_id;
  std::optional<bot_state> state;
  std::string reason;
};

inline const bot_identity py_aapl{"py-AAPL", "AAPL", "py", "box", bot_kind::controlled};

/// The bridge on a journal of its own, between a real server and people who listen.
struct bridged_bots : bridge_system {
  outcry::test::temp_dir directory;
  outcry::test::redis_server server;
  std::shared_ptr<seen<word>> roster_words = std::make_shared<seen<word>>();
  std::shared_ptr<seen<register_bot>> registered = std::make_shared<seen<register_bot>>();
  std::shared_ptr<seen<unregister_bot>> left = std::make_shared<seen<unregister_bot>>();
  std::shared_ptr<seen<command_outcome>> outcomes = std::make_shared<seen<command_outcome>>();
  std::string url = server.url();
  std::chrono::milliseconds lease = std::chrono::seconds(10);
  journal_actor journal;
  std::shared_ptr<seen<std::string>> wishes = std::make_shared<seen<std::string>>();
  order_desk_actor orders;  ///< invalid unless `open_orders` was called
  std::set<std::string> taken;
  caf::actor bridge;
  caf::scoped_actor self{system};

  bridged_bots() {
    auto now = time;
    sqlite::journal_options stored;
    stored.settings.data_dir = directory.path().string();
    stored.settings.now_ms = [now] { return now->now_ms(); };
    journal = own(system.spawn(sqlite::journal_bridge, stored));
  }

  void open(const std::string& consumer = "floor",
            std::chrono::milliseconds claim_idle = std::chrono::seconds(30)) {
    auto words = roster_words;
    auto roster = own(system.spawn([words](caf::event_based_actor*) -> caf::behavior {
      return {[words](const bot_status& x) {
                words->add({x.identity.id, x.state, x.reason});
              },
              [words](const unregister_bot& x) {
                words->add({x.bot_id, {}, x.reason});
              }};
    }));
    auto names = registered;
    auto gone = left;
    auto said = outcomes;
    auto desk = own(system.spawn([names, gone, said](caf::event_based_actor*) -> caf::behavior {
      return {[names](const register_bot& x) { names->add(x); },
              [gone](const unregister_bot& x) { gone->add(x); },
              [said](const command_outcome& x) { said->add(x); }};
    }));
    container_bridge_options options;
    options.connection = at(url);
    options.lease = lease;
    options.floor_name = "den";
    options.link = quick_link();
    options.journal = journal;
    options.desk = caf::actor_cast<command_desk_actor>(desk);
    options.roster = caf::actor_cast<roster_actor>(roster);
    options.house = the_house;
    options.poll_interval = 20ms;
    options.orders = orders;
    options.market = caf::actor_cast<market_actor>(orders);
    options.taken = taken;
    options.consumer = consumer;
    options.claim_idle = claim_idle;
    bridge = caf::actor_cast<caf::actor>(own(system.spawn(container_bridge, options)));
  }

  /// An order desk that takes everything, and knows no prices.
  void open_orders() {
    auto heard = wishes;
    auto desk = own(system.spawn([heard](caf::event_based_actor*) -> caf::behavior {
      auto answer = [heard](const char* word, const std::string& bot, std::uint64_t number) {
        heard->add(std::string(word) + " " + bot + " " + std::to_string(number));
        order_record record;
        record.bot_id = bot;
        record.number = number;
        record.status = order_status::accepted;
        return record;
      };
      return {
          [](const meet_order_desk&) { return order_desk_greeting{}; },
          [answer](const place_order& x) { return answer("place", x.bot_id, x.number); },
          [answer](const settle_order& x) { return answer("settle", x.bot_id, x.number); },
          [](const find_pit&) -> caf::result<pit_address> {
            return caf::make_error(caf::sec::invalid_argument);
          },
      };
    }));
    orders = caf::actor_cast<order_desk_actor>(desk);
  }

  bool roster_hears(const std::string& id, std::optional<bot_state> state,
                    const std::string& why = {}, std::size_t times = 1) {
    return roster_words->wait([&](const auto& all) {
      std::size_t count = 0;
      for (const auto& x : all)
        count += x.bot_id == id && x.state == state && x.reason.find(why) != std::string::npos;
      return count >= times;
    });
  }

  link_status link() {
    link_status result;
    self->request(caf::actor_cast<container_bridge_interface>(bridge), 20s, get_links{})
        .receive([&](const link_list& x) { result = x.links.at(0); },
                 [&](caf::error& reason) { FAIL(system.render(reason)); });
    return result;
  }
  bool link_says(outcry::link_state state, const std::string& why) {
    return outcry::test::eventually([&] {
      auto now = link();
      return now.state == state && now.reason.find(why) != std::string::npos;
    });
  }
  void kill_bridge() {
    self->monitor(bridge);
    self->send_exit(bridge, caf::exit_reason::kill);
    self->receive([](const caf::down_msg&) {});
  }

  void adopt(const std::string& message_id, const std::string& type,
             const std::string& arguments = "{}") {
    ledger entry;
    entry.message.config = arguments;
    entry.message.pressed_at_ms = time->now_ms();
    entry.message.id = message_id;
    entry.message.type = type;
    entry.message.to_all = true;
    entry.adopted_at_ms = 1;
    entry.state = message_state::working;
    ledger_line line;
    line.bot_id = py_aapl.id;
    line.ticker = py_aapl.ticker;
    line.container = py_aapl.container;
    line.addressed = true;
    entry.lines.push_back(line);
    journal_write write;
    write.adopted.push_back(entry);
    self->request(journal, 20s, write)
        .receive([](const journal_receipt&) {},
                 [&](caf::error& reason) { FAIL(system.render(reason)); });
  }

  bot_record record() {
    bot_record result;
    self->request(journal, 20s, load_bot{py_aapl.id})
        .receive([&](const bot_image& x) { result = x.record; },
                 [&](caf::error& reason) { FAIL(system.render(reason)); });
    return result;
  }

  ledger_line line(const std::string& message_id) {
    ledger_line result;
    self->request(journal, 20s, find_line{message_id, py_aapl.id})
        .receive([&](const ledger_line& x) { result = x; },
                 [&](caf::error& reason) { FAIL(system.render(reason)); });
    return result;
  }

  caf::actor wait_bot() {
    registered->wait([](const auto& all) { return !all.empty() && all.back().bot; });
    return registered->all().back().bot;
  }

  void tell(const std::string& id, const std::string& type) {
    bot_command command;
    command.message.id = id;
    command.message.type = type;
    command.addressed = true;
    self->send(caf::actor_cast<commandable_actor>(wait_bot()), command);
  }
};

/// A controlled bot's side, by hand.
struct bot_by_hand {
  explicit bot_by_hand(const outcry::test::redis_server& server) : link(connect(server)) {}

  void announce(bot_state state = bot_state::running, bool briefed = true) {
    REQUIRE(link.command({"SET", channels::presence(py_aapl.id),
                          to_json(container_presence{py_aapl, state, "{}", briefed})}));
  }
  void go_away() { REQUIRE(link.command({"DEL", channels::presence(py_aapl.id)})); }

  void answer(const std::string& message_id, line_status status = line_status::done) {
    ledger_line line;
    line.bot_id = py_aapl.id;
    line.status = status;
    line.at_ms = 1;
    auto text = to_json(container_acknowledgement{message_id, line});
    REQUIRE(link.command({"XADD", channels::acknowledgements, "*", "acknowledgement", text}));
  }
  void say_farewell() {
    auto text = to_json(container_farewell{py_aapl.id, "sold", 1});
    REQUIRE(link.command({"XADD", channels::acknowledgements, "*", "farewell", text}));
  }

  void order(const std::string& text, const std::string& field = "order") {
    REQUIRE(link.command({"XADD", channels::orders, "*", field, text}));
  }
  void order(const std::string& bot, std::uint64_t number) {
    container_order wish;
    wish.bot_id = bot;
    wish.number = number;
    wish.terms.qty = Quantity::from_integer(1);
    order(to_json(wish));
  }
  /// Orders that nobody has dealt with yet, read or not.
  std::int64_t orders_left() {
    auto groups = link.command({"XINFO", "GROUPS", channels::orders});
    auto summary = pending(link, channels::orders, "outcry");
    if (!groups || groups->size() == 0 || !summary) return -1;
    auto end = link.command({"XREVRANGE", channels::orders, "+", "-", "COUNT", "1"});
    if (!end || end->size() == 0) return -1;
    return (*groups)[0][7].text() == (*end)[0][0].text() ? summary->count : -1;
  }

  /// What stands in a bot's stream in that field.
  std::vector<std::string> stream(std::string_view field, const std::string& bot = py_aapl.id) {
    std::vector<std::string> result;
    auto answer = link.command({"XRANGE", channels::commands(bot), "-", "+"});
    REQUIRE(answer);
    for (std::size_t i = 0; i < answer->size(); ++i)
      if ((*answer)[i][1][0].text() == field) result.emplace_back((*answer)[i][1][1].text());
    return result;
  }
  bool hears(std::string_view field, const std::string& text, std::size_t times = 1) {
    return outcry::test::eventually([&] {
      auto all = stream(field);
      return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& x) {
               return x.find(text) != std::string::npos;
             })) >= times;
    });
  }
  std::int64_t unacknowledged() {
    auto summary = pending(link, channels::acknowledgements, "outcry");
    return summary ? summary->count : -1;
  }

  connection link;
};

}  // namespace outcry::redis::test
