#include "adapters/firebase/event_data.hpp"

#include <string>

#include <catch2/catch.hpp>

using outcry::firebase::parse_event_data;

TEST_CASE("path and data of an event come out as the server wrote them") {
  struct sample {
    std::string json, path, data;
  };
  for (const auto& [json, path, data] :
       {sample{R"({"path":"/","data":null})", "/", "null"},
        sample{R"({"path":"/a/b","data":{"x":[1,{"y":"}]\"{"}],"z":1.10}})", "/a/b",
               R"({"x":[1,{"y":"}]\"{"}],"z":1.10})"},
        sample{R"( { "data" : 12345678901234567890123 , "path" : "\/caf\u00e9" } )", "/café",
               "12345678901234567890123"},
        sample{R"({"path":"/","data":"a\\\"b","more":[{}]})", "/", R"("a\\\"b")"},
        sample{R"({"path":"/","data": true})", "/", "true"},
        sample{R"({"d\u0061ta":[],"path":"/x"})", "/x", "[]"}}) {
    CAPTURE(json);
    const auto result = parse_event_data(json);
    REQUIRE(result);
    CHECK(result->path == path);
    CHECK(result->data == data);
  }
}

TEST_CASE("what is no event payload is refused") {
  for (const std::string json :
       {"", "null", "{}", "[]", "\"x\"", R"({"path":"/"})", R"({"data":1})",
        R"({"path":1,"data":1})", R"({"path":"a","data":1})", R"({"path":"/","data":})",
        R"({"path":"/","data":1)", R"({"path":"/","data":01})", R"({"path":"/","data":1}x)",
        R"({"path":"/","data":nan})"}) {
    CAPTURE(json);
    CHECK_FALSE(parse_event_data(json));
  }
}
