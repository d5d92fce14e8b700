#include "messages/performance_codec.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace outcry;
using nlohmann::json;

namespace {

performance_update sample() {
  auto money = [](const char* text) { return Money::parse(text).value(); };
  performance_update x;
  x.ticker = "BRK.B";
  x.day = "2013-10-08";
  x.today = {money("1.5"), money("-2"), money("3.25"), money("0.25"), money("-7"), money("-9")};
  x.ever = {money("10"), money("20"), money("30"), money("40"), money("50"), money("60")};
  x.at_ns = 1'381'239'000'123'456'000;
  return x;
}

}  // namespace

TEST_CASE("performance: the mirror's shape") {
  auto read = json::parse(to_json(sample()));
  CHECK(read == json::parse(R"({"day":"2013-10-08","at":1381239000123,
    "today":{"total":"1.5","unrealized":"-2","realized":"3.25","converted":"0.25","profit":"-7",
             "open":"-9"},
    "ever":{"total":"10","unrealized":"20","realized":"30","converted":"40","profit":"50",
            "open":"60"}})"));
}

TEST_CASE("performance: the shape that programs of today read") {
  auto x = sample();
  CHECK(json::parse(service_performance_json(x)) ==
        json::parse(R"({"symbol":"BRK.B","total":1.5,"unrealized":-2,"realized":3.25,
    "converted":0.25,"timestamp":"2013-10-08T13:30:00.123456+00:00"})"));
  x.ticker.clear();
  CHECK(json::parse(service_performance_json(x))["symbol"] == "aggregate");
}
