// From a message in a Discord channel to an order on the wire: gateway, bridge, signal desk with
// its store, a bot that follows calls, order desk with its journal, and the broker port called.
// Compared with a WebSocket callback that parses the payload and reads the message. Two floors, one
// with its stores on disk and one with them in memory, each with a Discord of its own on this
// machine; messages go to all in turns, each when the one before has arrived.
// Usage: signal_order_bench [messages] [tickers] [directory of the stores]

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "adapters/memory/journal.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "tests/bench/bare_gateway.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/following_stage.hpp"
#include "tests/bench/message_route.hpp"
#include "tests/bench/stage.hpp"
#include "tests/support/fake_discord.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;
using std::chrono::milliseconds;

constexpr std::size_t warm_up = 50;
constexpr std::chrono::seconds patience{20};

/// Five capitals: what no reader takes for a word.
std::string ticker_name(std::size_t n) {
  const auto letter = [](std::size_t i) { return static_cast<char>('A' + i % 26); };
  return {'W', letter(n / 26), 'G', letter(n), 'X'};
}

/// One of those who are compared, with a Discord of its own.
struct contender {
  contender(const char* its_name, std::size_t most,
            const std::shared_ptr<const outcry::clock>& time)
      : name(its_name), route(most, time) {}

  const char* name;
  test::fake_discord discord;
  test::fake_discord::id channel = discord.add_channel("calls");
  message_route route;
  std::size_t tickers = 1;
  std::uint64_t last_id = 0;
};

/// The n-th call of a channel, as Discord's gateway sends it.
std::string payload_of(contender& to) {
  const auto n = to.route.sent();
  const auto made = discord::first_id_at(to.route.now() / ns_per_ms);
  to.last_id = std::max(made, to.last_id + 1);
  const auto empty = nlohmann::json::array();
  const nlohmann::json message{
      {"id", std::to_string(to.last_id)},
      {"channel_id", std::to_string(to.channel)},
      {"guild_id", std::to_string(to.discord.guild())},
      {"type", 0},
      {"content", fmt::format("Morning all, my next one 🎯\n${} long, limit {}.{:02}\nStop: 95\n"
                              "TP1: 110\nTP2: 120",
                              ticker_name(n % to.tickers), 100 + n / 100 % 5, n % 100)},
      {"author",
       {{"id", "2000"},
        {"username", "caller"},
        {"global_name", nullptr},
        {"discriminator", "0"},
        {"avatar", nullptr}}},
      {"member",
       {{"roles", {"3000", "3001"}},
        {"joined_at", "2020-01-01T00:00:00+00:00"},
        {"deaf", false},
        {"mute", false},
        {"flags", 0}}},
      {"timestamp", "2024-03-08T14:30:00.123000+00:00"},
      {"edited_timestamp", nullptr},
      {"embeds", empty},
      {"attachments", empty},
      {"mentions", empty},
      {"mention_roles", empty},
      {"components", empty},
      {"mention_everyone", false},
      {"tts", false},
      {"pinned", false},
      {"flags", 0}};
  const nlohmann::json event{{"op", 0}, {"s", 1000 + n}, {"t", "MESSAGE_CREATE"}, {"d", message}};
  return event.dump();
}

/// Sends the next message and waits until it is at its end.
void send_one(contender& to) {
  const auto text = payload_of(to);
  const auto n = to.route.leaves();
  to.discord.send_raw(text);
  const auto start = steady::now();
  while (to.route.arrived() <= n && to.route.trouble().empty() && steady::now() - start < patience)
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  if (to.route.arrived() != n + 1 || !to.route.trouble().empty())
    throw std::runtime_error(fmt::format("{}: message {}: {} arrivals; {}", to.name, n + 1,
                                         to.route.arrived(), to.route.trouble()));
}

using contenders = std::vector<std::unique_ptr<contender>>;

/// So many messages to each, in turns of `row` messages, in an order that is shuffled anew for each
/// turn; `rest` before each message.
struct pace {
  const char* name;
  milliseconds rest;
  std::size_t row;
};

void send_all(contenders& all, std::size_t count, const pace& how) {
  std::mt19937 shuffler(7);
  std::vector<contender*> turn;
  for (auto& one : all) turn.push_back(one.get());
  for (std::size_t done = 0; done < count; done += how.row) {
    std::shuffle(turn.begin(), turn.end(), shuffler);
    for (auto* one : turn)
      for (std::size_t i = done; i < std::min(count, done + how.row); ++i) {
        std::this_thread::sleep_for(how.rest);
        send_one(*one);
      }
  }
}

void print_row(const char* name, const std::vector<double>& took, const std::vector<double>& bare) {
  const auto p50 = percentile(took, 0.5);
  const auto p99 = percentile(took, 0.99);
  std::printf("  %-46s %9.1f %9.1f   p50 %6.2f  p99 %6.2f\n", name, p50, p99,
              p50 / percentile(bare, 0.5), p99 / percentile(bare, 0.99));
}

void print_part(const char* name, const message_route& route, message_route::moment from,
                message_route::moment to, std::size_t first) {
  const auto took = route.between(from, to, first);
  std::printf("    %-44s %9.1f %9.1f\n", name, percentile(took, 0.5), percentile(took, 0.99));
}

/// `floors`: how many of the last ones have parts.
void compare(contenders& all, std::size_t floors, std::size_t count, const pace& how) {
  using at = message_times;
  const auto first = all.front()->route.sent();
  send_all(all, count, how);
  for (auto i = all.size() - floors; i < all.size(); ++i) {
    const auto& route = all[i]->route;
    if (!test::eventually([&] { return route.noted() == route.sent(); }, patience))
      throw std::runtime_error(fmt::format("{}: the desk told of {} trades instead of {}",
                                           all[i]->name, route.noted(), route.sent()));
  }
  // What came too late for the wait of its message.
  for (const auto& one : all)
    if (one->route.arrived() != one->route.sent() || !one->route.trouble().empty())
      throw std::runtime_error(fmt::format("{}: {} arrivals instead of {}; {}", one->name,
                                           one->route.arrived(), one->route.sent(),
                                           one->route.trouble()));
  std::printf("%s, %zu to each\n", how.name, count);
  for (const auto from : {&at::sent, &at::heard}) {
    std::printf("  %-46s %9s %9s   %s\n",
                from == &at::sent ? "from just before the server writes" : "from the callback on",
                "p50 us", "p99 us", "ratio to the bare loop");
    const auto bare = all.front()->route.between(from, &at::arrived, first);
    for (const auto& one : all)
      print_row(one->name, one->route.between(from, &at::arrived, first), bare);
  }
  for (auto i = all.size() - floors; i < all.size(); ++i) {
    const auto& route = all[i]->route;
    std::printf("  parts of: %s\n", all[i]->name);
    print_part("socket, client: until its callback", route, &at::sent, &at::heard, first);
    print_part("bridge, desk, prices: until judged", route, &at::heard, &at::decided, first);
    print_part("signal store: until the bot has the call", route, &at::decided, &at::taken, first);
    print_part("order desk, journal: until at the broker", route, &at::taken, &at::arrived, first);
  }
  std::fflush(stdout);
}

void run(std::size_t messages, std::size_t tickers, const std::string& parent) {
  const pace paces[] = {
      {"each message 20 ms after the one before has arrived", milliseconds(20), 1},
      {"each message when the one before has arrived, 20 in a row", milliseconds(0), 20}};
  const auto most = warm_up + messages * std::size(paces);
  const auto time = std::make_shared<const steady_floor_clock>();
  contenders all;
  for (const auto* name :
       {"bare loop", "bare loop, payloads compressed", "order at the broker, stores in memory",
        "order at the broker, stores on disk"})
    all.push_back(std::make_unique<contender>(name, most, time));

  bare_gateway plain(all[0]->discord, false, all[0]->route);
  bare_gateway inflating(all[1]->discord, true, all[1]->route);
  const test::temp_dir in_memory{test::memory_folder()};
  const test::temp_dir on_disk{std::filesystem::path{parent}};
  stage quick;
  stage durable;
  following_parts parts;
  parts.time = time;
  for (std::size_t n = 0; n < tickers; ++n) parts.tickers.push_back(ticker_name(n));
  for (auto& one : all) one->tickers = tickers;

  parts.journal =
      quick.place<journal_actor>(floor_tier::store, "journal", memory::journal,
                                 std::make_shared<memory::journal_store>(std::string(32, 'a')));
  parts.signals_dir = in_memory.path().string();
  parts.identify_file = in_memory.file("identifies");
  parts.discord = &all[2]->discord;
  parts.channel = all[2]->channel;
  following_stage memo(quick, parts, all[2]->route);

  sqlite::journal_options kept;
  kept.settings.data_dir = on_disk.path().string();
  kept.settings.now_ms = [time] { return time->now_ms(); };
  parts.journal =
      durable.place<journal_actor>(floor_tier::store, "journal", sqlite::journal_bridge, kept);
  parts.signals_dir = on_disk.path().string();
  parts.identify_file = on_disk.file("identifies");
  parts.discord = &all[3]->discord;
  parts.channel = all[3]->channel;
  following_stage disk(durable, parts, all[3]->route);

  send_all(all, warm_up, paces[0]);
  for (const auto& how : paces) {
    memo.quote();
    disk.quote();
    compare(all, 2, messages, how);
  }
}

}  // namespace

int main(int argc, char** argv) {
  spdlog::set_level(spdlog::level::err);
  const auto parent =
      argc > 3 ? std::string(argv[3]) : std::filesystem::temp_directory_path().string();
  return guarded([&] {
    const auto tickers = argument(argc, argv, 2, 50);
    if (tickers > 26 * 26) throw std::runtime_error("tickers: at most 676");
    run(argument(argc, argv, 1, 200), tickers, parent);
  });
}
