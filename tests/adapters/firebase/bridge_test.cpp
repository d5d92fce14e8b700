#include "adapters/firebase/bridge.hpp"

#include <catch2/catch.hpp>

using namespace outcry;
using namespace outcry::firebase;

namespace {

std::vector<std::string> keys_in(std::string_view path, std::string_view data,
                                 stream_event::kind what = stream_event::kind::put) {
  std::vector<std::string> keys;
  for (const auto& message : messages_in({what, path, data})) keys.push_back(message.key);
  return keys;
}

using keys = std::vector<std::string>;

}  // namespace

TEST_CASE("firebase bridge: many messages come in the order in which they were written") {
  CHECK(keys_in("/", R"({"a":{"createdAt":30},"b":{"createdAt":10,"pressedAt":99},
                         "c":{"pressedAt":20},"d":{"type":"stop"}})") == keys{"d", "b", "c", "a"});
  CHECK(keys_in("/", R"({"b":{"createdAt":5},"a":{"createdAt":5},"c":{"createdAt":1.5}})") ==
        keys{"c", "a", "b"});
  CHECK(keys_in("/", R"({"b":{"createdAt":"x"},"a":7})") == keys{"a", "b"});
  CHECK(keys_in("/", R"([null,{"createdAt":9},{"createdAt":8}])") == keys{"2", "1"});
  CHECK(keys_in("/", R"({"b":{"createdAt":2},"a":{"createdAt":3}})", stream_event::kind::patch) ==
        keys{"b", "a"});
}

TEST_CASE("firebase bridge: one message, a deleted one, an edit deep inside, nothing") {
  CHECK(keys_in("/m1", R"({"type":"stop"})") == keys{"m1"});
  CHECK(keys_in("/m1", "null").empty());
  CHECK(keys_in("/m1/state", R"("sent")").empty());
  CHECK(keys_in("/m1", R"({"type":"stop"})", stream_event::kind::patch).empty());
  CHECK(keys_in("/", "null").empty());
  CHECK(keys_in("/", "{").empty());
}

TEST_CASE("firebase bridge: a key is told as it stands and as the id it means") {
  auto one = [](const char* path) { return messages_in({{}, path, "{}"}).at(0); };
  CHECK(one("/a%2Eb").id == "a.b");
  CHECK(one("/a%2Eb").key == "a%2Eb");
  CHECK(one("/a%zz").id.empty());
  CHECK(one("/a%zz").key == "a%zz");
}
