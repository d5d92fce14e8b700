#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <catch2/catch.hpp>

#include "adapters/redis/container_bridge.hpp"
#include "tests/adapters/redis/bridge_fixture.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

bool python_can() {
  return std::system("/usr/bin/python3 -c 'import redis' >/dev/null 2>&1") == 0;
}

/// A floor's bridge and a bot in a process of its own.
struct bot_outside : bridge_system {
  redis_server server;
  outcry::test::temp_dir directory;
  std::shared_ptr<seen<register_bot>> registered = std::make_shared<seen<register_bot>>();
  std::shared_ptr<seen<unregister_bot>> left = std::make_shared<seen<unregister_bot>>();
  outcry::test::process bot;
  caf::scoped_actor self{system};

  bot_outside() {
    // Remembers the bot and no lines.
    auto known = std::make_shared<bot_image>();
    auto journal = own(system.spawn([known](caf::event_based_actor*) -> caf::behavior {
      return {
          [known](const journal_write& x) {
            for (const auto& record : x.bots) *known = {true, record, {}, {}, {}, {}};
            if (!x.stopped_bots.empty()) known->known = true;
            if (!x.stopped_bots.empty()) known->record.desired = desired_state::stopped;
            return journal_receipt{};
          },
          [](const load_floor&) { return floor_image{}; },
          [known](const load_bot&) { return *known; },
          [](const find_line&) { return ledger_line{}; },
          [](const find_ledgers&) { return ledger_list{}; },
      };
    }));
    auto names = registered;
    auto gone = left;
    auto listener = own(system.spawn([names, gone](caf::event_based_actor*) -> caf::behavior {
      return {
          [names](const register_bot& x) { names->add(x); },
          [gone](const unregister_bot& x) { gone->add(x); },
          [](const bot_status&) {},
          [](const command_outcome&) {},
      };
    }));
    container_bridge_options options;
    options.connection = at(server.url());
    options.link = quick_link();
    options.journal = caf::actor_cast<journal_actor>(journal);
    options.desk = caf::actor_cast<command_desk_actor>(listener);
    options.roster = caf::actor_cast<roster_actor>(listener);
    options.house = the_house;
    options.poll_interval = 50ms;
    own(system.spawn(container_bridge, options));
    start_bot();
  }

  void start_bot() { bot = python({"/counter_bot.py", server.url(), "AAPL", "py-AAPL"}); }

  outcry::test::process python(std::vector<std::string> words) {
    words[0] = OUTCRY_BOT_PYTHON + words[0];
    words.insert(words.begin(), {"/usr/bin/python3", "-B"});
    outcry::test::process::options call;
    call.arguments = std::move(words);
    call.output_file = directory.file("bot.log");
    return outcry::test::process(std::move(call));
  }

  /// The actor that stands for the bot, once it was announced `times` times.
  caf::actor wait_registered(std::size_t times) {
    caf::actor result;
    registered->wait([&](const auto& all) {
      std::size_t count = 0;
      for (const auto& x : all)
        if (x.bot && x.identity.id == "py-AAPL") {
          result = x.bot;
          ++count;
        }
      return count >= times;
    });
    return result;
  }

  ledger_line tell(const caf::actor& to, const std::string& id, const std::string& type,
                   const std::string& arguments = "{}") {
    bot_command command;
    command.message.id = id;
    command.message.type = type;
    command.message.config = arguments;
    command.message.pressed_at_ms = 1;
    command.addressed = true;
    ledger_line line;
    self->request(caf::actor_cast<commandable_actor>(to), 20s, command)
        .receive([&](const command_outcome& x) { line = x.line; },
                 [&](caf::error& reason) { line.reason = system.render(reason); });
    return line;
  }
};

/// Bots without a floor: the test is the floor.
struct bare_redis {
  redis_server server;
  outcry::test::temp_dir directory;
  connection link = connect(server);

  /// A counter bot with `body` in its class (two spaces deep), printing to `log`.
  outcry::test::process bot(const std::string& body = "  pass", const std::string& log = "bot.log",
                            const std::string& url = {}) const {
    outcry::test::process::options call;
    call.arguments = {"/usr/bin/python3",
                      "-B",
                      "-c",
                      R"(
import signal, sys, time
sys.path.insert(0, sys.argv[1])
import counter_bot
class Mine(counter_bot.CounterBot):
)" + body + R"(
bot = Mine(sys.argv[2], "AAPL", "counter", "py-AAPL")
signal.signal(signal.SIGTERM, lambda *_: bot.end())
bot.run()
)",
                      OUTCRY_BOT_PYTHON,
                      url.empty() ? server.url() : url};
    call.output_file = directory.file(log);
    return outcry::test::process(std::move(call));
  }

  std::string presence() {
    auto found = link.command({"GET", "OUTCRY_PRESENCE_py-AAPL"});
    return found && found->is_text() ? std::string(found->text()) : std::string();
  }
  bool soon_says(const std::string& text) {
    return outcry::test::eventually([&] { return presence().find(text) != std::string::npos; });
  }
  void brief() {
    REQUIRE(soon_says(R"("briefed": false)"));
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", "briefing",
                          R"({"desired":"running","parameters":{},"at":1})"}));
    REQUIRE(soon_says(R"("briefed": true)"));
  }
  void tell(const std::string& id, const std::string& type) {
    tell_raw(R"({"id":")" + id + R"(","type":")" + type +
             R"(","config":{},"addressed":true,"pressedAt":1,"expiresAt":0})");
  }
  void tell_raw(const std::string& text) {
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", "command", text}));
  }
  void publish(const std::string& payload) {
    REQUIRE(outcry::test::eventually([&] {
      auto reached = link.command({"PUBLISH", "TICKER_UPDATES_AAPL", payload});
      return reached && reached->integer() >= 1;
    }));
  }
  void publish_price() {
    publish(to_envelope(to_json(price_update{"AAPL", tick_of(1, ns_per_s)}), "test", 1));
  }
  /// The answers so far, once there are at least `count`.
  std::vector<std::string> answers(std::size_t count) {
    std::vector<std::string> result;
    CHECK(outcry::test::eventually([&] {
      auto all = link.command({"XRANGE", "OUTCRY_ACKNOWLEDGEMENTS", "-", "+"});
      result.clear();
      for (std::size_t i = 0; all && i < all->size(); ++i)
        result.emplace_back((*all)[i][1][1].text());
      return result.size() >= count;
    }));
    result.resize(std::max(count, result.size()));
    return result;
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("bot-python: a start given before a stop does not undo it") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto bot = redis.bot();
  INFO(bot.output());
  REQUIRE(redis.soon_says(R"("briefed": false)"));
  redis.tell("start-1", "start");
  redis.tell("start-1", "start");  // written again
  redis.tell("enter-1", "enter");
  redis.tell("stop-1", "stop");
  auto answers = redis.answers(3);
  CHECK(has(answers[0], R"("id": "stop-1", "bot": "py-AAPL", "status": "done")"));
  CHECK(has(answers[1], R"("id": "start-1")"));
  CHECK(has(answers[1], R"("status": "error", "code": "halted")"));
  CHECK(has(answers[2], R"("id": "enter-1")"));
  CHECK(has(answers[2], R"("code": "halted")"));
  redis.brief();
  CHECK(redis.soon_says(R"("state": "stopped")"));
  // Written again later it is still the same wish.
  redis.tell("start-1", "start");
  CHECK(redis.answers(4)[3] == answers[1]);
  CHECK(redis.soon_says(R"("state": "stopped")"));
  redis.tell("start-2", "start");
  CHECK(has(redis.answers(5)[4], R"("status": "done")"));
  CHECK(redis.soon_says(R"("state": "running")"));
}

TEST_CASE("bot-python: a stop does not wait behind prices, nor does the heartbeat") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  // 300 prices take 30 s; the lease is 6 s.
  auto bot = redis.bot(R"(
  def on_price(self, price):
    super().on_price(price)
    time.sleep(0.1)
)");
  INFO(bot.output());
  redis.brief();
  for (int i = 0; i < 300; ++i) redis.publish_price();
  // Beyond the lease it had when the prices came.
  REQUIRE(redis.soon_says(R"("count": 80)"));
  redis.tell("stop-1", "stop");
  CHECK(has(redis.answers(1)[0], R"("status": "done")"));
  CHECK(redis.soon_says(R"("state": "stopped")"));
  CHECK_FALSE(has(redis.presence(), R"("count": 300)"));
}

TEST_CASE("bot-python: messages that nobody can read are counted and survived") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto bot = redis.bot();
  redis.brief();
  for (const std::string& payload :
       {std::string(R"({"data":5})"), std::string(R"({"data":null})"), std::string("\xff\xfe"),
        std::string(R"({"data":{"type":"price"}})"),
        std::string(R"({"data":{"type":"price","price":"much"}})"),
        std::string(R"({"data":{"type":["price"],"price":"1"}})"), std::string("[]"),
        std::string(100'000, '[')})
    redis.publish(payload);
  for (const std::string text :
       {R"(5)", R"({"id":[1],"type":"stop"})", R"({"id":"a","type":{}})",
        R"({"id":"b","type":"stop","addressed":true,"expiresAt":"soon"})", "\xff"})
    redis.tell_raw(text);
  redis.publish_price();
  redis.tell("status-1", "status");
  CHECK(has(redis.answers(1)[0], R"("id": "status-1")"));
  CHECK(redis.soon_says(R"("count": 1)"));
  CHECK(bot.running());
  auto said = bot.output();
  INFO(said);
  CHECK(has(said, "TICKER_UPDATES_AAPL: unreadable (1 so far): data: expected an object"));
  CHECK_FALSE(has(said, "Traceback"));
}

TEST_CASE("bot-python: what on_price raises makes it failed until a start") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto bot = redis.bot(R"(
  def on_price(self, price):
    super().on_price(price)
    if self.count == 1: raise ValueError("no such thing")
)");
  redis.brief();
  redis.publish_price();
  CHECK(redis.soon_says(R"("state": "failed")"));
  CHECK(has(redis.presence(), "on_price: ValueError: no such thing"));
  CHECK(has(bot.output(), "Traceback"));
  redis.tell("start-1", "start");
  CHECK(has(redis.answers(1)[0], R"("reason": "started")"));
  redis.publish_price();
  redis.tell("status-1", "status");
  CHECK(redis.soon_says(R"("count": 2)"));
  CHECK_FALSE(has(redis.presence(), "no such thing"));
}

TEST_CASE("bot-python: it says what is wrong with Redis") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  redis_server::options guarded;
  guarded.password = "right";
  redis_server server(guarded);
  bare_redis redis;
  auto says = [](const outcry::test::process& bot, const std::string& text) {
    return outcry::test::eventually([&] { return has(bot.output(), text); });
  };
  auto stranger = redis.bot("  pass", "stranger.log",
                            "redis://:wrong@127.0.0.1:" + std::to_string(server.port()));
  CHECK(says(stranger, "check user and password"));
  CHECK_FALSE(has(stranger.output(), ":wrong"));
  auto bot = redis.bot();
  redis.brief();
  redis.server.kill();
  CHECK(says(bot, "Redis: ConnectionError"));
  redis.server.start();
  CHECK(says(bot, "Redis is back"));
}

TEST_CASE("bot-python: orders are counted on, events are taken once and in order") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto write = [&](const std::string& field, const std::string& text) {
    REQUIRE(redis.link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", field, text}));
  };
  auto asks = [&](const std::string& field, const std::string& text) {
    return outcry::test::eventually([&] {
      auto all = redis.link.command({"XRANGE", "OUTCRY_ORDERS", "-", "+"});
      for (std::size_t i = 0; all && i < all->size(); ++i)
        if ((*all)[i][1][0].text() == field && has(std::string((*all)[i][1][1].text()), text))
          return true;
      return false;
    });
  };
  auto event = [&](int seq, int after, int number, const std::string& name,
                   const std::string& status, const std::string& qty) {
    write("order_event", R"({"seq":)" + std::to_string(seq) + R"(,"after":)" +
                             std::to_string(after) + R"(,"number":)" + std::to_string(number) +
                             R"(,"event":")" + name + R"(","side":"buy","type":"market",)" +
                             R"("status":")" + status + R"(","price":"107","qty":")" + qty +
                             R"(","filledQty":")" + qty +
                             R"(","averagePrice":"107","code":"","reason":"","at":1})");
  };
  // Written by an earlier life of it, and not read by the floor yet.
  REQUIRE(redis.link.command(
      {"XADD", "OUTCRY_ORDERS", "*", "order", R"({"bot":"py-AAPL","number":7})"}));
  REQUIRE(redis.link.command(
      {"XADD", "OUTCRY_ORDERS", "*", "order", R"({"bot":"other","number":70})"}));
  auto bot = redis.bot(R"(
  def __init__(self, *words):
    super().__init__(*words, orders=True)
  def on_price(self, price):
    self.submit("buy", qty="0.50", limit_price=106.5)
  def on_order_event(self, event):
    print("event", event["number"], event["event"], self.position, sorted(self.open_orders),
          flush=True)
)");
  INFO(bot.output());
  auto says = [&](const std::string& text) {
    return outcry::test::eventually([&] { return has(bot.output(), text); });
  };
  // It is told how its orders stand before it is briefed.
  REQUIRE(redis.soon_says(R"("lastEvent": -1)"));
  write("briefing", R"({"desired":"running","parameters":{},"at":1})");
  write("orders", R"({"seq":40,"number":4,"position":"2.5","open":[]})");
  REQUIRE(redis.soon_says(R"("lastEvent": 40)"));
  CHECK(has(redis.presence(), R"("briefed": false)"));
  redis.brief();
  redis.publish_price();
  REQUIRE(asks("order", R"("number": 8, "side": "buy", "type": "limit", "qty": "0.50", )"
                        R"("limitPrice": "106.5")"));
  // One before it was lost: left; then both, one of them twice.
  event(43, 42, 8, "fill", "filled", "0.5");
  event(42, 40, 8, "new", "new", "0");
  event(43, 42, 8, "fill", "filled", "0.5");
  event(43, 42, 8, "fill", "filled", "0.5");
  REQUIRE(redis.soon_says(R"("lastEvent": 43)"));
  CHECK(says("event 8 new 2.5 [8]\nevent 8 fill 3.0 []\n"));
  // Refused by the answer, told of it once.
  redis.publish_price();
  REQUIRE(asks("order", R"("number": 9)"));
  write("order_answer", R"({"number":9,"status":"never_sent","code":"halted","reason":"stopped"})");
  CHECK(says("event 9 refused 3.0 []\n"));
  event(45, 43, 9, "refused", "never_sent", "0");
  REQUIRE(redis.soon_says(R"("lastEvent": 45)"));
  // Nobody answers: it asks, and does not write the order anew.
  redis.publish_price();
  REQUIRE(asks("settle", R"("number": 10)"));
  write("order_answer", R"({"number":10,"status":"never_sent","code":"unavailable","reason":""})");
  CHECK(says("event 10 refused 3.0 []\n"));
  const auto said = bot.output();
  CHECK(said.find("event 9") == said.rfind("event 9"));
  CHECK(said.find("event 8 fill") == said.rfind("event 8 fill"));
  auto all = redis.link.command({"XRANGE", "OUTCRY_ORDERS", "-", "+"});
  REQUIRE(all);
  int orders = 0;
  for (std::size_t i = 0; i < all->size(); ++i) orders += (*all)[i][1][0].text() == "order";
  CHECK(orders == 5);
  // Stopped, it orders nothing.
  redis.tell("stop-1", "stop");
  CHECK(has(redis.answers(1)[0], R"("status": "done")"));
}

TEST_CASE("bot-python: an exit with a limit price sells whole shares and names what is left") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto write = [&](const std::string& field, const std::string& text) {
    REQUIRE(redis.link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", field, text}));
  };
  auto order = [&]() -> std::string {
    auto all = redis.link.command({"XRANGE", "OUTCRY_ORDERS", "-", "+"});
    return all && all->size() > 0 ? std::string((*all)[0][1][1].text()) : std::string();
  };
  auto bot = redis.bot(R"(
  def __init__(self, *words):
    super().__init__(*words, orders=True)
)");
  INFO(bot.output());
  REQUIRE(redis.soon_says(R"("lastEvent": -1)"));
  write("orders", R"({"seq":40,"number":4,"position":"2.75","open":[]})");
  REQUIRE(redis.soon_says(R"("lastEvent": 40)"));
  redis.brief();
  redis.tell_raw(R"({"id":"exit-1","type":"exit","config":{"limit_price":"99.5"},)"
                 R"("addressed":true,"pressedAt":1,"expiresAt":0})");
  CHECK(has(redis.answers(1)[0], R"("status": "pending")"));
  REQUIRE(outcry::test::eventually([&] { return !order().empty(); }));
  CHECK(has(order(), R"("side": "sell", "type": "limit", "qty": "2", "limitPrice": "99.5")"));
  SECTION("it is sold") {
    write("order_event",
          R"({"seq":41,"after":40,"number":5,"event":"fill","side":"sell","type":"limit",)"
          R"("status":"filled","price":"99.5","qty":"2","filledQty":"2","averagePrice":"99.5",)"
          R"("code":"","reason":"","at":1})");
    const auto last = redis.answers(2)[1];
    CHECK(has(last, R"("status": "error")"));
    CHECK(has(last, "a part of a share is not sold at a limit price; position 0.75 is left"));
  }
  SECTION("it is refused, and why is said") {
    for (int number = 5; number < 8; ++number)
      write("order_answer", R"({"number":)" + std::to_string(number) +
                                R"(,"status":"never_sent","code":"refused","reason":"not now"})");
    // An answer to an order that was not asked for yet is skipped: said again.
    CHECK(outcry::test::eventually([&] {
      for (int number = 6; number < 8; ++number)
        write("order_answer", R"({"number":)" + std::to_string(number) +
                                  R"(,"status":"never_sent","code":"refused","reason":"not now"})");
      auto all = redis.link.command({"XLEN", "OUTCRY_ACKNOWLEDGEMENTS"});
      return all && all->integer() >= 2;
    }));
    CHECK(has(redis.answers(2)[1], "3 orders were not filled: not now; position 2.75 is left"));
  }
}

TEST_CASE("bot-python: of two with one id only the first obeys") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto first = redis.bot();
  redis.brief();
  auto second = redis.bot("  pass", "second.log");
  CHECK(outcry::test::eventually([&] { return has(second.output(), "has this id"); }));
  // Only one subscriber.
  auto reached = redis.link.command({"PUBLISH", "TICKER_UPDATES_AAPL", "{}"});
  REQUIRE(reached);
  CHECK(reached->integer() == 1);
  redis.tell("stop-1", "stop");
  redis.answers(1);
  redis.tell("status-1", "status");
  CHECK(redis.answers(2).size() == 2);
  auto presence = redis.presence();
  auto name = presence.substr(presence.find(R"("instance")"), 48);
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  // It removed nothing that is not its own.
  CHECK(has(redis.presence(), name));
  auto third = redis.bot("  pass", "third.log");
  CHECK(outcry::test::eventually([&] { return has(third.output(), "has this id"); }));
  first.signal(SIGTERM);
  CHECK(first.wait() == 0);
  redis.brief();
  CHECK_FALSE(has(redis.presence(), name));
  CHECK(redis.soon_says(R"("state": "running")"));
}

TEST_CASE("bot-python: counts, obeys once, survives Redis being killed") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bot_outside floor;
  auto bot = floor.wait_registered(1);
  INFO(floor.bot.output());
  REQUIRE(bot);
  // An answer means that it was briefed, too.
  REQUIRE(floor.tell(bot, "status-0", "status").status == line_status::done);
  auto link = connect(floor.server);
  for (int i = 1; i <= 3; ++i) {
    auto payload = to_envelope(to_json(price_update{"AAPL", tick_of(i, ns_per_s)}), "test", 1);
    REQUIRE(outcry::test::eventually([&] {
      auto reached = link.command({"PUBLISH", "TICKER_UPDATES_AAPL", payload});
      return reached && reached->integer() == 1;
    }));
  }
  int asked = 0;
  CHECK(outcry::test::eventually([&] {
    auto line = floor.tell(bot, "status-" + std::to_string(++asked), "status");
    return line.result.find(R"("count": 3)") != std::string::npos;
  }));
  auto stopped = floor.tell(bot, "stop-1", "stop");
  CHECK(stopped.status == line_status::done);
  CHECK(stopped.container == "container");
  // This journal remembers no lines: the repetition reaches the bot, which answers from memory.
  CHECK(floor.tell(bot, "stop-1", "stop").reason == "stopped");
  CHECK(floor.tell(bot, "status-again", "status").result.find(R"("stops": 1)") !=
        std::string::npos);
  floor.server.kill();
  floor.server.start();
  auto after = floor.tell(bot, "start-1", "start");
  if (after.status != line_status::done) {
    auto again = floor.wait_registered(2);
    REQUIRE(again);
    after = floor.tell(again, "start-1", "start");
  }
  CHECK(after.status == line_status::done);
}

TEST_CASE("bot-python: restarted, it knows its parameters and that it is stopped") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bot_outside floor;
  auto bot = floor.wait_registered(1);
  INFO(floor.bot.output());
  REQUIRE(bot);
  CHECK(floor.tell(bot, "set-0", "set", R"({"step":0})").code == "invalid_config");
  REQUIRE(floor.tell(bot, "set-1", "set", R"({"step":3})").status == line_status::done);
  REQUIRE(floor.tell(bot, "stop-1", "stop").status == line_status::done);
  floor.bot.signal(SIGTERM);
  REQUIRE(floor.bot.wait() == 0);
  // It goes without a farewell: gone at once, and expected.
  auto link = connect(floor.server);
  auto presence = link.command({"EXISTS", "OUTCRY_PRESENCE_py-AAPL"});
  REQUIRE(presence);
  CHECK(presence->integer() == 0);
  REQUIRE(floor.registered->wait([](const auto& all) { return !all.back().bot; }));
  floor.start_bot();
  auto again = floor.wait_registered(2);
  REQUIRE(again);
  auto status = floor.tell(again, "status-1", "status");
  CHECK(status.result.find(R"("state": "stopped")") != std::string::npos);
  CHECK(status.result.find(R"("step": 3)") != std::string::npos);
  // It learnt it before it could act: nobody had to tell it to stop.
  CHECK(status.result.find(R"("stops": 0)") != std::string::npos);
  CHECK(floor.left->all().empty());
}

TEST_CASE("bot-python: it does nothing before the floor has said whether it may") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  redis_server server;
  outcry::test::temp_dir directory;
  outcry::test::process::options call;
  call.arguments = {"/usr/bin/python3", "-B",   OUTCRY_BOT_PYTHON "/counter_bot.py",
                    server.url(),       "AAPL", "py-AAPL"};
  call.output_file = directory.file("bot.log");
  outcry::test::process bot(call);
  auto link = connect(server);
  auto said = [&](const std::string& text) {
    auto presence = link.command({"GET", "OUTCRY_PRESENCE_py-AAPL"});
    return presence && presence->is_text() && presence->text().find(text) != std::string::npos;
  };
  auto soon_says = [&](const std::string& text) {
    return outcry::test::eventually([&] { return said(text); });
  };
  INFO(bot.output());
  REQUIRE(soon_says(R"("briefed": false)"));
  auto price = to_envelope(to_json(price_update{"AAPL", tick_of(1, ns_per_s)}), "test", 1);
  REQUIRE(outcry::test::eventually([&] {
    auto reached = link.command({"PUBLISH", "TICKER_UPDATES_AAPL", price});
    return reached && reached->integer() == 1;
  }));
  auto command = [&](const std::string& id, const std::string& type) {
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", "command",
                          R"({"id":")" + id + R"(","type":")" + type +
                              R"(","config":{},"addressed":true,"pressedAt":1,"expiresAt":0})"}));
  };
  auto answers = [&](std::size_t count) {
    return outcry::test::eventually([&] {
      auto length = link.command({"XLEN", "OUTCRY_ACKNOWLEDGEMENTS"});
      return length && length->integer() >= static_cast<std::int64_t>(count);
    });
  };
  // A command waits for the briefing, the brake does not.
  command("status-1", "status");
  SECTION("a brake") {
    command("stop-1", "stop");
    REQUIRE(answers(1));
    auto first = link.command({"XRANGE", "OUTCRY_ACKNOWLEDGEMENTS", "-", "+"});
    REQUIRE(first);
    CHECK((*first)[0][1][1].text().find("stop-1") != std::string::npos);
    CHECK(soon_says(R"("state": "stopped")"));
  }
  SECTION("parameters that it refuses") {
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", "briefing",
                          R"({"desired":"running","parameters":{"stride":3},"at":1})"}));
    REQUIRE(answers(1));
    CHECK(soon_says(R"("state": "failed")"));
    CHECK(soon_says("no other parameter than step"));
  }
  SECTION("a briefing") {
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", "briefing",
                          R"({"desired":"running","parameters":{"step":3},"at":1})"}));
    REQUIRE(answers(1));
    CHECK(soon_says(R"("state": "running")"));
    CHECK(soon_says(R"("count": 0)"));
    CHECK(soon_says(R"("step": 3)"));
    CHECK(soon_says(R"("briefed": true)"));
  }
}

TEST_CASE("bot-python: a farewell for one that is never to come back") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bot_outside floor;
  REQUIRE(floor.wait_registered(1));
  floor.bot.signal(SIGKILL);
  floor.bot.wait();
  auto farewell =
      floor.python({"/outcry_bot.py", "farewell", floor.server.url(), "py-AAPL", "sold"});
  REQUIRE(farewell.wait() == 0);
  REQUIRE(floor.left->wait_count(1));
  CHECK(floor.left->all()[0].bot_id == "py-AAPL");
  CHECK(floor.left->all()[0].reason == "sold");
}

TEST_CASE("bot-python: its own farewell comes after its last answer") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bot_outside floor;
  floor.bot.signal(SIGKILL);
  floor.bot.wait();
  outcry::test::process::options call;
  call.arguments = {"/usr/bin/python3", "-B", "-c", R"(
import sys
sys.path.insert(0, sys.argv[1])
import counter_bot
class LastDay(counter_bot.CounterBot):
    def on_stop(self):
        self.end(farewell="sold")
LastDay(sys.argv[2], "AAPL", "counter", "py-AAPL").run()
)", OUTCRY_BOT_PYTHON, floor.server.url()};
  call.output_file = floor.directory.file("last.log");
  floor.bot = outcry::test::process(std::move(call));
  INFO(floor.bot.output());
  auto bot = floor.wait_registered(1);
  REQUIRE(bot);
  CHECK(floor.tell(bot, "stop-1", "stop").status == line_status::done);
  CHECK(floor.bot.wait() == 0);
  REQUIRE(floor.left->wait_count(1));
  CHECK(floor.left->all()[0].reason == "sold");
}
