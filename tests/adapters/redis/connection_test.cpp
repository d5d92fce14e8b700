#include "adapters/redis/connection.hpp"

#include <future>

#include <catch2/catch.hpp>

#include "adapters/redis/numsub.hpp"
#include "tests/adapters/redis/redis_fixture.hpp"

using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

TEST_CASE("a connection executes commands with any bytes in them") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  std::string value("a\0b\r\n%s", 8);
  REQUIRE(link.command({"SET", "key", value}));
  auto read = link.command({"GET", "key"});
  REQUIRE(read);
  CHECK(read->text() == value);
  CHECK(link.command({"GET", "nothing"})->is_nil());
  CHECK(link.command({"INCR", "count"})->integer() == 1);
  auto list = link.command(arguments{"MGET", "key", "nothing"});
  REQUIRE(list->size() == 2);
  CHECK((*list)[0].text() == value);
  CHECK((*list)[7].is_nil());
}

TEST_CASE("commands in a row are answered in their order, errors in their place") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  for (int i = 0; i < 1000; ++i) {
    link.append({"RPUSH", "list", std::to_string(i)});
    if (i == 500) link.append({"NONSENSE"});
  }
  for (int i = 0; i < 1000; ++i) {
    auto answer = link.read();
    REQUIRE(answer);
    REQUIRE(answer->integer() == i + 1);
    if (i != 500) continue;
    auto refused = link.read();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == failure_kind::server_error);
    CHECK(server_code(refused.error()) == "ERR");
    CHECK(link.usable());
  }
}

TEST_CASE("a large value goes both ways, one over the limit ends the connection") {
  REQUIRE_REDIS();
  redis_server server;
  auto options = at(server.url());
  options.max_reply_bytes = 9 * 1024 * 1024;
  auto link = connection::open(options).value();
  std::string large(8 * 1024 * 1024, 'x');
  REQUIRE(link.command({"SET", "large", large}));
  CHECK(link.command({"GET", "large"})->text() == large);
  REQUIRE(link.command({"APPEND", "large", large}));
  auto refused = link.command({"GET", "large"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == failure_kind::protocol);
  CHECK_FALSE(link.usable());
}

TEST_CASE("user, password, database and name are those of the url") {
  REQUIRE_REDIS();
  redis_server::options options;
  options.password = "hunter2";
  options.users = {"bot on >hunter3 ~* &* +@all"};
  redis_server server(options);
  auto port = std::to_string(server.port());

  auto signed_in = at("redis://bot:hunter3@localhost:" + port + "/5");
  signed_in.client_name = "me";
  auto link = connection::open(signed_in).value();
  CHECK(link.command({"ACL", "WHOAMI"})->text() == "bot");
  CHECK(link.command({"CLIENT", "GETNAME"})->text() == "me");
  REQUIRE(link.command({"SET", "here", "1"}));

  auto plain = connection::open(at("redis://:hunter2@127.0.0.1:" + port)).value();
  CHECK(plain.command({"EXISTS", "here"})->integer() == 0);
  REQUIRE(plain.command({"SELECT", "5"}));
  CHECK(plain.command({"EXISTS", "here"})->integer() == 1);
}

TEST_CASE("a refused login or database is told apart and names no password") {
  REQUIRE_REDIS();
  redis_server::options options;
  options.password = "hunter2";
  redis_server server(options);
  auto port = std::to_string(server.port());
  for (const std::string& address :
       {"redis://127.0.0.1:" + port, "redis://127.0.0.1:" + port + "/1",
        "redis://:hunter4@127.0.0.1:" + port, "redis://bot:hunter4@127.0.0.1:" + port}) {
    CAPTURE(address);
    auto refused = connection::open(at(address));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == failure_kind::auth_failed);
    CHECK_THAT(refused.error().text, !Catch::Contains("hunter"));
  }
  auto no_database = connection::open(at("redis://:hunter2@127.0.0.1:" + port + "/99"));
  REQUIRE_FALSE(no_database);
  CHECK(no_database.error().kind == failure_kind::server_error);
  CHECK_THAT(no_database.error().text, Catch::Contains("index"));
  redis_server open_server;
  auto needless =
      connection::open(at("redis://:x@127.0.0.1:" + std::to_string(open_server.port())));
  REQUIRE_FALSE(needless);
  CHECK(needless.error().kind == failure_kind::auth_failed);
}

TEST_CASE("a Unix socket serves as well") {
  REQUIRE_REDIS();
  redis_server::options options;
  options.unix_socket = true;
  redis_server server(options);
  auto link = connection::open(at("unix://" + server.socket_path() + "?db=2"));
  REQUIRE(link);
  CHECK(link->command({"PING"})->text() == "PONG");
  auto missing = connection::open(at("unix:///nowhere/redis.sock"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == failure_kind::unreachable);
}

TEST_CASE("a server that is not there, frozen or gone is told apart") {
  REQUIRE_REDIS();
  auto nobody =
      connection::open(at("redis://127.0.0.1:" + std::to_string(outcry::test::free_port())));
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().kind == failure_kind::unreachable);
  CHECK_THAT(nobody.error().text, Catch::Contains("refused"));
  auto unknown = connection::open(at("redis://no-such-host.invalid"));
  REQUIRE_FALSE(unknown);
  CHECK((unknown.error().kind == failure_kind::unreachable ||
         unknown.error().kind == failure_kind::timed_out));

  redis_server server;
  auto options = at(server.url());
  options.command_timeout = 100ms;
  options.connect_timeout = 100ms;
  auto frozen = connection::open(options).value();
  server.freeze();
  auto late = frozen.command({"PING"});
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == failure_kind::timed_out);
  CHECK_FALSE(frozen.usable());
  CHECK(connection::open(options).error().kind == failure_kind::timed_out);
  server.thaw();

  auto link = connect(server);
  server.kill();
  // The first command may still find room in the socket: it must raise no SIGPIPE either.
  CHECK(link.command({"PING"}).error().kind == failure_kind::closed);
  CHECK(link.command({"PING"}).error().kind == failure_kind::closed);
}

TEST_CASE("a waiting connection is cancelled at once") {
  REQUIRE_REDIS();
  redis_server server;
  wake_event stop;
  auto link = connection::open(at(server.url()), &stop).value();
  auto waiting = std::async(std::launch::async, [&] {
    return link.command(arguments{"BLPOP", "nothing", "0"}, 60s);
  });
  stop.notify();
  auto answer = waiting.get();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == failure_kind::cancelled);
  CHECK(connection::open(at(server.url()), &stop).error().kind == failure_kind::cancelled);
}

TEST_CASE("subscribers are counted by channel") {
  REQUIRE_REDIS();
  redis_server server;
  auto listener = connect(server);
  REQUIRE(listener.command({"SUBSCRIBE", "TICKER_UPDATES_AAPL"}));
  auto link = connect(server);
  std::vector<std::string> channels{"TICKER_UPDATES_AAPL", "TICKER_UPDATES_META"};
  auto counts = parse_numsub(*link.command(numsub(channels)));
  REQUIRE(counts);
  CHECK(*counts ==
        std::vector<channel_count>{{"TICKER_UPDATES_AAPL", 1}, {"TICKER_UPDATES_META", 0}});
  auto names = parse_active_channels(*link.command(active_channels("TICKER_*")));
  REQUIRE(names);
  CHECK(*names == std::vector<std::string>{"TICKER_UPDATES_AAPL"});
  CHECK_FALSE(parse_numsub(*link.command({"PING"})));
  CHECK_FALSE(parse_active_channels(*link.command({"PING"})));
}
