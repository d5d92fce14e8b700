#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/adapters/firebase/local/wire/session_fixture.hpp"

using outcry::test::session_fixture;
using json = nlohmann::json;

namespace {

constexpr const char* rules = R"rules({
  "rules": {
    "public": { ".read": true },
    "users": {
      "$user": {
        ".read": "auth.uid === $user",
        ".write": "auth.uid === $user",
        "age": { ".validate": "newData.isNumber() && newData.val() >= 0" },
        "at": { ".validate": "newData.val() === now" }
      }
    },
    "once": {
      "$id": { ".write": "auth !== null && !data.exists()" },
      ".read": "auth !== null",
      ".indexOn": ["state"]
    },
    "either": {
      ".write": "auth !== null && newData.child('a').val() + newData.child('b').val() === 10",
      "a": { ".validate": "newData.getPriority() === null" }
    }
  }
})rules";

}  // namespace

TEST_CASE("rules decide what a session may read") {
  session_fixture with(rules);
  auto admin = with.connect("floor");
  auto ann = with.connect("user:ann");
  auto nobody = with.connect("");
  CHECK(with.status(nobody, "q", R"({"p":"/public/a","h":""})"_json) == "ok");
  CHECK(with.status(nobody, "q", R"({"p":"/users/ann","h":""})"_json) == "permission_denied");
  CHECK(with.status(ann, "q", R"({"p":"/users/ann/age","h":""})"_json) == "ok");
  CHECK(with.status(ann, "g", R"({"p":"/users/bob","q":{}})"_json) == "permission_denied");
  CHECK(with.status(ann, "g", R"({"p":"/users","q":{}})"_json) == "permission_denied");
  CHECK(with.status(admin, "g", R"({"p":"/","q":{}})"_json) == "ok");
  // Another user takes over: what was theirs ends, what is everybody's goes on.
  with.ask(ann, "q", R"({"p":"/public/b","h":""})"_json);
  const auto got = with.ask(ann, "auth", R"({"cred":"user:bob"})"_json);
  REQUIRE(got.size() == 2);
  CHECK(got[0]["a"] == "c");
  CHECK(got[0]["b"]["p"] == "/users/ann/age");
  with.ask(admin, "m", R"({"p":"/","d":{"users/ann/age":1,"public/b":2}})"_json);
  const auto heard = with.take(ann);
  REQUIRE(heard.size() == 1);
  CHECK(heard[0]["b"] == R"({"p":"public/b","d":2})"_json);
}

TEST_CASE("rules decide what a session may write, all of a write or nothing") {
  session_fixture with(rules);
  auto admin = with.connect("floor");
  auto ann = with.connect("user:ann");
  const auto put = [&](auto& by, const char* body) {
    return with.status(by, "p", json::parse(body));
  };
  CHECK(put(ann, R"({"p":"/users/ann/age","d":30})") == "ok");
  CHECK(put(ann, R"({"p":"/users/ann/age","d":-1})") == "permission_denied");
  CHECK(put(ann, R"({"p":"/users/ann/age","d":{".sv":{"increment":-31}}})") == "permission_denied");
  CHECK(put(ann, R"({"p":"/users/ann/at","d":{".sv":"timestamp"}})") == "ok");
  CHECK(put(ann, R"({"p":"/users/ann/at","d":5})") == "permission_denied");
  CHECK(put(ann, R"({"p":"/users/bob/age","d":30})") == "permission_denied");
  CHECK(put(admin, R"({"p":"/users/bob/age","d":"any"})") == "ok");
  CHECK(with.status(ann, "m", R"({"p":"/","d":{"users/ann/age":31,"users/bob/age":1}})"_json) ==
        "permission_denied");
  CHECK(with.get(ann, "/users/ann/age") == 30);
  CHECK(put(ann, R"({"p":"/once/x","d":{"state":"sent"}})") == "ok");
  CHECK(put(ann, R"({"p":"/once/x","d":{"state":"done"}})") == "permission_denied");
  CHECK(put(ann, R"({"p":"/once/x","d":null})") == "permission_denied");
  // Every rule sees the whole of the write.
  CHECK(with.status(ann, "m", R"({"p":"/either","d":{"a":4,"b":6}})"_json) == "ok");
  CHECK(with.status(ann, "m", R"({"p":"/either","d":{"a":5}})"_json) == "permission_denied");
  CHECK(with.status(ann, "m", R"({"p":"/either","d":{"a":5,"b":5}})"_json) == "ok");
  CHECK(put(ann, R"({"p":"/either/a/.priority","d":1})") == "permission_denied");
}

TEST_CASE("rules are asked when something is left for the disconnect, and when it is written") {
  session_fixture with(rules);
  auto admin = with.connect("floor");
  auto ann = with.connect("user:ann");
  CHECK(with.status(ann, "o", R"({"p":"/users/bob/age","d":1})"_json) == "permission_denied");
  CHECK(with.status(ann, "o", R"({"p":"/once/y","d":1})"_json) == "ok");
  CHECK(with.status(ann, "o", R"({"p":"/users/ann/age","d":7})"_json) == "ok");
  with.ask(admin, "p", R"({"p":"/once/y","d":"another was first"})"_json);
  with.leave(ann);
  CHECK(with.get(admin, "/once/y") == "another was first");
  CHECK(with.get(admin, "/users/ann/age") == 7);
}

TEST_CASE("a query by what the rules do not index is answered with a warning") {
  session_fixture with(rules);
  auto ann = with.connect("user:ann");
  const auto answer = [&](const char* index, int tag) {
    const json asked{{"p", "/once"}, {"q", {{"i", index}, {"l", 2}, {"vf", "l"}}}, {"t", tag}};
    return with.ask(ann, "q", asked).back()["b"]["d"];
  };
  CHECK(answer("state", 1) == json::object());
  CHECK(answer(".key", 2) == json::object());
  CHECK(answer("other", 3) == R"({"w":["no_index"]})"_json);
}
