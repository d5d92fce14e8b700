#include "tests/actors/signals/desk/signal_desk_rig.hpp"

namespace outcry::test {

namespace {

market_actor::behavior_type fake_market(market_actor::pointer,
                                        const std::shared_ptr<pit_list>& pits) {
  return {
      [](const find_pit&) { return pit_address{}; },
      [=](const list_pits&) { return *pits; },
  };
}

}  // namespace

signal_desk_rig::signal_desk_rig(const std::string& dir, std::shared_ptr<follower_script> script,
                                 signal_desk_options options)
    : bots(script ? std::move(script) : std::make_shared<follower_script>()) {
  auto clock = time();
  const auto real =
      spawn(sqlite::signal_bridge, sqlite::signal_options{dir, sqlite::signal_mode::immediate});
  store = spawn(faulty_store, caf::actor_cast<signal_store_actor>(real), faults);
  journal = spawn(
      sqlite::journal_bridge,
      sqlite::journal_options{{.data_dir = dir, .now_ms = [clock] { return clock->now_ms(); }},
                              sqlite::journal_mode::immediate});
  services.store = store;
  services.market = spawn(fake_market, pits);
  services.journal = journal;
  services.house = the_house();
  services.options = std::move(options);
  for (const auto* ticker : {"AAPL", "META"})
    book->followers[ticker] = {std::string("follow-") + ticker,
                               spawn(scripted_follower, bots).address()};
  book->complete = true;
  desk = caf::actor_cast<signal_desk_actor>(spawn(signal_desk, book, services));
  run();
}

signal_desk_options signal_desk_rig::followed(bool confirm) {
  signal_desk_options options;
  source_rules rules;
  rules.source = "discord:1";
  rules.trade = true;
  rules.confirm = confirm;
  rules.reading.asset = signals::asset_kind::stock;
  options.sources.push_back(rules);
  return options;
}

raw_message signal_desk_rig::message(const std::string& id, const std::string& text) const {
  raw_message x;
  x.source = "discord:1";
  x.source_id = id;
  x.author_id = "7";
  x.author = "caller";
  x.text = text;
  x.sent_ns = x.received_ns = the_house()->time->now();
  return x;
}

desk_verdict signal_desk_rig::say(const raw_message& x) {
  auto result = request_sync<desk_verdict>(desk, x);
  REQUIRE(result);
  return *result;
}

desk_verdict signal_desk_rig::edit(const std::string& id, const std::string& text) {
  auto x = message(id, text);
  x.edited_ns = x.received_ns + 1;
  return say(x);
}

desk_verdict signal_desk_rig::take_back(const std::string& id) {
  auto x = message(id, "");
  x.edited_ns = x.received_ns + 2;
  x.deleted = true;
  return say(x);
}

answer<command_outcome> signal_desk_rig::ask_confirm(const std::string& signal,
                                                     const std::string& answer) {
  bot_command command;
  command.message.id = "m" + std::to_string(time()->now()) + answer;
  command.message.type = "confirm";
  command.message.config = R"({"signal":")" + signal + R"(","answer":")" + answer + R"("})";
  command.addressed = true;
  auto outcome = ask<command_outcome>(desk, command);
  run();
  return outcome;
}

ledger_line signal_desk_rig::confirm(const std::string& signal, const std::string& answer) {
  auto outcome = ask_confirm(signal, answer).get();
  REQUIRE(outcome);
  return outcome->line;
}

signal_record signal_desk_rig::stored(const std::string& id) {
  find_signals query;
  query.source = "discord:1";
  query.source_id = id;
  auto found = request_sync<signal_list>(store, query);
  REQUIRE(found);
  REQUIRE(found->signals.size() == 1);
  return found->signals.front();
}

std::vector<signal_update_record> signal_desk_rig::updates() {
  auto found = request_sync<update_list>(store, find_updates{});
  REQUIRE(found);
  return found->updates;
}

void signal_desk_rig::tell(const std::string& id, signal_state state, const std::string& reason) {
  auto trade = bots->trades.at({"discord:1", id});
  trade.version = ++bots->version;
  trade.state = state;
  trade.reason = reason;
  bots->trades[{"discord:1", id}] = trade;
  send(desk, trade);
  run();
}

}  // namespace outcry::test
