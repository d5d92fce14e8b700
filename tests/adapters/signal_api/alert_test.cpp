#include <catch2/catch.hpp>

#include "tests/adapters/signal_api/fake_page.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::signal_api;
using nlohmann::json;
using test::alert_word;
using test::fake_page;
using mood = test::page_world::mood;

namespace {

const std::string address = "/tradingview/" + std::string{alert_word};

test::http_answer alert_to(fake_page& page, const std::string& body) {
  return page.post(address, body, "");
}

}  // namespace

TEST_CASE("an alert is answered before the desk has answered") {
  fake_page page;
  page.world().set_desk(mood::holds);
  const auto x = alert_to(page, "call SOL");
  CHECK(x.status == 202);
  CHECK(x.json()["status"] == "accepted");
  REQUIRE(page.world().wait_for_questions(1));
  CHECK(page.world().asked().empty());
  page.world().set_desk(mood::answers);
  page.release();
  REQUIRE(alert_to(page, "call ETH").status == 202);
  REQUIRE(page.world().wait_for_questions(2));
  const auto asked = page.world().asked();
  REQUIRE_FALSE(asked.empty());
  CHECK(asked[0].source == "tradingview:tv");
  CHECK(asked[0].source_id == x.json()["source_id"]);
  CHECK(asked[0].text == "call SOL");
}

TEST_CASE("the secret may stand in the body instead, and goes nowhere else") {
  fake_page page;
  const auto body = R"({"secret":")" + std::string{alert_word} +
                    R"(","ticker":"BINANCE:SOLUSDT","action":"buy","price":150.5,"stop":NaN})";
  CHECK(page.post("/tradingview", body, "").status == 202);
  REQUIRE(page.world().wait_for_questions(1));
  page.post("/messages", R"({"text":"a later one"})");
  const auto given = page.world().contributed();
  REQUIRE(given.size() == 1);
  CHECK(given[0].source == "tradingview:tv");
  CHECK(json::parse(given[0].signal)["entries"] == json{"150.5"});
  CHECK(given[0].signal.find(alert_word) == std::string::npos);
}

TEST_CASE("who does not know the secret learns nothing") {
  fake_page page;
  for (const char* path : {"/tradingview/wrong-secret-0123456789", "/tradingview/x",
                           "/tradingview/reader-token-0123456789"}) {
    const auto x = page.post(path, "call SOL", "");
    CHECK(x.status == 404);
    CHECK(x.error() == "Not found");
  }
  CHECK(page.post("/tradingview", "call SOL", "").status == 404);
  CHECK(page.post("/tradingview", R"({"secret":"wrong"})", "").status == 404);
  CHECK(page.post(address, "", "").status == 400);
  CHECK(page.post(address, "\xff\xfe", "").status == 400);
  CHECK(page.ask("GET", address, "").status == 401);
  page.post("/messages", R"({"text":"a later one"})");
  CHECK(page.world().asked().size() == 1);
}

TEST_CASE("an alert that is sent again is the same, an hour later it is another") {
  fake_page page;
  const auto id = [&](const std::string& body) {
    return alert_to(page, body).json()["source_id"].get<std::string>();
  };
  const auto first = id("call SOL");
  page.clock().advance(59 * ns_per_s);
  CHECK(id("call SOL") == first);
  CHECK(id("call ETH") != first);
  page.clock().advance(3'600 * ns_per_s);
  CHECK(id("call SOL") != first);
  // One that says when it went off is the same for ever.
  const char* timed = R"({"text":"call SOL","timenow":"2024-03-08T14:30:00Z"})";
  const auto second = id(timed);
  page.clock().advance(3'600 * ns_per_s);
  CHECK(id(timed) == second);
  CHECK(id(R"({"text":"call SOL","timenow":"2024-03-08T14:31:00Z"})") != second);
}

TEST_CASE("what the desk does not take is kept and offered again, in order") {
  fake_page page;
  page.world().set_desk(mood::is_down);
  CHECK(alert_to(page, "call SOL").status == 202);
  CHECK(alert_to(page, "call ETH").status == 202);
  REQUIRE(page.world().wait_for_questions(3));
  page.world().set_desk(mood::is_full);
  REQUIRE(page.world().wait_for_questions(5));
  page.world().set_desk(mood::answers);
  test::event_reader all{page.port(), "&after=0"};
  CHECK(all.next().data["ticker"] == "SOL");
  CHECK(all.next().data["ticker"] == "ETH");
}

TEST_CASE("what the desk will never take makes way") {
  fake_page page;
  page.world().set_desk(mood::refuses);
  CHECK(alert_to(page, "call SOL").status == 202);
  REQUIRE(page.world().wait_for_questions(1));
  page.world().set_desk(mood::answers);
  CHECK(alert_to(page, "call ETH").status == 202);
  test::event_reader all{page.port(), "&after=0"};
  CHECK(all.next().data["ticker"] == "ETH");
}

TEST_CASE("alerts that find the queue full are told so") {
  fake_page page{[](bridge_options& x) { x.max_alerts = 2; }};
  page.world().set_desk(mood::holds);
  CHECK(alert_to(page, "call A").status == 202);
  CHECK(alert_to(page, "call B").status == 202);
  const auto third = alert_to(page, "call C");
  CHECK(third.status == 503);
  CHECK(third.header("Retry-After") == "5");
  // Requests of others are not in their way.
  CHECK(page.get("/signals").status == 200);
}

TEST_CASE("alerts that were accepted are delivered by the next process") {
  test::temp_dir dir;
  const auto with_folder = [&](bridge_options& x) { x.alert_folder = dir.file("alerts"); };
  std::string id;
  {
    fake_page page{with_folder};
    page.world().set_desk(mood::is_down);
    id = alert_to(page, "call SOL").json()["source_id"];
    CHECK(alert_to(page, "call ETH").status == 202);
  }
  {
    fake_page page{with_folder};
    test::event_reader all{page.port(), "&after=0"};
    const auto first = all.next();
    CHECK(first.data["ticker"] == "SOL");
    CHECK(first.data["source_id"] == id);
    CHECK(all.next().data["ticker"] == "ETH");
    // Both are off the disk once the next is taken, which the same thread does behind them.
    CHECK(alert_to(page, "call ADA").status == 202);
    CHECK(all.next().data["ticker"] == "ADA");
  }
  fake_page page{with_folder};
  CHECK(alert_to(page, "call XRP").status == 202);
  test::event_reader all{page.port(), "&after=0"};
  CHECK(all.next().data["ticker"] == "XRP");
}

TEST_CASE("a disk that takes no alert is told to the sender") {
  test::temp_dir dir;
  const std::filesystem::path folder = dir.file("alerts");
  fake_page page{[&](bridge_options& x) { x.alert_folder = folder; }};
  std::filesystem::remove_all(folder);
  const auto x = alert_to(page, "call SOL");
  CHECK(x.status == 503);
  CHECK(x.error() == "The alert could not be kept; send it again");
  CHECK(page.world().asked().empty());
}
