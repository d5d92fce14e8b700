#include <chrono>
#include <fstream>
#include <map>
#include <set>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "messages/decimal.hpp"
#include "tests/adapters/firebase/local/rest_client.hpp"
#include "tests/chaos/books.hpp"
#include "tests/chaos/protection.hpp"

// kill -9 of the whole floor at every step from a call to its protected position: each call that
// was acknowledged is there, none is traded twice, and nothing is ever held without its stop.

using namespace outcry;
using test::floor_process;

namespace {

const std::string no_end = "none:1";
constexpr const char* token = "a-token-of-this-test-only";

class called_floor {
public:
  called_floor() : port_(test::free_port()), page_(port_, ""), at_(plan()) {}

  floor_process& at() { return at_; }

  void start() {
    at_.launch_dying(no_end);
    REQUIRE(at_.await_open());
    REQUIRE(test::eventually([&] { return page_.get("/healthz").status == 200; }));
    REQUIRE(test::eventually([&] { return last_price() != "0"; }));
  }

  /// Hands in calls, one after another, until `enough` says so or the floor is gone.
  template <class Enough>
  void call_until(Enough enough) {
    while (!enough() && at_.floor().running()) {
      const auto price = last_price();
      if (price == "0") continue;
      hand_in(make_call(price));
      // The next is for when this one is over: until then the bot is at work.
      test::eventually([&] { return enough() || !at_.floor().running() || !is_at_work(); },
                       std::chrono::seconds(3));
      if (is_at_work() && at_.floor().running()) say("close SWING");
    }
  }

  /// Everything again, also what was acknowledged: a sender that was cut off does so.
  void repeat_all() {
    for (const auto& [id, body] : said_) {
      INFO("call " << id);
      // 503 as long as the desk reads its store.
      CHECK(test::eventually([&] {
        const auto status = post(body).status;
        return status == 200 || status == 201;
      }));
      acknowledged_.insert(id);
    }
  }

  /// No call is at work any more, and none has been lost or doubled.
  void wind_up() {
    for (int i = 0; i < 60 && is_at_work(); ++i) {
      say("close SWING");
      test::eventually([&] { return !is_at_work(); }, std::chrono::seconds(1));
    }
    CHECK(!is_at_work());
    test::eventually([&] { return open_orders() == 0; }, std::chrono::seconds(20));
    CHECK(open_orders() == 0);
    test::check_protected(at_);
    test::check_books(at_);
    std::map<std::string, int> rows;
    for (const auto& row : signals("SELECT source_id, state FROM signals")) ++rows[row.at(0)];
    for (const auto& id : acknowledged_) {
      INFO("call " << id);
      CHECK(rows[id] == 1);
    }
    // Each call has one entry order at most: as many as there are trades, and no more.
    const auto entries = count(
        test::broker_rows(at_, "SELECT count(*) FROM orders WHERE parent = '' AND side = 'buy'"));
    const auto trades = count(signals("SELECT count(*) FROM trades"));
    CHECK(entries <= trades);
    CHECK(trades <= static_cast<std::int64_t>(said_.size()));
  }

  std::int64_t trades() const {
    return count(test::broker_rows(at_, "SELECT count(*) FROM orders WHERE parent = ''"));
  }

private:
  test::floor_plan plan() {
    const auto day = days_.path() / "2024-03-08";
    std::filesystem::create_directories(day);
    test::write_swings(day / "SWING.csv", 7, 5);
    const auto file = days_.path() / "me.token";
    std::ofstream(file) << token << '\n';
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    test::floor_plan plan;
    plan.tickers = {};
    plan.simulated_lines = fmt::format(
        "\n[feed]\nsource = \"replay\"\n\n[feed.replay]\ndir = \"{}\"\nloop = true\n"
        "\n[broker]\nquarantine_s = 2\ntimeout_s = 2\n"
        "\n[signals]\nlisten = \"127.0.0.1:{}\"\n"
        "[[signals.sources]]\nsource = \"http:me\"\ntrade = true\nconfirm = false\n"
        "asset = \"stock\"\n"
        "[[signals.tokens]]\nname = \"me\"\nscopes = [\"read\", \"contribute\"]\n"
        "token_file = \"{}\"\n",
        day.string(), port_, file.string());
    plan.bot_lines =
        "[[bots]]\nticker = \"SWING\"\nstrategy = \"follow\"\n"
        "parameters = { max_notional = 1000, slippage = \"0.001\", entry_valid_s = 10 }\n\n";
    return plan;
  }

  static std::int64_t count(const test::table& rows) {
    return rows.empty() ? 0 : std::stoll(rows.at(0).at(0));
  }

  test::table signals(const std::string& sql) const {
    return test::rows_of(at_.data_dir() / "signals.db", sql);
  }

  std::int64_t open_orders() const {
    return count(test::broker_rows(at_, "SELECT count(*) FROM orders WHERE is_open = 1"));
  }

  bool is_at_work() const {
    return count(signals("SELECT count(*) FROM signals WHERE state IN "
                         "('accepted', 'entering', 'open', 'closing')")) > 0;
  }

  std::string last_price() const {
    const auto said = at_.outcry({"pits", "--json"});
    const auto pits = nlohmann::json::parse(said.output, nullptr, false);
    if (said.code != 0 || !pits.is_array() || pits.empty()) return "0";
    const auto last = pits.at(0).value("last", nlohmann::json{});
    return last.is_object() ? last.value("price", std::string("0")) : "0";
  }

  nlohmann::json make_call(const std::string& price) {
    const auto last = Price::parse(price).value();
    const auto apart = Price::parse("0.30").value();
    const auto id = "c" + std::to_string(++last_id_);
    return {{"source_id", id},
            {"action", "open"},
            {"side", "long"},
            {"ticker", "SWING"},
            {"asset", "stock"},
            {"order", "market"},
            {"stop", {{"price", to_string(last - apart)}}},
            {"targets", {to_string(last + apart), to_string(last + apart + apart)}}};
  }

  test::rest_client::answer post(const nlohmann::json& body) {
    return page_.ask(
        "POST", "/signals", body.dump(),
        {std::string("Authorization: Bearer ") + token, "Content-Type: application/json"});
  }

  void hand_in(const nlohmann::json& call) {
    const auto id = call.at("source_id").get<std::string>();
    said_[id] = call;
    const auto status = post(call).status;
    if (status == 200 || status == 201) acknowledged_.insert(id);
  }

  void say(const std::string& text) {
    page_.ask("POST", "/messages", nlohmann::json{{"text", text}}.dump(),
              {std::string("Authorization: Bearer ") + token, "Content-Type: application/json"});
  }

  test::temp_dir days_;
  std::uint16_t port_;
  mutable test::rest_client page_;
  floor_process at_;
  std::map<std::string, nlohmann::json> said_;
  std::set<std::string> acknowledged_;
  int last_id_ = 0;
};

void die_and_compare(called_floor& floor, const std::string& point, int n) {
  INFO(point << ":" << n);
  floor.at().launch_dying(fmt::format("{}:{}", point, n));
  if (floor.at().await_open()) floor.call_until([] { return false; });
  REQUIRE(
      test::eventually([&] { return !floor.at().floor().running(); }, std::chrono::seconds(60)));
  // As it lies there, while nobody is at home.
  test::check_protected(floor.at());
  floor.start();
  floor.repeat_all();
  test::check_protected(floor.at());
  floor.wind_up();
  REQUIRE(floor.at().stop() == 0);
  test::check_protected(floor.at());
}

void die_often(const std::string& point, std::initializer_list<int> passages) {
  called_floor floor;
  floor.start();
  floor.call_until([&] { return floor.trades() >= 1; });
  CHECK(floor.trades() >= 1);
  floor.wind_up();
  REQUIRE(floor.at().stop() == 0);
  for (const int n : passages) die_and_compare(floor, point, n);
}

}  // namespace

TEST_CASE("kill -9 before a call is stored loses and doubles nothing") {
  die_often("before_signal_commit", {1, 2, 3, 4, 6});
}

TEST_CASE("kill -9 after a call is stored loses and doubles nothing") {
  die_often("after_signal_commit", {1, 2, 3, 4, 6});
}

TEST_CASE("kill -9 before a bot's decision is stored leaves nothing bare and nothing doubled") {
  die_often("before_commit", {3, 4, 5, 6, 8, 11});
}

TEST_CASE("kill -9 after a bot's decision is stored leaves nothing bare and nothing doubled") {
  die_often("after_commit", {3, 4, 5, 6, 8, 11});
}

TEST_CASE("kill -9 before the broker has taken a call's orders leaves nothing bare") {
  die_often("before_paper_commit", {1, 2, 3, 4, 6});
}

TEST_CASE("kill -9 after the broker has taken a call's orders leaves nothing bare") {
  die_often("after_paper_commit", {1, 2, 3, 4, 6});
}
