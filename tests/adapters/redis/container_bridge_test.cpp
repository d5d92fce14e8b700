#include "adapters/redis/container_bridge.hpp"

#include <algorithm>
#include <optional>

#include <catch2/catch.hpp>

#include "adapters/redis/streams.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "messages/channels.hpp"
#include "tests/adapters/redis/bridge_fixture.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

/// What desk and roster were told, in order; a farewell has no state.
struct word {
  std::string bot_id;
  std::optional<bot_state> state;
  std::string reason;
};

const bot_identity py_aapl{"py-AAPL", "AAPL", "py", "box", bot_kind::controlled};

/// The bridge on a journal of its own, between a real server and people who listen.
struct bridged_bots : bridge_system {
  outcry::test::temp_dir directory;
  redis_server server;
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

  void adopt(const std::string& message_id, const std::string& type) {
    ledger entry;
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
  explicit bot_by_hand(const redis_server& server) : link(connect(server)) {}

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

}  // namespace

TEST_CASE("container bridge: who only listens leaves some time after the last one went") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  {
    outside_bot bot(floor.server, "AAPL");
    REQUIRE(floor.roster_hears("observed-AAPL", bot_state::running));
  }
  REQUIRE(floor.roster_hears("observed-AAPL", bot_state::absent, "nobody subscribes"));
  CHECK(floor.left->all().empty());
  {
    outside_bot again(floor.server, "AAPL");
    REQUIRE(floor.roster_hears("observed-AAPL", bot_state::running, "", 2));
    floor.time->advance(61 * ns_per_s);
  }
  REQUIRE(floor.roster_hears("observed-AAPL", bot_state::absent, "nobody subscribes", 2));
  // Redis being away is not the bot being away: its minute begins anew.
  floor.time->advance(30 * ns_per_s);
  {
    outside_bot meta(floor.server, "META");
    REQUIRE(floor.roster_hears("observed-META", bot_state::running));
    floor.server.kill();
    REQUIRE(floor.roster_hears("observed-META", bot_state::absent, "Redis is gone"));
    floor.time->advance(40 * ns_per_s);
    floor.server.start();
    REQUIRE(floor.roster_hears("observed-META", bot_state::running, "", 2));
    CHECK(floor.left->all().empty());
  }
  REQUIRE(floor.roster_hears("observed-META", bot_state::absent, "nobody subscribes"));
  floor.time->advance(61 * ns_per_s);
  REQUIRE(floor.roster_hears("observed-AAPL", std::nullopt));
  REQUIRE(floor.left->wait([](const auto& all) {
    return std::any_of(all.begin(), all.end(),
                       [](const auto& x) { return x.bot_id == "observed-AAPL"; });
  }));
  outside_bot much_later(floor.server, "AAPL");
  REQUIRE(floor.roster_hears("observed-AAPL", bot_state::running, "", 3));
}

TEST_CASE("container bridge: a listener who says so is no bot") {
  REQUIRE_REDIS();
  bridged_bots floor;
  subscriber_options options;
  options.connection = at(floor.server.url());
  options.link = quick_link();
  subscriber listener(options);
  listener.subscribe(channels::listeners("AAPL"));
  listener.subscribe(channels::ticker_updates("AAPL"));
  listener.start();
  outside_bot meta(floor.server, "META");
  floor.open();
  // Both are looked at together: META was seen twice, and so was AAPL.
  REQUIRE(floor.roster_hears("observed-META", bot_state::running));
  for (const auto& x : floor.roster_words->all()) CHECK(x.bot_id != "observed-AAPL");
  outside_bot aapl(floor.server, "AAPL");
  CHECK(floor.roster_hears("observed-AAPL", bot_state::running));
  listener.stop();
}

TEST_CASE("container bridge: while Redis is away its bots are absent, and said to be") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  {
    bot_by_hand bot(floor.server);
    bot.announce();
    REQUIRE(floor.roster_hears("py-AAPL", bot_state::running));
    floor.adopt("m1", "stop");
    floor.tell("m1", "stop");
    REQUIRE(bot.hears("command", "m1"));
  }
  floor.server.kill();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::absent, "Redis is gone"));
  REQUIRE(floor.registered->wait([](const auto& all) { return !all.back().bot; }));
  floor.server.start();  // and has lost everything
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::absent, "not heard since Redis is back"));
  bot_by_hand bot(floor.server);
  bot.announce();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::running, "", 2));
  REQUIRE(bot.hears("command", "m1"));
  bot.answer("m1");
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::running, "", 2));
  CHECK(outcry::test::eventually([&] { return floor.line("m1").status == line_status::done; }));
}

TEST_CASE("container bridge: Redis emptied under a standing connection loses no command") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  bot_by_hand bot(floor.server);
  bot.announce();
  REQUIRE(floor.wait_bot());
  floor.adopt("m1", "status");
  floor.tell("m1", "status");
  REQUIRE(bot.hears("command", "m1"));
  REQUIRE(bot.link.command({"FLUSHALL"}));
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::absent, "heartbeat"));
  bot.announce();
  REQUIRE(bot.hears("command", "m1"));
  bot.answer("m1");
  CHECK(outcry::test::eventually([&] { return floor.line("m1").status == line_status::done; }));
}

TEST_CASE("container bridge: Redis emptied, the bot unnoticed: it is written again at once") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  bot_by_hand bot(floor.server);
  bot.announce();
  REQUIRE(floor.wait_bot());
  floor.adopt("m1", "status");
  floor.tell("m1", "status");
  REQUIRE(bot.hears("command", "m1"));
  auto presence = to_json(container_presence{py_aapl, bot_state::running, "{}", true});
  // All at once: no look of the floor's falls between.
  REQUIRE(bot.link.command({"MULTI"}));
  REQUIRE(bot.link.command({"FLUSHALL"}));
  REQUIRE(bot.link.command({"SET", channels::presence(py_aapl.id), presence}));
  REQUIRE(bot.link.command({"EXEC"}));
  CHECK(bot.hears("command", "m1"));
}

TEST_CASE("container bridge: an answer read before kill -9 is taken again, with one effect") {
  REQUIRE_REDIS();
  bridged_bots floor;
  bot_by_hand bot(floor.server);
  floor.adopt("m1", "stop");
  REQUIRE(create_group(bot.link, channels::acknowledgements, "outcry"));
  bot.answer("m1");
  std::string consumer = "floor";
  SECTION("by the same floor") {}
  SECTION("by one of another name") {
    consumer = "another floor";
  }
  auto read = read_group(bot.link, channels::acknowledgements, "outcry", "floor", ">", {});
  REQUIRE(read);
  REQUIRE(read->entries.size() == 1);
  REQUIRE(bot.unacknowledged() == 1);
  bot.announce(bot_state::stopped);
  floor.open(consumer, 50ms);
  REQUIRE(outcry::test::eventually([&] { return bot.unacknowledged() == 0; }));
  CHECK(floor.line("m1").status == line_status::done);
  CHECK(floor.record().desired == desired_state::stopped);
  CHECK(floor.record().revision == 1);
  // The floor died between the journal and the acknowledgement of the acknowledgement.
  bot.answer("m1");
  bot.answer("m1", line_status::error);
  REQUIRE(outcry::test::eventually([&] {
    auto info = describe_stream(bot.link, channels::acknowledgements);
    auto groups = bot.link.command({"XINFO", "GROUPS", channels::acknowledgements});
    return info && groups && bot.unacknowledged() == 0 &&
           (*groups)[0][7].text() == std::string_view(info->last_id);
  }));
  CHECK(floor.record().revision == 1);
  CHECK(floor.line("m1").status == line_status::done);
}

TEST_CASE("container bridge: a farewell sends away for good, but nobody who is there") {
  REQUIRE_REDIS();
  bridged_bots floor;
  bot_by_hand bot(floor.server);
  SECTION("with its last answer before it") {
    floor.open();
    bot.announce();
    REQUIRE(floor.wait_bot());
    floor.adopt("m1", "stop");
    floor.tell("m1", "stop");
    REQUIRE(bot.hears("command", "m1"));
    bot.answer("m1");
    bot.go_away();
    bot.say_farewell();
    REQUIRE(floor.left->wait_count(1));
    CHECK(floor.left->all()[0].bot_id == "py-AAPL");
    CHECK(floor.left->all()[0].reason == "sold");
    CHECK(floor.line("m1").status == line_status::done);
    CHECK(floor.roster_hears("py-AAPL", std::nullopt, "sold"));
    CHECK(outcry::test::eventually([&] { return bot.unacknowledged() == 0; }));
    // Whoever comes under its id again is welcome, and still stopped.
    bot.announce(bot_state::starting, false);
    CHECK(bot.hears("briefing", R"("desired":"stopped")"));
  }
  SECTION("said while the floor was down") {
    floor.adopt("m1", "stop");
    bot.answer("m1");
    bot.say_farewell();
    floor.open();
    REQUIRE(floor.left->wait_count(1));
    CHECK(floor.line("m1").status == line_status::done);
    CHECK(floor.line("m1").ticker == "AAPL");
  }
  SECTION("of an earlier life") {
    bot.say_farewell();
    bot.announce();
    floor.open();
    REQUIRE(floor.wait_bot());
    CHECK(outcry::test::eventually([&] { return bot.unacknowledged() == 0; }));
    CHECK(floor.left->all().empty());
  }
}

TEST_CASE("container bridge: one that merely ends stays expected") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();
  bot_by_hand bot(floor.server);
  bot.announce();
  REQUIRE(floor.wait_bot());
  bot.go_away();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::absent, "heartbeat"));
  floor.time->advance(3600 * ns_per_s);
  bot.announce();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::running, "", 2));
  CHECK(floor.left->all().empty());
}

TEST_CASE("container bridge: a bot that starts is briefed from the journal") {
  REQUIRE_REDIS();
  bridged_bots floor;
  journal_write write;
  write.bots.push_back(
      {py_aapl.id, desired_state::stopped, 2, R"({"step":3})", {}, floor.time->now_ms()});
  floor.self->request(floor.journal, 20s, write)
      .receive([](const journal_receipt&) {}, [](caf::error&) { FAIL("not written"); });
  floor.open();
  bot_by_hand bot(floor.server);
  bot.announce(bot_state::starting, false);
  REQUIRE(bot.hears("briefing", "{"));
  auto briefing = parse_container_briefing(bot.stream("briefing")[0]);
  REQUIRE(briefing);
  CHECK(briefing->desired == desired_state::stopped);
  CHECK(briefing->parameters == R"({"step":3})");
}

TEST_CASE("container bridge: one floor speaks to the bots of one Redis") {
  REQUIRE_REDIS();
  bridged_bots one;
  bridged_bots two;
  two.url = one.url;
  bot_by_hand bot(one.server);
  bot.announce();
  SECTION("another stays out until the first has ended") {
    one.lease = two.lease = 3s;
    one.open();
    REQUIRE(one.roster_hears("py-AAPL", bot_state::running));
    two.open();
    REQUIRE(two.link_says(outcry::link_state::down, "the floor den "));
    one.adopt("m1", "stop");
    one.tell("m1", "stop");
    REQUIRE(bot.hears("command", "m1"));
    bot.answer("m1");
    REQUIRE(outcry::test::eventually([&] { return one.line("m1").status == line_status::done; }));
    CHECK(two.roster_words->all().empty());
    CHECK(two.registered->all().empty());
    one.kill_bridge();
    REQUIRE(two.roster_hears("py-AAPL", bot_state::running));
    CHECK(two.link_says(outcry::link_state::live, ""));
  }
  SECTION("one that was killed has its own again at once") {
    one.lease = std::chrono::hours(1);
    one.open();
    REQUIRE(one.roster_hears("py-AAPL", bot_state::running));
    one.kill_bridge();
    one.open();
    CHECK(one.roster_hears("py-AAPL", bot_state::running, "", 2));
  }
  SECTION("one whose lease was taken lets its bots go") {
    one.open();
    REQUIRE(one.roster_hears("py-AAPL", bot_state::running));
    REQUIRE(bot.link.command({"SET", channels::floor, "attic 7"}));
    CHECK(one.roster_hears("py-AAPL", bot_state::absent, "the floor attic 7"));
    REQUIRE(bot.link.command({"DEL", channels::floor}));
    CHECK(one.roster_hears("py-AAPL", bot_state::running, "", 2));
  }
}

TEST_CASE("container bridge: what Redis refuses is the word on the link") {
  REQUIRE_REDIS();
  bridged_bots floor;
  bot_by_hand bot(floor.server);
  auto rights = [&](const std::string& change) {
    REQUIRE(bot.link.command({"ACL", "SETUSER", "floor", change}));
  };
  for (auto word : {"on", ">secret", "~*", "&*", "+@all"}) rights(word);
  floor.url = "redis://floor:secret@127.0.0.1:" + std::to_string(floor.server.port());
  bot.announce();
  std::string command;
  SECTION("to look") {
    command = "scan";
  }
  SECTION("to read") {
    command = "xreadgroup";
  }
  SECTION("to take the lease") {
    command = "eval";
  }
  rights("-" + command);
  floor.open();
  REQUIRE(floor.link_says(outcry::link_state::down, "NOPERM"));
  CHECK_THAT(floor.link().reason, Catch::Matchers::Contains(command));
  rights("+" + command);
  CHECK(floor.link_says(outcry::link_state::live, ""));
  CHECK(floor.roster_hears("py-AAPL", bot_state::running));
}

TEST_CASE("container bridge: a command that Redis refuses is the word on the link") {
  REQUIRE_REDIS();
  bridged_bots floor;
  bot_by_hand bot(floor.server);
  bot.announce();
  floor.open();
  REQUIRE(floor.wait_bot());
  // A key of another kind stands where the stream was to be.
  REQUIRE(bot.link.command({"SET", channels::commands(py_aapl.id), "no stream"}));
  floor.adopt("m1", "status");
  floor.tell("m1", "status");
  REQUIRE(floor.link_says(outcry::link_state::down, "WRONGTYPE"));
  REQUIRE(bot.link.command({"DEL", channels::commands(py_aapl.id)}));
  floor.adopt("m2", "status");
  floor.tell("m2", "status");
  CHECK(floor.link_says(outcry::link_state::live, ""));
}

TEST_CASE("container bridge: no container is called as those who only listen are") {
  REQUIRE_REDIS();
  bridged_bots floor;
  bot_by_hand bot(floor.server);
  auto guise = py_aapl;
  guise.id = "observed-AAPL";
  REQUIRE(bot.link.command({"SET", channels::presence(guise.id),
                            to_json(container_presence{guise, bot_state::running, "{}", true})}));
  bot.announce();
  floor.open();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::running));
  for (const auto& x : floor.roster_words->all()) CHECK(x.bot_id != "observed-AAPL");
}

TEST_CASE("container bridge: orders reach the desk, once they are known to be a bot's") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open_orders();
  bot_by_hand bot(floor.server);
  // Before the floor opens, and before anybody has announced itself.
  bot.order(py_aapl.id, 1);
  bot.announce();
  floor.open();
  REQUIRE(floor.wishes->wait_count(1));
  CHECK(floor.wishes->all()[0] == "place py-AAPL 1");
  REQUIRE(bot.hears("order_answer", R"("number":1,"status":"accepted")"));
  CHECK(outcry::test::eventually([&] { return bot.orders_left() == 0; }));
}

TEST_CASE("container bridge: orders of nobody, and what nobody can read") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.taken = {"ladder-AAPL"};
  std::string why;
  std::string who = "stranger";
  SECTION("a floor without an order desk") {
    who = py_aapl.id;
    why = "no bot can order through this floor";
  }
  SECTION("a stranger") {
    floor.open_orders();
    why = R"("code":"unknown_target")";
  }
  SECTION("a bot of the floor itself") {
    floor.open_orders();
    who = "ladder-AAPL";
    why = "the floor has a bot of that id itself";
  }
  SECTION("one that is only observed") {
    floor.open_orders();
    who = "observed-AAPL";
    why = "only observed";
  }
  bot_by_hand bot(floor.server);
  bot.announce();
  floor.open();
  outside_bot observed(floor.server, "AAPL");
  REQUIRE(floor.roster_hears("observed-AAPL", bot_state::running));
  bot.order(who, 7);
  // A cancel of theirs has no answer.
  bot.order(R"({"bot":")" + who + R"(","number":7})", "cancel");
  REQUIRE(outcry::test::eventually([&] {
    auto answers = bot.stream("order_answer", who);
    return answers.size() == 1 && answers[0].find(why) != std::string::npos &&
           answers[0].find(R"("status":"never_sent")") != std::string::npos;
  }));
  CHECK(outcry::test::eventually([&] { return bot.orders_left() == 0; }));
  CHECK(floor.wishes->all().empty());
}

TEST_CASE("container bridge: an order nobody can read is refused by its number, if it has one") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open_orders();
  bot_by_hand bot(floor.server);
  bot.announce();
  floor.open();
  REQUIRE(floor.roster_hears("py-AAPL", bot_state::running));
  bot.order("{");
  bot.order("{}", "wish");
  bot.order(R"({"bot":"py-AAPL","number":3,"side":"buy","type":"market","qty":"many"})");
  bot.order(R"({"bot":"py-AAPL","number":4})", "settle");
  REQUIRE(floor.wishes->wait_count(2));
  CHECK(floor.wishes->all() == std::vector<std::string>{"settle py-AAPL 3", "settle py-AAPL 4"});
  CHECK(outcry::test::eventually([&] { return bot.orders_left() == 0; }));
  auto seat = board_of(floor.system)->find("redis.bots", "redis");
  CHECK(outcry::test::eventually([&] { return seat->status().errors == 3; }));
}

TEST_CASE("container bridge: an order read and not answered before kill -9 comes again") {
  REQUIRE_REDIS();
  bridged_bots floor;
  floor.open();  // no order desk, no holder of the lease yet
  bot_by_hand bot(floor.server);
  floor.kill_bridge();
  REQUIRE(bot.link.command({"XGROUP", "CREATE", channels::orders, "outcry", "0", "MKSTREAM"}));
  bot.order(py_aapl.id, 1);
  REQUIRE(bot.link.command(
      {"XREADGROUP", "GROUP", "outcry", "floor", "STREAMS", channels::orders, ">"}));
  CHECK(bot.orders_left() == 1);
  bot.announce();
  floor.open_orders();
  floor.open();
  REQUIRE(floor.wishes->wait_count(1));
  CHECK(outcry::test::eventually([&] { return bot.orders_left() == 0; }));
}
