#include <algorithm>
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "messages/paths.hpp"
#include "tests/chaos/floor_process.hpp"

using namespace outcry;
using nlohmann::json;
using test::floor_process;

namespace {

struct tally {
  std::atomic<int> done = 0;     ///< by the command line
  std::atomic<int> created = 0;  ///< by Firebase
  std::atomic<int> refused = 0;  ///< by Firebase: there is one already
};

/// Sends the same message 100 times at once: 40 times through the socket, 60 times through
/// Firebase, there as clients must, only if it is absent.
void send_hundred(const floor_process& at, const std::string& id, tally& seen) {
  std::vector<std::thread> senders;
  for (int i = 0; i < 8; ++i)
    senders.emplace_back([&, i] {
      for (int k = 0; k < 5; ++k)
        seen.done += at.outcry({"send", "stop", "--to", "AAPL,META", "--id", id, "--wait", "60"},
                               fmt::format("sender-{}", i))
                         .code == 0;
    });
  const auto text = test::message("stop", {"AAPL", "META"}).dump();
  for (int i = 0; i < 6; ++i)
    senders.emplace_back([&] {
      const auto client = at.connect();
      for (int k = 0; k < 10; ++k) {
        const auto status =
            client->ask("PUT", "/" + paths::message(id) + ".json", text, {"if-match: null_etag"})
                .status;
        seen.created += status == 200;
        seen.refused += status == 412;
      }
    });
  for (auto& sender : senders) sender.join();
}

test::table bots(const floor_process& at) {
  return at.journal("SELECT bot_id, desired, revision FROM bots ORDER BY bot_id");
}

void check_one_message(const floor_process& at) {
  const auto found = at.await_final("same");
  INFO(found.dump(2));
  REQUIRE(found.is_object());
  CHECK(found["state"] == "done");
  CHECK(found["acknowledgement"].size() == 3);
  CHECK(at.await_empty_outbox());
  CHECK(at.count("SELECT count(*) FROM messages WHERE id = 'same'") == 1);
  CHECK(at.count("SELECT count(*) FROM lines JOIN messages m ON m.number = message"
                 " WHERE m.id = 'same'") == 3);
}

}  // namespace

TEST_CASE("the same message a hundred times at once has one effect, also after a restart") {
  floor_process at;
  at.start_firebase();
  at.start();
  tally first;
  send_hundred(at, "same", first);
  CHECK(first.done == 40);
  CHECK(first.created <= 1);
  CHECK(first.created + first.refused == 60);
  check_one_message(at);
  const std::string googl = "counter-GOOGL";
  auto stored = bots(at);
  std::erase_if(stored, [&](const auto& row) { return row[0] == googl; });
  CHECK(stored == test::table{{"counter-AAPL", "stopped", "1"}, {"counter-META", "stopped", "1"}});

  // Another wish came meanwhile: the old one must not be done again.
  REQUIRE(at.outcry({"send", "start", "--to", "AAPL,META", "--id", "other"}).code == 0);
  for (int round = 0; round < 2; ++round) {
    tally again;
    send_hundred(at, "same", again);
    CHECK(again.done == 40);
    CHECK(again.refused == 60);
    check_one_message(at);
    stored = bots(at);
    std::erase_if(stored, [&](const auto& row) { return row[0] == googl; });
    CHECK(stored ==
          test::table{{"counter-AAPL", "running", "2"}, {"counter-META", "running", "2"}});
    at.kill();
    at.start();
  }
}

TEST_CASE("a message that a client writes over again gets its stored answer again") {
  floor_process at;
  at.start_firebase();
  at.start();
  const auto text = test::message("stop", {"AAPL", "META"});
  REQUIRE(at.put("same", text) == 200);
  check_one_message(at);
  REQUIRE(at.outcry({"send", "start", "--to", "AAPL,META", "--id", "other"}).code == 0);
  for (int round = 0; round < 2; ++round) {
    // Takes state and acknowledgements away, as a careless client would.
    REQUIRE(at.put("same", text) == 200);
    check_one_message(at);
    CHECK(at.count("SELECT sum(revision) FROM bots WHERE desired = 'running'") == 4);
    at.kill();
    at.start();
  }
}
