// One operator message to ALL of many bots through the real command desk, journal, relay and local
// Firebase: the time until the last line stands in Firebase, as a ratio to one PATCH of the same
// lines by a client that does nothing else.
// Usage: ledger_bench [bots] [rounds]

#include <cstdio>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <caf/scoped_actor.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "actors/floor/roster.hpp"
#include "actors/market/market.hpp"
#include "actors/operator/relay.hpp"
#include "adapters/firebase/stream.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "messages/paths.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/local_firebase.hpp"
#include "tests/bench/stage.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;
using nlohmann::json;

constexpr std::size_t tickers = 10;
constexpr std::chrono::seconds patience{120};

/// The whole way of an operator message.
struct furnished {
  explicit furnished(std::size_t bots) {
    auto services = std::make_shared<bot_services>();
    services->house = at.the_house();
    sqlite::journal_options journal;
    journal.settings.data_dir = dir.path().string();
    journal.settings.now_ms = [time = at.the_house()->time] { return time->now_ms(); };
    services->journal =
        at.place<journal_actor>(floor_tier::store, "journal", sqlite::journal_bridge, journal);
    services->roster = at.place<roster_actor>(floor_tier::desk, "roster", roster);
    relay_services outside;
    outside.journal = services->journal;
    outside.mirror = at.place<mirror_actor>(floor_tier::store, "firebase", firebase::bridge,
                                            cloud.bridge(at.the_house()));
    outside.house = at.the_house();
    outside.options.keeps_history = false;
    services->relay = at.place<relay_actor>(floor_tier::relay, "relay", relay, outside);
    services->market = at.place<market_actor>(
        floor_tier::market, "market", market, std::make_shared<market_book>(),
        pit_neighbours{{}, {}, services->relay}, at.root(), at.the_house());
    auto book = std::make_shared<desk_book>();
    for (std::size_t i = 0; i < bots; ++i) {
      auto identity = numbered_bot(i, tickers);
      book->bots[identity.id] = identity;
      book->addresses[identity.id] = at.place_bot(identity, services);
    }
    at.await_bots();
    desk = at.place<command_desk_actor>(
        floor_tier::desk, "desk", command_desk, book,
        desk_services{services->journal, services->relay, at.the_house(), {}});
  }

  test::temp_dir dir;
  local_firebase cloud;
  stage at;
  command_desk_actor desk;
};

operator_message make_message(const char* type, std::size_t number, std::int64_t now_ms) {
  operator_message message;
  message.id = fmt::format("bench-{}-{}", type, number);
  message.type = type;
  message.to_all = true;
  message.pressed_at_ms = now_ms;
  message.created_by = "local:bench";
  return message;
}

/// Seconds from handing the message to the desk until Firebase says that it is done.
double send(furnished& floor, const operator_message& message) {
  std::promise<void> live;
  std::promise<void> done;
  firebase::stream_options options;
  options.path = paths::message_value(message.id, "state");
  options.on_event = [&, started = false,
                      ended = false](const firebase::stream_event& event) mutable {
    if (!std::exchange(started, true)) live.set_value();
    if (event.data == "\"done\"" && !std::exchange(ended, true)) done.set_value();
  };
  firebase::stream listening(floor.cloud.url(), floor.cloud.identity(), options);
  live.get_future().wait();
  auto start = steady::now();
  caf::scoped_actor self{floor.at.system()};
  self->request(floor.desk, patience, submit_message{message, false})
      .receive(
          [](const ledger&) {},
          [&](caf::error& reason) { throw std::runtime_error(floor.at.system().render(reason)); });
  if (done.get_future().wait_for(patience) != std::future_status::ready)
    throw std::runtime_error(message.id + " is not done in time");
  return seconds_since(start);
}

/// The message's lines as they stand in Firebase now. Throws unless all are there.
json read_lines(firebase::client& client, const std::string& id, std::size_t bots) {
  auto answer = client.get(paths::message_value(id, "acknowledgement"));
  auto lines = json::parse(answer.body, nullptr, false);
  if (!answer || !lines.is_object() || lines.size() != bots)
    throw std::runtime_error(fmt::format("{}: {} lines in Firebase instead of {}; {}", id,
                                         lines.size(), bots, answer.error));
  return lines;
}

/// Seconds of one PATCH of the lines to another place.
double patch_copy(firebase::client& client, const std::string& id, const json& lines) {
  json copy;
  for (const auto& [bot, line] : lines.items())
    copy["copies/" + id + "/acknowledgement/" + bot] = line;
  auto body = copy.dump();
  auto start = steady::now();
  auto answer = client.patch("", body);
  if (!answer) throw std::runtime_error("the copy: " + answer.error);
  return seconds_since(start);
}

}  // namespace

int main(int argc, char** argv) {
  spdlog::set_level(spdlog::level::err);
  auto bots = argument(argc, argv, 1, 1000);
  auto rounds = argument(argc, argv, 2, 5);
  furnished floor(bots);
  firebase::client client(floor.cloud.url(), floor.cloud.identity());
  struct figures {
    const char* verb;
    std::vector<double> floor_s{};
    std::vector<double> patch_s{};
  };
  figures all[] = {{"status"}, {"stop"}, {"start"}};
  for (std::size_t round = 0; round < rounds; ++round)
    for (auto& one : all) {
      auto message = make_message(one.verb, round, floor.at.the_house()->time->now_ms());
      one.floor_s.push_back(send(floor, message));
      auto lines = read_lines(client, message.id, bots);
      // The bots' new states follow the lines: the copy shall not compete with them.
      std::this_thread::sleep_for(std::chrono::milliseconds(700));
      one.patch_s.push_back(patch_copy(client, message.id, lines));
    }
  std::printf("%zu bots, one message to ALL, median of %zu rounds\n", bots, rounds);
  for (const auto& one : all)
    std::printf(
        "%-7s all lines in Firebase after %7.1f ms, one PATCH of them %7.1f ms, ratio %.1f\n",
        one.verb, median(one.floor_s) * 1000, median(one.patch_s) * 1000,
        median(one.floor_s) / median(one.patch_s));
}
