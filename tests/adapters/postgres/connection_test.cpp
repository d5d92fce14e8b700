#include "adapters/postgres/connection.hpp"

#include <future>
#include <thread>

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/adapters/postgres/rig.hpp"

using namespace outcry::postgres;
using namespace outcry::postgres::test;

namespace {

/// Runs `work`; the kind of the failure it must throw.
template <class Work>
failure_kind failing(Work work) {
  try {
    work();
  } catch (const failure& error) {
    CHECK_THAT(error.what(), !Catch::Contains("secret-of"));
    return error.kind();
  }
  FAIL("nothing was thrown");
  return failure_kind::stopped;
}

}  // namespace

TEST_CASE("statements answer rows, or say what was wrong with them") {
  NEEDS_POSTGRES();
  rig db;
  const auto found = db.owner.run("SELECT $1::text, $2::bigint + 1, true, NULL", {"a'\"\\é", "41"});
  REQUIRE(found.count() == 1);
  CHECK(found.text(0, 0) == "a'\"\\é");
  CHECK(found.number(0, 1) == 42);
  CHECK(found.flag(0, 2));
  CHECK(found.is_null(0, 3));
  CHECK_THROWS_AS(found.number(0, 0), failure);
  CHECK(failing([&] { db.owner.run("SELECT nothing FROM nowhere"); }) == failure_kind::refused);
  CHECK(failing([&] { db.owner.run("SELECT 'x'::bigint"); }) == failure_kind::bad_row);
  CHECK(db.one("SELECT 1") == "1");
  // More than fits a socket's buffers, both ways.
  const std::string much(8'000'000, 'x');
  CHECK(db.owner.run("SELECT $1::text", {much}).text(0, 0) == much);
}

TEST_CASE("signing in with a wrong password is refused, and the password not told") {
  NEEDS_POSTGRES();
  rig db;
  const auto url =
      "postgresql://postgres:hunter2@127.0.0.1:" + std::to_string(db.server.port()) + "/signals";
  try {
    connection to{connection_string(url), db.alarm};
    FAIL("connected");
  } catch (const failure& error) {
    CHECK(error.kind() == failure_kind::refused);
    CHECK_THAT(error.what(), Catch::Contains("password authentication failed"));
    CHECK_THAT(error.what(), !Catch::Contains("hunter2"));
  }
}

TEST_CASE("a notification ends the wait, also one that came while a statement ran") {
  NEEDS_POSTGRES();
  rig db;
  auto listener = db.as("postgres");
  listener.run("LISTEN x");
  db.owner.run("NOTIFY x");
  CHECK(listener.wait(std::chrono::seconds(20)));
  db.owner.run("NOTIFY x");
  listener.run("SELECT 1");
  CHECK(listener.wait(std::chrono::seconds(20)));
  CHECK_FALSE(listener.wait(std::chrono::milliseconds(1)));
}

TEST_CASE("a connection whose backend was ended is noticed while it waits") {
  NEEDS_POSTGRES();
  rig db;
  auto listener = db.as("postgres");
  listener.run("LISTEN x");
  const auto pid = listener.run("SELECT pg_backend_pid()").text(0, 0);
  db.owner.run("SELECT pg_terminate_backend($1::int)", {pid});
  CHECK(failing([&] {
          while (true) listener.wait(std::chrono::seconds(20));
        }) == failure_kind::unreachable);
}

TEST_CASE("a server that was killed is noticed by who waits and by who asks") {
  NEEDS_POSTGRES();
  rig db;
  auto other = db.as("postgres");
  db.server.kill();
  CHECK(failing([&] {
          while (true) other.wait(std::chrono::seconds(20));
        }) == failure_kind::unreachable);
  CHECK(failing([&] { db.owner.run("SELECT 1"); }) == failure_kind::unreachable);
}

TEST_CASE("a frozen server's answer is not waited for beyond the limit") {
  NEEDS_POSTGRES();
  rig db;
  connection_limits limits;
  limits.answer = std::chrono::milliseconds(50);
  connection to(connection_string(db.server.url()), db.alarm, limits);
  db.server.freeze();
  CHECK(failing([&] { to.run("SELECT 1"); }) == failure_kind::unreachable);
  db.server.thaw();
}

TEST_CASE("someone who accepts and says nothing is not waited for beyond the limit") {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(fd, 4) == 0);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const connection_string target("host=127.0.0.1 user=u dbname=d port=" +
                                 std::to_string(ntohs(address.sin_port)));
  bell alarm;
  connection_limits limits;
  limits.connect = std::chrono::milliseconds(50);
  CHECK(failing([&] { connection to(target, alarm, limits); }) == failure_kind::unreachable);

  SECTION("and a stop ends the wait at once") {
    limits.connect = std::chrono::hours(1);
    auto ended = std::async(std::launch::async,
                            [&] { return failing([&] { connection to(target, alarm, limits); }); });
    alarm.stop();
    CHECK(ended.get() == failure_kind::stopped);
  }
  ::close(fd);
}

TEST_CASE("a stop ends a statement and a wait at once") {
  NEEDS_POSTGRES();
  rig db;
  bell alarm;
  connection to(connection_string(db.server.url()), alarm);
  auto ended = std::async(std::launch::async,
                          [&] { return failing([&] { to.run("SELECT pg_sleep(3600)"); }); });
  // Rung to wake only: the statement goes on.
  alarm.ring();
  alarm.stop();
  CHECK(ended.get() == failure_kind::stopped);
  CHECK(failing([&] { to.wait(std::chrono::hours(1)); }) == failure_kind::stopped);
}
