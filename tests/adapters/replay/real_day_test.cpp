#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/replay/replay_source.hpp"
#include "tests/support/skip.hpp"

using namespace outcry;
using namespace outcry::replay;

// A day of real trades that is not part of the source tree: 654,140 rows in four files.
TEST_CASE("the real day comes whole, once and in order", "[real]") {
  const std::string dir = std::string(SOURCE_ROOT) + "/../shared/data/ticks/2013-10-08";
  if (!std::filesystem::exists(dir)) OUTCRY_SKIP("ticks/2013-10-08 is not there");
  // What each file holds, read without the merge.
  std::map<std::string, std::vector<price_tick>> expected;
  for (const auto& file : list_files(dir)) {
    tick_file rows(file.path);
    while (auto row = rows.next())
      expected[file.ticker].push_back({row->price, row->size, row->time_ms, 0});
  }
  CHECK(expected.size() == 4);

  replay_source source({dir, 0, false});
  for (const auto& [ticker, ticks] : expected) source.want(ticker, true);
  const auto midnight = *parse_iso("2013-10-08T04:00:00Z");
  std::map<std::string, std::size_t> seen;
  std::size_t total = 0;
  timestamp_ns last = midnight;
  bool exact = true;
  bool in_order = true;
  std::optional<timestamp_ns> again = 0;
  while (again) {
    std::vector<price_batch> out;
    again = source.poll(1, out);
    for (const auto& batch : out)
      for (const auto& tick : batch.ticks) {
        const auto& all = expected[batch.ticker];
        auto place = seen[batch.ticker]++;
        ++total;
        exact &= place < all.size() && all[place].price == tick.price &&
                 all[place].volume == tick.volume &&
                 tick.event_ns == midnight + all[place].event_ns * ns_per_ms;
        in_order &= tick.event_ns >= last;
        last = tick.event_ns;
      }
  }
  CHECK(exact);
  CHECK(in_order);
  CHECK(total == 654'140);
  for (const auto& [ticker, ticks] : expected) {
    CAPTURE(ticker);
    CHECK(seen[ticker] == ticks.size());
  }
}
