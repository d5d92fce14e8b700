#include "tests/chaos/faulty_firebase.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "actors/market/simulated_market.hpp"
#include "adapters/http/token_file.hpp"
#include "messages/market_codec.hpp"
#include "messages/paths.hpp"
#include "tests/chaos/floor_process.hpp"

using namespace outcry;
using nlohmann::json;
using test::faulty_firebase;
using test::floor_process;
using fault = faulty_firebase::fault;
using lane = faulty_firebase::lane;

namespace {

constexpr std::chrono::seconds patience{90};
constexpr duration_ns interval = 20 * ns_per_ms;
constexpr std::int64_t seed = 7;
const std::vector<std::string> tickers = {"AAPL", "META", "GOOGL"};

/// A floor whose way to Firebase has faults.
class trouble {
public:
  trouble() {
    at.start_firebase();
    way_ = std::make_unique<faulty_firebase>(
        at.firebase_port(), http::read_token(at.firebase_dir() / "floor.token"), "first");
    renew("first");
    configure("always");
    at.start();
  }

  void configure(const std::string& session) {
    test::floor_plan plan;
    plan.tickers = tickers;
    plan.simulated_lines = fmt::format("interval_ms = {}\nseed = {}\nsession = \"{}\"\n",
                                       interval / ns_per_ms, seed, session);
    plan.firebase_lines =
        fmt::format("url = \"http://127.0.0.1:{}\"\ntoken_file = \"{}\"\nhistory = \"all\"\n",
                    way_->port(), token_file());
    at.configure(plan);
  }

  /// The floor's token from now on.
  void renew(const std::string& token) const {
    const auto fresh = token_file() + ".new";
    std::ofstream(fresh) << token << '\n';
    std::filesystem::permissions(fresh, std::filesystem::perms(0600));
    std::filesystem::rename(fresh, token_file());
  }

  faulty_firebase& way() { return *way_; }

  /// What the next message will be called.
  std::string next_id() const { return fmt::format("message-{}", ids.size() + 1); }
  /// A message to all through the socket; returns its id.
  std::string send() {
    auto id = ids.emplace_back(next_id());
    const auto sent = at.outcry({"send", "set", "--to", "ALL", "--config",
                                 fmt::format("step={}", ids.size() + 1), "--id", id});
    INFO(sent.output);
    CHECK(sent.code == 0);
    return id;
  }
  /// A message to all, put into Firebase as a phone does; returns its id.
  std::string put() {
    auto id = ids.emplace_back(next_id());
    REQUIRE(at.put(id, test::message("set", {}, {{"step", ids.size() + 1}})) == 200);
    return id;
  }
  /// Waits until the floor has answered so many messages.
  void await_answers(std::size_t messages) const {
    REQUIRE(test::eventually(
        [&] {
          return at.count("SELECT count(*) FROM messages WHERE state = 'done'") ==
                 static_cast<std::int64_t>(messages);
        },
        patience));
  }
  /// Waits until there are more prices: something that could pass what is owed.
  void await_prices() const {
    const auto before = prices();
    REQUIRE(test::eventually([&] { return prices() > before + 60; }, patience));
  }
  std::int64_t prices() const {
    return std::stoll(at.history("SELECT count(*) FROM ticks").at(0).at(0));
  }

  floor_process at;
  std::vector<std::string> ids;

private:
  std::string token_file() const { return at.dir().file("expiring.token"); }

  std::unique_ptr<faulty_firebase> way_;
};

bool acknowledges(const faulty_firebase::write& one, const std::string& id) {
  const auto body = json::parse(one.body);
  return std::all_of(tickers.begin(), tickers.end(), [&](const std::string& ticker) {
    return body.contains(paths::acknowledgement(id, "counter-" + ticker));
  });
}

/// Of what has passed since the faults ended, the answers to `ids` came before any price.
void check_owed_first(trouble& in, const std::vector<std::string>& ids) {
  std::vector<faulty_firebase::write> passed;
  const auto price = [&] {
    return std::find_if(passed.begin(), passed.end(),
                        [](const auto& one) { return one.which == lane::history; });
  };
  REQUIRE(test::eventually(
      [&] {
        passed = in.way().passed();
        return price() != passed.end();
      },
      patience));
  for (const auto& id : ids) {
    INFO(id);
    CHECK(std::any_of(passed.begin(), price(),
                      [&](const auto& one) { return acknowledges(one, id); }));
  }
}

void await_refusals(trouble& in, int count) {
  REQUIRE(test::eventually([&] { return in.way().refused() >= count; }, patience));
  CHECK(in.way().overtaking() == 0);
}

/// Messages come and are answered while Firebase takes no writes, and prices after them.
void check_fault(trouble& in, fault which, int refusals) {
  in.way().serve(which);
  const std::vector<std::string> ids = {in.send(), in.put(), in.send()};
  in.await_answers(in.ids.size());
  in.await_prices();
  await_refusals(in, refusals);
  in.way().serve(fault::none);
  check_owed_first(in, ids);
}

/// The same while the floor's token is no longer good: it hears nothing either.
void check_token(trouble& in) {
  in.way().expire("second");
  const std::vector<std::string> ids = {in.send(), in.send()};
  in.await_answers(in.ids.size());
  const auto unheard = in.put();
  in.await_prices();
  await_refusals(in, 3);
  CHECK(in.at.read(paths::message(unheard))["state"] == "sent");
  in.renew("second");
  check_owed_first(in, ids);
  in.await_answers(in.ids.size());
}

/// Each message's event is cut in the middle, and the second one's first event after that, too.
void check_cuts(trouble& in) {
  for (int times = 1; times <= 2; ++times) {
    const auto before = in.way().cuts();
    in.way().cut_at(in.next_id(), times);
    const auto id = in.put();
    REQUIRE(in.at.await_final(id).is_object());
    CHECK(in.way().cuts() == before + times);
  }
}

void check_messages(const trouble& in) {
  CHECK(in.at.await_empty_outbox());
  for (const auto& id : in.ids) {
    const auto found = in.at.await_final(id);
    INFO(id << ": " << found.dump(2));
    REQUIRE(found.is_object());
    CHECK(found["state"] == "done");
    CHECK(found["acknowledgementCount"] == 3);
    CHECK(found["acknowledgement"].size() == 3);
  }
  // Each was done once by each bot.
  const auto count = std::to_string(in.ids.size());
  CHECK(in.at.journal("SELECT count(*) FROM lines WHERE status = 'done'") ==
        test::table{{std::to_string(3 * in.ids.size())}});
  CHECK(in.at.journal("SELECT bot_id, revision FROM bots ORDER BY bot_id") ==
        test::table{{"counter-AAPL", count}, {"counter-GOOGL", count}, {"counter-META", count}});
  CHECK(in.at.count("SELECT count(*) FROM refused") == 0);
}

/// The first `count` prices that the feed gives for `ticker`: the same seed gives the same walk.
std::vector<std::string> walk(const std::string& ticker, std::size_t count) {
  simulated_options options;
  options.seed = seed;
  options.interval_ns = interval;
  simulated_market market(options);
  market.want(ticker, true);
  std::vector<price_batch> batches;
  for (std::size_t slot = 1; slot <= count; ++slot)
    market.poll(static_cast<timestamp_ns>(slot) * interval, batches);
  std::vector<std::string> result;
  for (const auto& batch : batches)
    for (const auto& tick : batch.ticks) result.push_back(to_string(tick.price));
  return result;
}

/// What Firebase holds of a ticker, in the order of the keys.
std::vector<std::string> mirrored(const floor_process& at, const std::string& ticker) {
  std::vector<std::string> result;
  timestamp_ns last = 0;
  bool rising = true;
  const auto prices = at.read("tickers/" + ticker + "/prices");
  for (const auto& [key, value] : prices.items()) {
    const auto update = parse_market_update(value.dump(), ticker, 0);
    INFO(key << ": " << value.dump());
    REQUIRE(update);
    const auto& tick = std::get<price_update>(*update).tick;
    rising = rising && tick.event_ns > last;
    last = tick.event_ns;
    result.push_back(to_string(tick.price));
  }
  CHECK(rising);
  return result;
}

void check_prices(trouble& in) {
  // The market closes: now the history can be counted.
  REQUIRE(in.at.stop() == 0);
  in.configure("closed");
  in.at.start();
  const auto number = [&](const std::string& sql) {
    return std::stoull(in.at.history(sql).at(0).at(0));
  };
  // The floor forgets what Firebase has, but not how many there were.
  const std::string delivered = "(SELECT value FROM meta WHERE key = 'delivered_seq')";
  REQUIRE(test::eventually(
      [&] { return number("SELECT count(*) FROM ticks WHERE seq > " + delivered) == 0; },
      patience));
  std::size_t total = 0;
  for (const auto& ticker : tickers) {
    const auto found = mirrored(in.at, ticker);
    INFO(ticker << ": " << found.size());
    CHECK(found.size() > 100);
    CHECK((found == walk(ticker, found.size())));
    total += found.size();
  }
  CHECK(total == number("SELECT " + delivered));
}

}  // namespace

TEST_CASE("a Firebase that fails, tires, forgets the token and cuts streams gets everything") {
  trouble in;
  REQUIRE(
      test::eventually([&] { return in.at.read("tickers/META/prices").size() > 20; }, patience));
  check_fault(in, fault::broken, 4);
  check_fault(in, fault::busy, 2);
  for (const auto& early : in.way().impatient()) FAIL_CHECK("too early: " << early.body);
  check_token(in);
  check_cuts(in);
  check_messages(in);
  check_prices(in);
}
