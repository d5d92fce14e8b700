// A recorded day at full speed through a whole floor into the local Firebase, both as processes,
// with a counter bot for each ticker: prices per second into the floor and until Firebase has
// confirmed the last one, and what memory the floor takes for it beyond what it takes idle.
// Afterwards every price is read back and compared with the files, row by row. Compared with one
// client that does nothing but write prepared PATCHes of a sample of the same rows, before and
// after.
// Usage: real_day_bench DIR [rows of the sample]

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/calendar/new_york.hpp"
#include "adapters/firebase/client.hpp"
#include "adapters/replay/tick_directory.hpp"
#include "adapters/replay/tick_file.hpp"
#include "messages/keys.hpp"
#include "messages/market_codec.hpp"
#include "messages/paths.hpp"
#include "messages/push_id.hpp"
#include "tests/bench/figures.hpp"
#include "tests/chaos/floor_process.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;
using nlohmann::json;

// As many as the relay writes at once.
constexpr std::size_t rows_per_patch = 1000;
constexpr std::uint32_t rows_per_page = 5000;
// Between two looks at how far the floor is: seldom enough not to disturb it.
constexpr std::chrono::milliseconds look_interval{200};
constexpr std::chrono::seconds longest_standstill{120};

/// The recorded day.
struct day {
  explicit day(const std::string& dir) : files(replay::list_files(dir)) {
    auto date = replay::day_of(dir);
    if (!date)
      throw std::runtime_error(dir + ": expected a directory named by its day, such as 2013-10-08");
    midnight = calendar::new_york_time(*date, {});
    for (const auto& file : files) {
      replay::tick_file rows(file.path);
      std::size_t count = 0;
      while (rows.next()) ++count;
      counts.push_back(count);
      total += count;
    }
  }

  price_update at(const std::string& ticker, const replay::tick_row& row) const {
    return {ticker, {row.price, row.size, midnight + row.time_ms * ns_per_ms, 0}};
  }

  std::vector<std::string> tickers() const {
    std::vector<std::string> result;
    for (const auto& file : files) result.push_back(file.ticker);
    return result;
  }

  std::vector<replay::tick_path> files;
  std::vector<std::size_t> counts;  ///< of rows, in the order of `files`
  std::size_t total = 0;
  timestamp_ns midnight = 0;
};

/// A line of /proc/<pid>/status in MiB, such as "VmHWM:".
double memory_mib(pid_t pid, const std::string& line) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  double kib = 0;
  for (std::string word; status >> word;)
    if (word == line && status >> kib) return kib / 1024;
  throw std::runtime_error(fmt::format("process {} has no {}", pid, line));
}

/// PATCHes of up to `most` rows, as the relay would write them, but to a place of their own.
std::vector<std::string> prepare_patches(const day& of, std::size_t most, const std::string& copy) {
  std::vector<std::string> result;
  std::string body;
  std::size_t in_body = 0;
  std::int64_t sequence = 0;
  auto finish = [&] {
    if (in_body > 0) result.push_back('{' + body + '}');
    body.clear();
    in_body = 0;
  };
  for (const auto& file : of.files) {
    replay::tick_file rows(file.path);
    for (auto left = most / of.files.size(); left > 0; --left) {
      auto row = rows.next();
      if (!row) break;
      auto price = of.at(file.ticker, *row);
      auto key = make_push_id(price.tick.event_ns / ns_per_ms, ++sequence);
      if (in_body > 0) body += ',';
      body += fmt::format("\"{}/{}\":{}", copy, paths::ticker_history(file.ticker, key),
                          to_json(price));
      if (++in_body == rows_per_patch) finish();
    }
  }
  finish();
  return result;
}

/// Rows per second.
double write_sample(firebase::client& client, const day& of, std::size_t most,
                    const std::string& copy) {
  auto patches = prepare_patches(of, most, copy);
  std::size_t rows = 0;
  for (std::size_t i = 0; i < of.files.size(); ++i)
    rows += std::min(of.counts[i], most / of.files.size());
  auto start = steady::now();
  for (const auto& patch : patches)
    if (auto answer = client.patch("", patch); !answer)
      throw std::runtime_error("a PATCH of the sample: " + answer.error);
  return static_cast<double>(rows) / seconds_since(start);
}

std::size_t delivered_rows(const test::floor_process& floor) {
  auto rows = floor.history("SELECT value FROM meta WHERE key = 'delivered_seq'");
  return rows.empty() ? 0 : std::stoull(rows.at(0).at(0));
}

struct course {
  double fed_s = 0;     ///< until the feed had passed its last price on
  double stored_s = 0;  ///< until Firebase had confirmed as many prices as there are rows
};

course watch(test::floor_process& floor, std::size_t rows) {
  course result;
  auto start = steady::now();
  auto moved = start;
  std::size_t delivered = 0;
  while (delivered < rows) {
    std::this_thread::sleep_for(look_interval);
    if (!floor.floor().running()) throw std::runtime_error("outcryd: " + floor.floor().output());
    if (result.fed_s == 0 && floor.floor().output().find("the feed has ended") != std::string::npos)
      result.fed_s = seconds_since(start);
    if (auto now = delivered_rows(floor); now != delivered) {
      delivered = now;
      moved = steady::now();
    } else if (steady::now() - moved > longest_standstill) {
      throw std::runtime_error(fmt::format("{} of {} prices delivered, and no more: {}", delivered,
                                           rows, floor.floor().output()));
    }
  }
  result.stored_s = seconds_since(start);
  if (result.fed_s == 0) result.fed_s = result.stored_s;
  return result;
}

json get(firebase::client& client, const std::string& path, const firebase::query& query) {
  auto answer = client.get(path, query);
  if (!answer) throw std::runtime_error(path + ": " + answer.error);
  return json::parse(answer.body);
}

/// Compares one ticker's prices in Firebase, in the order of their keys, with its file.
void check_ticker(firebase::client& client, const day& of, const replay::tick_path& file) {
  replay::tick_file rows(file.path);
  auto path = "tickers/" + escape_key(file.ticker) + "/prices";
  std::size_t line = 1;  // the header
  firebase::query query;
  query.order_by = "$key";
  query.limit_to_first = rows_per_page;
  for (;;) {
    auto page = get(client, path, query);
    if (page.empty()) break;
    for (const auto& [key, found] : page.items()) {
      auto row = rows.next();
      ++line;
      if (!row)
        throw std::runtime_error(
            fmt::format("{}: {} is in Firebase, but the file has ended", file.path, found.dump()));
      auto expected = json::parse(to_json(of.at(file.ticker, *row)));
      if (expected.at("volume").is_null()) expected.erase("volume");
      if (found != expected)
        throw std::runtime_error(fmt::format("{} line {}: expected {}, found {} in Firebase",
                                             file.path, line, expected.dump(), found.dump()));
      query.start_after = firebase::json_string(key);
    }
  }
  if (rows.next())
    throw std::runtime_error(fmt::format("{}: Firebase lacks line {}", file.path, line + 1));
}

void check_firebase(firebase::client& client, const day& of) {
  firebase::query names;
  names.shallow = true;
  if (auto tickers = get(client, "tickers", names); tickers.size() != of.files.size())
    throw std::runtime_error("other tickers in Firebase: " + tickers.dump());
  for (const auto& file : of.files) check_ticker(client, of, file);
}

/// What the bots had counted when they saved themselves at the floor's end.
void check_bots(const test::floor_process& floor, const day& of) {
  for (std::size_t i = 0; i < of.files.size(); ++i) {
    auto id = "counter-" + of.files[i].ticker;
    auto rows = floor.journal("SELECT snapshot FROM bots WHERE bot_id = '" + id + "'");
    auto counted = rows.empty() ? 0 : json::parse(rows.at(0).at(0)).at("prices").get<std::size_t>();
    if (counted != of.counts[i])
      throw std::runtime_error(
          fmt::format("{} counted {} of {} prices", id, counted, of.counts[i]));
  }
}

struct idle_memory {
  double resident = 0;
  double peak = 0;
};

/// The floor with the same bots and its market closed.
idle_memory measure_idle(test::floor_process& floor) {
  floor.start();
  std::this_thread::sleep_for(std::chrono::seconds(2));  // whatever opening left to do is done
  auto pid = floor.floor().pid();
  idle_memory result{memory_mib(pid, "VmRSS:"), memory_mib(pid, "VmHWM:")};
  if (floor.stop() != 0) throw std::runtime_error("outcryd: " + floor.floor().output());
  return result;
}

void run(const std::string& dir, std::size_t sample) {
  day of(dir);
  test::floor_plan plan;
  plan.tickers = of.tickers();
  plan.simulated_lines = "session = \"closed\"\n";
  test::floor_process floor(plan);
  floor.start_firebase();
  firebase::client client(
      firebase::database_url::parse(fmt::format("http://127.0.0.1:{}", floor.firebase_port())),
      firebase::token_file((floor.firebase_dir() / "floor.token").string()));
  auto idle = measure_idle(floor);
  auto bare_before = write_sample(client, of, sample, "copies/before");

  ::setenv("OUTCRY_FEED_SOURCE", "replay", 1);
  ::setenv("OUTCRY_FEED_REPLAY_DIR", dir.c_str(), 1);
  ::setenv("OUTCRY_FEED_REPLAY_SPEED", "0", 1);
  floor.start();
  auto took = watch(floor, of.total);
  auto peak = memory_mib(floor.floor().pid(), "VmHWM:");
  auto firebase_peak = memory_mib(floor.firebase().pid(), "VmHWM:");
  if (floor.stop() != 0) throw std::runtime_error("outcryd: " + floor.floor().output());

  auto bare_after = write_sample(client, of, sample, "copies/after");
  check_firebase(client, of);
  check_bots(floor, of);
  auto total = static_cast<double>(of.total);
  auto stored = total / took.stored_s;
  std::printf(
      "%zu prices of %zu tickers: each of them once and in order in Firebase, and counted "
      "by its bot\n",
      of.total, of.files.size());
  std::printf("the feed took %.1f s: %.0f prices/s; all in Firebase after %.1f s: %.0f prices/s\n",
              took.fed_s, total / took.fed_s, took.stored_s, stored);
  std::printf(
      "plain PATCHes of %zu by one client: %.0f prices/s before, %.0f after; ratio %.2f "
      "and %.2f\n",
      rows_per_patch, bare_before, bare_after, stored / bare_before, stored / bare_after);
  std::printf(
      "memory of the floor: idle %.1f MiB (peak %.1f), peak of the run %.1f MiB: %.1f MiB "
      "over idle (target: under 150); outcry-firebase's peak %.1f MiB\n",
      idle.resident, idle.peak, peak, peak - idle.resident, firebase_peak);
}

}  // namespace

int main(int argc, char** argv) {
  std::string dir = argc > 1 ? argv[1] : "";
  if (!std::filesystem::is_directory(dir)) {
    std::printf("SKIPPED: there is no directory \"%s\" of <TICKER>.csv files\n", dir.c_str());
    return 0;
  }
  return guarded(
      [&] { run(std::filesystem::canonical(dir).string(), argument(argc, argv, 2, 200'000)); });
}
