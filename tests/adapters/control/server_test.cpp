#include "adapters/control/server.hpp"

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <vector>

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/adapters/control/raw_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::control;
using outcry::test::raw_client;

namespace {

/// A server that notes what it hears and answers when told to.
class noting_server {
public:
  explicit noting_server(server::options options = {}) {
    options.path = dir_.file("s");
    options.greeting = "hello";
    server::events on;
    on.line = [this](connection_id from, const peer&, std::string line) {
      std::lock_guard lock{mutex_};
      heard_.push_back({from, std::move(line)});
      changed_.notify_all();
    };
    on.closed = [this](connection_id) {
      std::lock_guard lock{mutex_};
      ++closed_;
      changed_.notify_all();
    };
    server_.emplace(options, on);
  }

  std::string path() const { return dir_.file("s"); }
  server& get() { return *server_; }

  /// The number of lines heard once it has reached `count`.
  bool heard(std::size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds(10),
                             [&] { return heard_.size() >= count; });
  }
  std::pair<connection_id, std::string> line(std::size_t index) {
    std::lock_guard lock{mutex_};
    return heard_.at(index);
  }
  std::size_t heard_so_far() {
    std::lock_guard lock{mutex_};
    return heard_.size();
  }
  bool closed(int count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return closed_ >= count; });
  }

private:
  outcry::test::temp_dir dir_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<connection_id, std::string>> heard_;
  int closed_ = 0;
  std::optional<server> server_;
};

}  // namespace

TEST_CASE("a client is greeted, heard and answered") {
  noting_server floor;
  raw_client me{floor.path()};
  CHECK(me.line() == "hello");
  me.send("one\n\n  \ntwo\n");
  REQUIRE(floor.heard(2));
  CHECK(floor.line(0).second == "one");
  CHECK(floor.line(1).second == "two");
  floor.get().send(floor.line(0).first, "item");
  floor.get().finish(floor.line(0).first, "end");
  CHECK(me.line() == "item");
  CHECK(me.line() == "end");
}

TEST_CASE("a line that is too long ends the connection with a reason, others go on") {
  server::options options;
  options.max_line = 1000;
  noting_server floor{options};
  raw_client other{floor.path()};
  raw_client me{floor.path()};
  me.send(std::string(5000, 'x'));
  auto said = me.rest();
  CHECK(said ==
        "hello\n"
        "{\"error\":{\"code\":\"invalid_input\",\"reason\":\"a line is longer than 1000 "
        "bytes\"}}\n");
  other.send("still here\n");
  REQUIRE(floor.heard(1));
  CHECK(floor.line(0).second == "still here");
}

TEST_CASE("a client with too many requests in hand is not read further") {
  server::options options;
  options.max_requests_in_hand = 2;
  noting_server floor{options};
  raw_client me{floor.path()};
  me.send("1\n2\n3\n4\n");
  raw_client other{floor.path()};
  REQUIRE(floor.heard(2));
  // When another client's later line has been heard, the server has been round once more.
  other.send("other\n");
  REQUIRE(floor.heard(3));
  CHECK(floor.line(2).second == "other");
  CHECK(floor.heard_so_far() == 3);
  floor.get().finish(floor.line(0).first, "done");
  REQUIRE(floor.heard(4));
  CHECK(floor.line(3).second == "3");
}

TEST_CASE("a client that reads nothing is cut off, not waited for") {
  server::options options;
  options.output.must_bytes = 1u << 20;
  noting_server floor{options};
  raw_client me{floor.path()};
  me.send("ask\n");
  REQUIRE(floor.heard(1));
  auto from = floor.line(0).first;
  for (int i = 0; i < 64; ++i) floor.get().send(from, std::string(65536, 'x'));
  CHECK(floor.closed(1));
}

TEST_CASE("a slow client of a live stream is told what it missed and hears the newest") {
  server::options options;
  options.output.stream_bytes = 1u << 16;
  noting_server floor{options};
  raw_client me{floor.path()};
  me.send("tail\n");
  REQUIRE(floor.heard(1));
  auto from = floor.line(0).first;
  // More than all socket buffers hold, while the client does not read.
  for (int i = 0; i < 20'000; ++i)
    floor.get().send_streamed(from, 9, "tick " + std::to_string(i) + std::string(100, '.'));
  floor.get().send_streamed(from, 9, "last");
  CHECK(me.line() == "hello");
  std::uint64_t dropped = 0;
  std::uint64_t ticks = 0;
  while (auto line = me.line()) {
    if (*line == "last") break;
    if (line->starts_with("{\"id\":9,\"dropped\":"))
      dropped += std::stoull(line->substr(18));
    else
      ++ticks;
  }
  CHECK(dropped > 0);
  CHECK(dropped + ticks == 20'000);
}

TEST_CASE("a client that leaves is noticed, also while its request is in hand") {
  noting_server floor;
  {
    raw_client me{floor.path()};
    me.send("ask\n");
    REQUIRE(floor.heard(1));
  }
  CHECK(floor.closed(1));
  floor.get().finish(floor.line(0).first, "nobody hears this");
}

TEST_CASE("a client that has said everything still hears its answer") {
  noting_server floor;
  raw_client me{floor.path()};
  me.send("ask\n");
  me.end_input();
  REQUIRE(floor.heard(1));
  floor.get().finish(floor.line(0).first, "answer");
  CHECK(me.rest() == "hello\nanswer\n");
}

TEST_CASE("connections are bounded: who says nothing makes room, who is being answered does not") {
  server::options options;
  options.max_connections = 2;
  noting_server floor{options};
  raw_client busy{floor.path()};
  CHECK(busy.line() == "hello");
  busy.send("work\n");
  REQUIRE(floor.heard(1));
  raw_client idle{floor.path()};
  CHECK(idle.line() == "hello");
  raw_client third{floor.path()};
  CHECK(third.line() == "hello");
  CHECK(idle.rest().empty());
  third.send("stop\n");
  REQUIRE(floor.heard(2));
  raw_client fourth{floor.path()};
  CHECK(fourth.rest().find("too many connections") != std::string::npos);
  floor.get().finish(floor.line(0).first, "done");
  CHECK(busy.line() == "done");
  raw_client fifth{floor.path()};
  CHECK(fifth.line() == "hello");
  CHECK(busy.rest().empty());
  floor.get().finish(floor.line(1).first, "stopped");
  CHECK(third.line() == "stopped");
}

TEST_CASE("another account is refused, by the file's mode and by its credentials") {
  if (::geteuid() != 0) OUTCRY_SKIP("needs root, to become another account");
  noting_server floor;
  // Opened wide, the credentials alone must do.
  std::filesystem::path path{floor.path()};
  ::chmod(path.parent_path().c_str(), 0755);
  auto try_as_nobody = [&] {
    auto child = ::fork();
    if (child == 0) {
      if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(9);
      raw_client me{floor.path()};
      if (!me.connected()) ::_exit(1);
      me.send("ask\n");
      ::_exit(me.rest().find("another account") != std::string::npos ? 2 : 3);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  CHECK(try_as_nobody() == 1);
  ::chmod(path.c_str(), 0666);
  CHECK(try_as_nobody() == 2);
  CHECK(floor.heard_so_far() == 0);
}

TEST_CASE("stopping says goodbye, closes and takes the file away") {
  noting_server floor;
  raw_client me{floor.path()};
  CHECK(me.line() == "hello");
  me.send("ask\n");
  REQUIRE(floor.heard(1));
  floor.get().finish(floor.line(0).first, "answer");
  floor.get().stop();
  CHECK(me.rest() == "answer\n");
  CHECK_FALSE(std::filesystem::exists(floor.path()));
  floor.get().stop();
}
