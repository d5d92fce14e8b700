#include "adapters/sqlite/open_requests.hpp"

#include <catch2/catch.hpp>

#include "adapters/sqlite/journal_engine.hpp"

using namespace outcry;
using namespace outcry::sqlite;

namespace {

std::uint64_t made_up_ms = 1'000;

struct set_clock {
  set_clock() {
    made_up_ms = 1'000;
    steady_now_ns = [] { return made_up_ms * 1'000'000; };
  }
  ~set_clock() { steady_now_ns = usual; }
  decltype(steady_now_ns) usual = steady_now_ns;
};

}  // namespace

TEST_CASE_METHOD(set_clock, "the disk's lag is the wait of the oldest open request") {
  open_requests open;
  CHECK(open.status("journal").name == "journal");
  CHECK(open.status("journal").state == link_state::live);
  CHECK(open.status("journal").lag_ms == -1);
  CHECK(open.status("journal").backlog == 0);
  const auto first = open.next();
  open.add(first, {});
  made_up_ms += 700;
  const auto second = open.next();
  open.add(second, {});
  made_up_ms += 100;
  CHECK(open.status("journal").lag_ms == 800);
  CHECK(open.status("journal").backlog == 2);
  open.deliver<journal_answer>({{first, journal_receipt{}}});
  made_up_ms += 50;
  CHECK(open.status("journal").lag_ms == 800);
  CHECK(open.status("journal").backlog == 1);
  open.deliver<journal_answer>({{second, journal_receipt{}}});
  made_up_ms += 10'000;
  CHECK(open.status("journal").lag_ms == -1);
  CHECK(open.status("journal").backlog == 0);
}

TEST_CASE_METHOD(set_clock, "an answer nobody waits for measures nothing") {
  open_requests open;
  open.deliver<journal_answer>({{42, journal_receipt{}}});
  CHECK(open.status("journal").lag_ms == -1);
}
