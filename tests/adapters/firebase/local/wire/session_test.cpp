#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/adapters/firebase/local/wire/session_fixture.hpp"

using Catch::Matchers::Contains;
using outcry::test::session_fixture;
using json = nlohmann::json;

namespace {

json answer(std::int64_t number, const json& body) {
  return {{"r", number}, {"b", body}};
}

json push(const char* action, const json& body) {
  return {{"a", action}, {"b", body}};
}

const json ok = R"({"s":"ok","d":""})"_json;

}  // namespace

TEST_CASE("a listener gets the value before the answer") {
  session_fixture with;
  auto client = with.connect();
  CHECK(with.ask(client, "p", R"({"p":"/a","d":{"x":1}})"_json) ==
        std::vector<json>{answer(2, ok)});
  const auto got = with.ask(client, "q", R"({"p":"/a","h":""})"_json);
  REQUIRE(got.size() == 2);
  CHECK(got[0] == push("d", R"({"p":"a","d":{"x":1}})"_json));
  CHECK(got[1] == answer(3, R"({"s":"ok","d":{}})"_json));
}

TEST_CASE("whoever writes hears of it before the answer, as all others do") {
  session_fixture with;
  auto writer = with.connect();
  auto reader = with.connect();
  with.ask(writer, "q", R"({"p":"/a","h":""})"_json);
  with.ask(reader, "q", R"({"p":"/","h":""})"_json);
  const json pushed = push("d", R"({"p":"a/b","d":5})"_json);
  CHECK(with.ask(writer, "p", R"({"p":"/a/b","d":5})"_json) ==
        std::vector<json>{pushed, answer(3, ok)});
  CHECK(with.take(reader) == std::vector<json>{pushed});
  SECTION("a write above it is an overwrite at the listener") {
    with.ask(reader, "p", R"({"p":"/","d":{"a":{"c":1},"z":1}})"_json);
    CHECK(with.take(writer) == std::vector<json>{push("d", R"({"p":"a","d":{"c":1}})"_json)});
  }
  SECTION("several paths below it are one merge") {
    with.ask(reader, "m", R"({"p":"/a","d":{"b/c":1,"d":null}})"_json);
    const auto got = with.take(writer);
    REQUIRE(got.size() == 1);
    CHECK(got[0] == push("m", R"({"p":"a","d":{"b/c":1,"d":null}})"_json));
  }
  SECTION("after it has stopped listening it hears nothing") {
    CHECK(with.status(writer, "n", R"({"p":"/a"})"_json) == "ok");
    with.ask(reader, "p", R"({"p":"/a","d":1})"_json);
    CHECK(with.take(writer).empty());
  }
}

TEST_CASE("a value that the client has already is not sent again") {
  session_fixture with;
  auto client = with.connect();
  with.ask(client, "p", R"({"p":"/a","d":{"a":1,"b":{"c":"x"}}})"_json);
  CHECK(with.ask(client, "q", R"({"p":"/a","h":"ysk3YQgEFZBh3N6ot97Ywoub98Q="})"_json).size() == 1);
  with.ask(client, "n", R"({"p":"/a"})"_json);
  CHECK(with.ask(client, "q", R"({"p":"/a","h":"gIphxiFGusLh2VwSNVKSvNu90m4="})"_json).size() == 2);
  const json first = R"({"l":1,"vf":"l","i":".key"})"_json;
  CHECK(with.ask(client, "q",
                 {{"p", "/a"}, {"q", first}, {"t", 1}, {"h", "gIphxiFGusLh2VwSNVKSvNu90m4="}})
            .size() == 1);
}

TEST_CASE("a write on a condition is stale once the value is another, and nothing changes") {
  session_fixture with;
  auto client = with.connect();
  CHECK(with.status(client, "p", R"({"p":"/n","d":1,"h":""})"_json) == "ok");
  with.ask(client, "q", R"({"p":"/n","h":""})"_json);
  CHECK(with.status(client, "p", R"({"p":"/n","d":2,"h":""})"_json) == "datastale");
  CHECK(with.get(client, "/n") == 1);
  CHECK(with.status(client, "p", R"({"p":"/n","d":2,"h":"YPVfR2bXt/lcDjiQZ8pOkAd3qkQ="})"_json) ==
        "ok");
  CHECK(with.get(client, "/n") == 2);
}

TEST_CASE("a query's listener hears with its tag what enters, changes and leaves") {
  session_fixture with;
  auto client = with.connect();
  with.ask(client, "p", R"({"p":"/m","d":{"a":1,"b":2,"c":3}})"_json);
  const json last = R"({"l":2,"vf":"r","i":".value"})"_json;
  auto got = with.ask(client, "q", {{"p", "/m"}, {"q", last}, {"t", 7}, {"h", ""}});
  CHECK(got[0] == push("d", R"({"p":"m","d":{"b":2,"c":3},"t":7})"_json));
  got = with.ask(client, "p", R"({"p":"/m/a","d":9})"_json);
  REQUIRE(got.size() == 2);
  CHECK(got[0] == push("m", R"({"p":"m","d":{"a":9,"b":null},"t":7})"_json));
  got = with.ask(client, "p", R"({"p":"/m/a","d":8})"_json);
  CHECK(got[0] == push("d", R"({"p":"m/a","d":8,"t":7})"_json));
  CHECK(with.ask(client, "p", R"({"p":"/m/b","d":0})"_json).size() == 1);
  with.ask(client, "n", {{"p", "/m"}, {"q", last}, {"t", 7}});
  CHECK(with.ask(client, "p", R"({"p":"/m/a","d":7})"_json).size() == 1);
}

TEST_CASE("priorities are told in the export form") {
  session_fixture with;
  auto client = with.connect();
  with.ask(client, "q", R"({"p":"/a","h":""})"_json);
  auto got = with.ask(client, "p", R"({"p":"/a/b","d":{".value":1,".priority":5}})"_json);
  CHECK(got[0] == push("d", R"({"p":"a/b","d":{".value":1,".priority":5}})"_json));
  got = with.ask(client, "p", R"({"p":"/a/b/.priority","d":"x"})"_json);
  CHECK(got[0] == push("d", R"({"p":"a/b/.priority","d":"x"})"_json));
  CHECK(with.get(client, "/a/b") == json(R"({".value":1,".priority":"x"})"_json));
}

TEST_CASE("values of the server") {
  session_fixture with;
  auto client = with.connect();
  with.ask(client, "m", R"({"p":"/","d":{"at":{".sv":"timestamp"},"n":5}})"_json);
  with.ask(client, "p", R"({"p":"/n","d":{".sv":{"increment":3}}})"_json);
  CHECK(with.get(client, "/") == json({{"at", session_fixture::now}, {"n", 8}}));
}

TEST_CASE("what a client left to be written is written when it goes") {
  session_fixture with;
  auto client = with.connect();
  auto other = with.connect();
  with.ask(other, "p", R"({"p":"/a","d":{"online":true,"kept":1,"n":1}})"_json);
  with.ask(other, "q", R"({"p":"/a","h":""})"_json);
  CHECK(with.status(client, "o", R"({"p":"/a/online","d":false})"_json) == "ok");
  CHECK(with.status(client, "om", R"({"p":"/a","d":{"left":{".sv":"timestamp"},"kept":2}})"_json) ==
        "ok");
  CHECK(with.status(client, "o", R"({"p":"/a/n","d":{".sv":{"increment":1}}})"_json) == "ok");
  CHECK(with.status(client, "oc", R"({"p":"/a/kept"})"_json) == "ok");
  CHECK(with.get(other, "/a/online") == true);
  with.leave(client);
  CHECK(with.take(other).size() == 3);
  CHECK(with.get(other, "/a") ==
        json({{"online", false}, {"kept", 1}, {"n", 2}, {"left", session_fixture::now}}));
  with.ask(other, "p", R"({"p":"/a/online","d":true})"_json);
  with.leave(client);
  CHECK(with.get(other, "/a/online") == true);
}

TEST_CASE("a later write on disconnect takes the place of earlier ones there and below") {
  session_fixture with;
  auto client = with.connect();
  auto other = with.connect();
  with.ask(client, "o", R"({"p":"/a/b","d":1})"_json);
  with.ask(client, "o", R"({"p":"/a","d":{"c":2}})"_json);
  with.leave(client);
  CHECK(with.get(other, "/a") == json(R"({"c":2})"_json));
}

TEST_CASE("without a credential nothing is open") {
  session_fixture with;
  auto client = with.connect("");
  for (const char* action : {"p", "m", "q", "g", "o", "om"}) {
    CHECK(with.status(client, action, R"({"p":"/a","d":{}})"_json) == "permission_denied");
  }
  CHECK(with.status(client, "gauth", R"({"cred":"wrong"})"_json) == "invalid_token");
  CHECK(with.status(client, "p", R"({"p":"/a","d":1})"_json) == "permission_denied");
  const auto got = with.ask(client, "auth", R"({"cred":"user:ann"})"_json);
  CHECK(got.back()["b"]["d"]["auth"]["uid"] == "ann");
  CHECK(with.status(client, "p", R"({"p":"/a","d":1})"_json) == "ok");
}

TEST_CASE("who signs out hears nothing more, and is told which listens have ended") {
  session_fixture with;
  auto client = with.connect("user:ann");
  const json first = R"({"l":1,"vf":"l"})"_json;
  with.ask(client, "q", R"({"p":"/a","h":""})"_json);
  with.ask(client, "q", {{"p", "/b"}, {"q", first}, {"t", 1}, {"h", ""}});
  const auto got = with.ask(client, "unauth", json::object());
  REQUIRE(got.size() == 3);
  CHECK(got[0] == push("c", R"({"p":"/a"})"_json));
  CHECK(got[1] == push("c", {{"p", "/b"}, {"q", json::array({first})}}));
  auto other = with.connect();
  with.ask(other, "p", R"({"p":"/a","d":1})"_json);
  CHECK(with.take(client).empty());
}

TEST_CASE("a credential that expires is revoked, also for what is left to be written") {
  session_fixture with;
  auto client = with.connect("user:ann");
  auto other = with.connect();
  with.ask(client, "q", R"({"p":"/a","h":""})"_json);
  with.ask(client, "o", R"({"p":"/a","d":1})"_json);
  client.session->recheck(with.tree);
  with.tree.commit();
  CHECK(with.take(client).empty());
  with.expired = true;
  client.session->recheck(with.tree);
  with.tree.commit();
  const auto got = with.take(client);
  REQUIRE(got.size() == 2);
  CHECK(got[0]["a"] == "c");
  CHECK(got[1] == push("ac", R"({"s":"expired_token","d":"too old"})"_json));
  with.leave(client);
  CHECK(with.get(other, "/a").is_null());
}

TEST_CASE("a listen ends when the rules no longer allow it") {
  session_fixture with(R"({"rules":{"a":{".read":"root.child('gate').val() === true"}}})");
  auto floor = with.connect();
  auto anybody = with.connect("");
  auto somebody = with.connect("user:ann");
  with.ask(floor, "p", R"({"p":"/gate","d":true})"_json);
  for (auto* one : {&anybody, &somebody}) {
    CHECK(with.status(*one, "q", R"({"p":"/a","h":""})"_json) == "ok");
    one->session->recheck(with.tree);
    with.tree.commit();
    CHECK(with.take(*one).empty());
  }
  with.ask(floor, "p", R"({"p":"/gate","d":false})"_json);
  for (auto* one : {&anybody, &somebody}) {
    one->session->recheck(with.tree);
    with.tree.commit();
    const auto got = with.take(*one);
    REQUIRE(got.size() == 1);
    CHECK(got[0] == R"({"a":"c","b":{"p":"/a"}})"_json);
  }
  with.ask(floor, "p", R"({"p":"/a","d":1})"_json);
  CHECK(with.take(somebody).empty());
}

TEST_CASE("an administrator may act as somebody else, or nobody") {
  session_fixture with;
  auto client = with.connect("");
  const auto got = with.ask(client, "gauth", R"({"cred":"floor","authvar":{"uid":"bob"}})"_json);
  CHECK(got.back()["b"]["d"]["auth"]["uid"] == "bob");
  CHECK(with.status(client, "p", R"({"p":"/a","d":1})"_json) == "ok");
  CHECK(with.status(client, "gauth", R"({"cred":"floor","noauth":true})"_json) == "ok");
  CHECK(with.status(client, "p", R"({"p":"/a","d":1})"_json) == "permission_denied");
}

TEST_CASE("what cannot be is refused with its reason, and changes nothing") {
  session_fixture with;
  auto client = with.connect();
  with.ask(client, "p", R"({"p":"/a","d":1})"_json);
  std::string deep;
  for (int i = 0; i < 33; ++i) deep += "/x";
  const std::vector<json> bad = {{{"p", deep}, {"d", 1}},
                                 {{"p", "/" + std::string(769, 'k')}, {"d", 1}},
                                 R"({"p":"/a.b","d":1})"_json,
                                 R"({"p":"/a","d":{"b$":1}})"_json,
                                 R"({"p":"/a","d":{".sv":"nothing"}})"_json,
                                 R"({"p":5,"d":1})"_json,
                                 R"({"d":1})"_json,
                                 json::array(),
                                 nullptr};
  for (const json& body : bad) {
    const auto got = with.ask(client, "p", body);
    REQUIRE(got.size() == 1);
    CHECK(got[0]["b"]["s"] == "failure");
    CHECK_FALSE(got[0]["b"]["d"].get<std::string>().empty());
  }
  CHECK(with.status(client, "m", R"({"p":"/a","d":5})"_json) == "failure");
  CHECK(with.status(client, "m", R"({"p":"/a","d":{"b":1,"b/c":1}})"_json) == "failure");
  CHECK(with.status(client, "q", R"({"p":"/a","q":{"l":-1},"t":1})"_json) == "failure");
  CHECK(with.status(client, "dance", R"({"p":"/a"})"_json) == "failure");
  CHECK(with.get(client, "/a") == 1);
  CHECK(with.status(client, "s", R"({"c":{"sdk":1}})"_json) == "ok");
}

TEST_CASE("keys that mean something elsewhere are keys like others") {
  session_fixture with;
  auto client = with.connect();
  const json value = R"({"__proto__":{"constructor":1},"toString":2})"_json;
  CHECK(with.status(client, "p", {{"p", "/__proto__"}, {"d", value}}) == "ok");
  CHECK(with.get(client, "/__proto__") == value);
}

TEST_CASE("what one session may ask for has bounds") {
  session_fixture with;
  auto client = with.connect();
  using outcry::firebase::local::wire::on_disconnect;
  using outcry::firebase::local::wire::session;
  for (std::size_t i = 0; i < session::most_listens; ++i) {
    with.ask(client, "q", {{"p", "/l" + std::to_string(i)}, {"h", ""}});
  }
  CHECK(with.tree.listeners.size() == session::most_listens);
  auto got = with.ask(client, "q", R"({"p":"/more","h":""})"_json);
  CHECK_THAT(got.back()["b"]["d"].get<std::string>(), Contains("Too many listens"));
  CHECK(with.status(client, "q", R"({"p":"/l0","h":""})"_json) == "ok");
  for (std::size_t i = 0; i < on_disconnect::most_writes; ++i) {
    with.ask(client, "o", {{"p", "/o" + std::to_string(i)}, {"d", 1}});
  }
  CHECK(with.status(client, "o", R"({"p":"/more","d":1})"_json) == "failure");
  CHECK(with.status(client, "oc", R"({"p":"/o1"})"_json) == "ok");
  CHECK(with.status(client, "o", R"({"p":"/more","d":1})"_json) == "ok");
  with.leave(client);
  CHECK(with.tree.listeners.size() == 0);
}

TEST_CASE("who was told of a write that then failed is cut off") {
  session_fixture with;
  auto reader = with.connect();
  auto writer = with.connect();
  with.ask(reader, "q", R"({"p":"/a","h":""})"_json);
  with.tree.leaves.begin();
  writer.session->serve({9, "p", R"({"p":"/a","d":1})"_json, 10}, with.tree);
  with.tree.rollback();
  CHECK_FALSE(reader.out->open());
  CHECK(writer.out->open());
  CHECK(with.take(writer).empty());
  CHECK(with.get(writer, "/a").is_null());
}
