#include "actors/operator/dead_man.hpp"

#include <functional>
#include <stdexcept>

#include "tests/actors/operator/desk_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t silence_ms = 3'600'000;

struct kept_record final : dead_man_store {
  std::optional<dead_man_record> load() override { return kept; }
  void save(const dead_man_record& record) override {
    if (is_full) throw std::runtime_error("the disk is full");
    kept = record;
    ++saves;
  }
  void forget() override { kept.reset(); }

  std::optional<dead_man_record> kept;
  bool is_full = false;
  int saves = 0;
};

/// What stands in the mirror, and who hears it.
struct ear_script {
  std::function<void(std::int64_t)> tell = [](std::int64_t) {};
  bool deaf = false;
  int opened = 0;
};

struct scripted_ear final : heartbeat_ear {
  explicit scripted_ear(std::shared_ptr<ear_script> which) : script(std::move(which)) {}
  bool is_deaf() const override { return script->deaf; }
  std::shared_ptr<ear_script> script;
};

/// A floor of two bots with a switch of one hour.
struct dead_man_fixture {
  explicit dead_man_fixture(const std::string& data_dir) : floor(data_dir) {}

  void open() {
    for (const char* ticker : {"AAPL", "META"}) floor.add_bot(ticker);
    floor.open_desk();
    open_switch();
  }

  void open_switch() {
    dead_man_services services;
    services.journal = floor.journal;
    services.desk = floor.desk;
    services.relay = caf::actor_cast<relay_actor>(floor.people);
    services.house = floor.the_house();
    services.store = store;
    services.span_ms = silence_ms;
    services.open_ear = [script = mirror](std::function<void(std::int64_t)> on_beat) {
      script->tell = std::move(on_beat);
      ++script->opened;
      return std::make_unique<scripted_ear>(script);
    };
    the_switch = floor.spawn(dead_man, services);
    floor.run();
  }

  void crash_switch() {
    caf::anon_send_exit(the_switch, caf::exit_reason::kill);
    floor.run();
  }

  void beat(std::int64_t at_ms) {
    mirror->tell(at_ms);
    floor.run();
  }

  std::vector<ledger> stops() {
    auto list = floor.request_sync<ledger_list>(floor.real, find_ledgers{{}, 100, 0});
    REQUIRE(list);
    std::vector<ledger> result;
    for (const auto& entry : list->ledgers)
      if (is_from_dead_man(entry.message)) result.push_back(entry);
    return result;
  }

  dead_man_status status() {
    auto found = floor.request_sync<dead_man_status>(the_switch, get_dead_man{});
    REQUIRE(found);
    return *found;
  }

  /// What phones see.
  std::string shown() {
    auto page = floor.request_sync<outbox_page>(floor.real, read_outbox{0, 10'000});
    REQUIRE(page);
    std::string result;
    for (const auto& row : page->rows)
      if (row.owed.path == "floor/deadMan") result = row.owed.value;
    return result;
  }

  bool all_stopped() {
    return floor.record("AAPL").desired == desired_state::stopped &&
           floor.record("META").desired == desired_state::stopped;
  }

  std::int64_t now_ms() { return floor.time()->now_ms(); }

  floor_fixture floor;
  std::shared_ptr<kept_record> store = std::make_shared<kept_record>();
  std::shared_ptr<ear_script> mirror = std::make_shared<ear_script>();
  dead_man_actor the_switch;
};

struct one_floor {
  temp_dir dir;
  dead_man_fixture at{dir.path().string()};
};

}  // namespace

TEST_CASE_METHOD(one_floor, "dead man: stops all after the silence, not earlier, once, by ledger") {
  at.open();
  at.floor.advance(59min + 55s);
  CHECK(at.stops().empty());
  CHECK_FALSE(at.all_stopped());
  at.floor.advance(10s);
  auto stops = at.stops();
  REQUIRE(stops.size() == 1);
  CHECK(stops[0].message.created_by == "dead-man's switch");
  CHECK(stops[0].state == message_state::done);
  CHECK(stops[0].lines.size() == 2);
  CHECK(stops[0].adopted_at_ms >= at.status().heard_at_ms + silence_ms);
  CHECK(at.all_stopped());
  CHECK(at.floor.request_sync<halt_state>(at.floor.desk, get_halt{})->kind == halt_kind::stopped);
  at.floor.advance(3h);
  CHECK(at.stops().size() == 1);
}

TEST_CASE_METHOD(one_floor, "dead man: whoever is heard later does not start the bots") {
  at.open();
  at.floor.advance(61min);
  REQUIRE(at.stops().size() == 1);
  at.beat(at.now_ms());
  REQUIRE(at.floor.submit(at.floor.message("m1", "status")));
  at.floor.advance(1min);
  CHECK(at.all_stopped());
  CHECK(at.status().fired_at_ms == 0);
  // The next silence is another one.
  at.floor.advance(61min);
  CHECK(at.stops().size() == 2);
}

TEST_CASE_METHOD(one_floor, "dead man: a message is heard, even in the last second") {
  at.open();
  at.floor.advance(59min + 58s);
  REQUIRE(at.floor.submit(at.floor.message("m1", "status", {"AAPL"})));
  const auto heard = at.now_ms();
  at.floor.advance(30min);
  CHECK(at.stops().empty());
  CHECK(at.status().heard_at_ms == heard);
  CHECK(at.store->kept->heard_at_ms == heard);
  at.floor.advance(30min + 3s);
  CHECK(at.stops().size() == 1);
}

TEST_CASE_METHOD(one_floor, "dead man: a message that waited for hours is heard as of then") {
  at.open();
  auto late = at.floor.message("m1", "stop", {"AAPL"});
  late.created_at_ms = at.now_ms() + 10 * 60'000;
  at.floor.advance(50min);
  REQUIRE(at.floor.submit(late, true));
  at.floor.advance(15s);
  CHECK(at.status().heard_at_ms == late.created_at_ms);
}

TEST_CASE_METHOD(one_floor, "dead man: a heartbeat is heard, a late one and a future one are not") {
  at.open();
  const auto opened = at.now_ms();
  at.floor.advance(30min);
  at.beat(opened + 20 * 60'000);
  CHECK(at.status().heard_at_ms == opened + 20 * 60'000);
  at.beat(opened + 10 * 60'000);
  CHECK(at.status().heard_at_ms == opened + 20 * 60'000);
  at.beat(opened + 1000 * silence_ms);
  const auto heard = at.now_ms();
  CHECK(at.status().heard_at_ms == heard);
  for (int i = 0; i < 12; ++i) {
    at.floor.advance(6min);
    at.beat(opened + 1000 * silence_ms);
  }
  CHECK(at.status().heard_at_ms == heard);
  CHECK(at.stops().size() == 1);
}

TEST_CASE_METHOD(one_floor, "dead man: an ear that went deaf is opened anew, a good one is kept") {
  at.open();
  CHECK(at.mirror->opened == 1);
  at.floor.advance(5min);
  CHECK(at.mirror->opened == 1);
  at.mirror->deaf = true;
  at.floor.advance(3min + 2s);
  CHECK(at.mirror->opened == 5);
}

TEST_CASE("dead man: a restart of the floor does not begin the countdown anew") {
  temp_dir dir;
  std::optional<dead_man_record> kept;
  std::int64_t opened = 0;
  {
    dead_man_fixture before(dir.path().string());
    before.open();
    opened = before.now_ms();
    before.floor.advance(40min);
    kept = before.store->kept;
  }
  REQUIRE(kept);
  dead_man_fixture at(dir.path().string());
  at.floor.time()->advance(41 * 60 * ns_per_s);
  at.store->kept = kept;
  at.open();
  CHECK(at.status().heard_at_ms == opened);
  CHECK(at.status().fires_at_ms == opened + silence_ms);
  at.floor.advance(18min);
  CHECK(at.stops().empty());
  at.floor.advance(2min);
  CHECK(at.stops().size() == 1);
}

TEST_CASE("dead man: fired before a restart, it does not fire again after it") {
  const bool saved = GENERATE(true, false);
  temp_dir dir;
  std::optional<dead_man_record> kept;
  {
    dead_man_fixture before(dir.path().string());
    before.open();
    before.floor.advance(59min);
    kept = before.store->kept;
    before.floor.advance(2min);
    REQUIRE(before.stops().size() == 1);
    if (saved) kept = before.store->kept;
  }
  dead_man_fixture at(dir.path().string());
  at.floor.time()->advance(30 * 3600 * ns_per_s);
  at.store->kept = kept;
  at.open();
  CHECK(at.status().fired_at_ms != 0);
  at.floor.advance(90min);
  auto stops = at.stops();
  REQUIRE(stops.size() == 1);
  CHECK(stops[0].adopted_at_ms < manual_clock::start / ns_per_ms + 2 * silence_ms);
}

TEST_CASE("dead man: a silence that ended while the floor was closed waits for the grace") {
  temp_dir dir;
  dead_man_fixture at(dir.path().string());
  at.store->kept = dead_man_record{at.now_ms() - 50 * silence_ms, 0, 0, 0};
  at.open();
  at.floor.advance(14min);
  CHECK(at.stops().empty());
  SECTION("and fires after it") {
    at.floor.advance(2min);
    CHECK(at.stops().size() == 1);
  }
  SECTION("in which a heartbeat saves the day") {
    at.beat(at.now_ms());
    at.floor.advance(30min);
    CHECK(at.stops().empty());
  }
  SECTION("of which a switch that crashes gets no second one") {
    at.crash_switch();
    at.open_switch();
    at.floor.advance(2min);
    CHECK(at.stops().size() == 1);
  }
}

TEST_CASE_METHOD(one_floor,
                 "dead man: without a journal it waits a while, then fires from memory") {
  at.open();
  at.floor.advance(59min);
  at.floor.script->refuses_reads = at.floor.script->refuses_writes = true;
  at.floor.advance(1min + 50s);
  CHECK(at.floor.status_of("AAPL").state == bot_state::running);
  at.floor.advance(30s);
  CHECK(at.floor.status_of("AAPL").state == bot_state::stopped);
  at.floor.script->refuses_reads = at.floor.script->refuses_writes = false;
  at.floor.advance(1min);
  CHECK(at.stops().size() == 1);
}

TEST_CASE_METHOD(one_floor, "dead man: a stop that no desk takes is not counted as fired") {
  at.open();
  at.floor.advance(59min);
  at.floor.crash_desk();
  at.floor.advance(2min);
  CHECK(at.stops().empty());
  CHECK(at.status().fired_at_ms == 0);
  at.floor.open_desk();
  at.crash_switch();
  at.open_switch();
  at.floor.advance(20min);
  CHECK(at.stops().size() == 1);
  CHECK(at.status().fired_at_ms != 0);
}

TEST_CASE_METHOD(one_floor,
                 "dead man: a full disk does not stop it, and is written when it is not") {
  at.open();
  at.store->is_full = true;
  at.floor.advance(10min);
  at.beat(at.now_ms());
  at.floor.advance(10s);
  CHECK(at.store->kept->heard_at_ms < at.status().heard_at_ms);
  at.store->is_full = false;
  at.floor.advance(10s);
  CHECK(at.store->kept->heard_at_ms == at.status().heard_at_ms);
  at.store->is_full = true;
  at.floor.advance(61min);
  CHECK(at.stops().size() == 1);
}

TEST_CASE_METHOD(one_floor, "dead man: phones see the countdown, and that it has fired") {
  at.open();
  CHECK(at.shown().empty());
  at.floor.advance(2s);
  CHECK(at.shown() == to_json(at.status()));
  at.floor.advance(10min);
  at.beat(at.now_ms());
  at.floor.advance(6s);
  CHECK(at.shown() == to_json(at.status()));
  CHECK(at.status().heard_at_ms > manual_clock::start / ns_per_ms);
  at.floor.advance(61min);
  CHECK(at.shown().find("firedAt") != std::string::npos);
  CHECK(at.shown() == to_json(at.status()));
}

TEST_CASE_METHOD(one_floor, "dead man: a flood of heartbeats is few writes") {
  at.open();
  at.floor.advance(10s);
  const auto writes = at.floor.script->writes.size();
  const auto saves = at.store->saves;
  for (int i = 0; i < 500; ++i) {
    at.floor.advance(20ms);
    at.beat(at.now_ms());
  }
  CHECK(at.store->saves - saves <= 11);
  CHECK(at.floor.script->writes.size() - writes <= 3);
}
