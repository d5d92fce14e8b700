#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/redis/container_trader.hpp"
#include "tests/actors/trading/desk_under_test.hpp"

namespace outcry::redis::test {

using outcry::test::dollars;
using outcry::test::shares;

inline const bot_identity py{"py-AAPL", "AAPL", "py", "box", bot_kind::controlled};

/// What was written to the bot's stream, and what desk and streams were told.
struct bot_words {
  std::vector<std::string> commands;  ///< message ids
  std::vector<std::string> notes;     ///< likewise
  std::vector<std::string> configs;   ///< of those
  std::vector<container_briefing> briefings;
  std::vector<std::string> answers;  ///< acknowledged entries of the bot's answers
  std::vector<std::string> orders;   ///< acknowledged entries of its orders
  std::vector<std::pair<std::string, std::string>> fields;  ///< of the trader
  std::vector<command_outcome> outcomes;
  std::vector<bot_performance> earned;
  pit_status pit;
};

/// A bot's two actors on a real order desk. Two after one another on one directory and one script
/// are a floor before and after kill -9.
struct trading_room : outcry::test::desk_under_test {
  std::shared_ptr<bot_words> words = std::make_shared<bot_words>();
  container_interface bot;
  container_trader_interface trader;
  bool obedient = true;  ///< the bot answers stops and starts with done at once
  std::size_t entries = 0;

  explicit trading_room(const std::string& data_dir,
                        std::shared_ptr<outcry::test::broker_script> broker = {},
                        std::int64_t last_event = 0)
      : desk_under_test(data_dir, std::move(broker)) {
    auto said = words;
    said->pit.state = feed_state::live;
    said->pit.has_price = true;
    said->pit.last.price = dollars("100");
    auto neighbour = spawn([said](caf::event_based_actor* self) -> caf::behavior {
      return {
          [](const register_bot&) {},
          [](const unregister_bot&) {},
          [](const bot_status&) {},
          [said](const command_outcome& x) { said->outcomes.push_back(x); },
          [self](const find_pit&) { return pit_address{caf::actor_cast<caf::actor>(self)}; },
          [said](const get_pit&) { return said->pit; },
          [said](const bot_performance& x) { said->earned.push_back(x); },
      };
    });
    auto host = std::make_shared<container_services>();
    host->journal = journal;
    host->desk = caf::actor_cast<command_desk_actor>(neighbour);
    host->roster = caf::actor_cast<roster_actor>(neighbour);
    host->orders = desk;
    host->house = the_house();
    host->wire.send = [said](const std::string&, const bot_command& command,
                             const std::string& noted) {
      said->notes.push_back(noted);
      said->commands.push_back(command.message.id);
      said->configs.push_back(command.message.config);
      return true;
    };
    host->wire.brief = [said](const std::string&, const container_briefing& x) {
      said->briefings.push_back(x);
      return true;
    };
    host->wire.acknowledge = [said](const std::string& id) { said->answers.push_back(id); };
    bot = spawn(container_bot, py, std::shared_ptr<const container_services>(host));
    auto mine = std::make_shared<container_trader_services>();
    mine->orders = desk;
    mine->journal = journal;
    mine->market = caf::actor_cast<market_actor>(neighbour);
    mine->performance = caf::actor_cast<performance_actor>(neighbour);
    mine->house = the_house();
    mine->send = [said](const std::string&, std::string_view field, const std::string& json) {
      said->fields.emplace_back(field, json);
      return true;
    };
    mine->acknowledge = [said](const std::string& id) { said->orders.push_back(id); };
    trader =
        spawn(container_trader, py, bot, std::shared_ptr<const container_trader_services>(mine));
    be_there(last_event);
  }

  void be_there(std::int64_t last_event = 0) {
    bot_status seen;
    seen.state = bot_state::running;
    send(bot, seen, true);
    send(trader, last_event, true);
    run();
  }

  std::string entry() { return std::to_string(time()->now_ms()) + "-" + std::to_string(++entries); }
  place_order wish_of(std::uint64_t number, order_side side = order_side::buy) const {
    place_order result;
    result.bot_id = py.id;
    result.number = number;
    result.terms.ticker = "AAPL";
    result.terms.side = side;
    result.terms.type = order_type::limit;
    result.terms.qty = shares("10");
    result.terms.limit_price = dollars("100");
    return result;
  }
  std::string order(std::uint64_t number, order_side side = order_side::buy) {
    auto id = entry();
    send(trader, wish_of(number, side), id);
    run();
    return id;
  }
  void fill(std::uint64_t number, const char* qty = "10") {
    script->tell(script->fill(client(number), shares(qty), dollars("100")));
    run();
  }
  std::string client(std::uint64_t number) { return record(number).order.request.client_order_id; }
  order_record record(std::uint64_t number) {
    find_orders query;
    query.bot_id = py.id;
    query.number = number;
    auto found = request_sync<order_list>(real, query);
    REQUIRE(found);
    REQUIRE(found->orders.size() == 1);
    return found->orders.front();
  }

  outcry::test::answer<command_outcome> command(const std::string& id, const std::string& type,
                                                const std::string& arguments = "{}") {
    bot_command wish;
    wish.message.id = id;
    wish.message.type = type;
    wish.message.config = arguments;
    wish.message.pressed_at_ms = time()->now_ms();
    wish.addressed = true;
    ledger entry;
    entry.message = wish.message;
    entry.adopted_at_ms = time()->now_ms();
    entry.state = message_state::working;
    ledger_line line;
    line.bot_id = py.id;
    line.addressed = true;
    entry.lines.push_back(line);
    journal_write write;
    write.adopted.push_back(entry);
    REQUIRE(request_sync<journal_receipt>(real, write));
    auto answered = ask<command_outcome>(bot, wish);
    run();
    return answered;
  }
  void says(const std::string& id, line_status status, const std::string& entry_id,
            const std::string& reason = "stopped", std::int64_t at_ms = 0) {
    ledger_line line;
    line.bot_id = py.id;
    line.status = status;
    line.reason = reason;
    line.at_ms = at_ms == 0 ? time()->now_ms() : at_ms;
    send(bot, command_outcome{id, line, true}, entry_id);
    run();
  }
  /// What the trader wrote in that field.
  std::vector<std::string> told(const std::string& field) const {
    std::vector<std::string> result;
    for (const auto& [name, json] : words->fields)
      if (name == field) result.push_back(json);
    return result;
  }
};

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline bool holds(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace outcry::redis::test
