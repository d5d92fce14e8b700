#include "adapters/redis/streams.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/redis/redis_fixture.hpp"

using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

namespace {

std::string add_number(connection& link, std::string_view number) {
  std::vector<stream_field> fields{{"n", number}, {"verb", "stop"}};
  return add_entry(link, "s", fields).value();
}

std::vector<std::string> numbers(const entry_batch& batch) {
  std::vector<std::string> all;
  for (const auto& entry : batch.entries) all.emplace_back(entry.find("n").value());
  return all;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("an entry goes through a group from adding to acknowledging") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  CHECK(create_group(link, "s", "g").value());
  CHECK_FALSE(create_group(link, "s", "g").value());
  auto first = add_number(link, "1");
  auto second = add_number(link, "2");
  auto batch = read_group(link, "s", "g", "me", ">", {10, std::nullopt}).value();
  CHECK(numbers(batch) == texts{"1", "2"});
  CHECK(batch.entries[0].id == first);
  CHECK(batch.entries[0].find("verb") == "stop");
  CHECK_FALSE(batch.entries[0].find("other"));
  CHECK(read_group(link, "s", "g", "me", ">", {10, std::nullopt}).value().entries.empty());

  auto held = pending(link, "s", "g").value();
  CHECK(held.count == 2);
  CHECK(held.smallest_id == first);
  CHECK(held.largest_id == second);
  CHECK(held.by_consumer == std::vector<std::pair<std::string, std::int64_t>>{{"me", 2}});
  CHECK(acknowledge(link, "s", "g", texts{first, "1-1"}).value() == 1);
  CHECK(acknowledge(link, "s", "g", texts{}).value() == 0);
  CHECK(pending(link, "s", "g").value().count == 1);
  CHECK(acknowledge(link, "s", "g", texts{second}).value() == 1);
  auto none = pending(link, "s", "g").value();
  CHECK(none.count == 0);
  CHECK(none.by_consumer.empty());
}

TEST_CASE("a blocking read ends empty after its time, not as an error") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  REQUIRE(create_group(link, "s", "g"));
  auto batch = read_group(link, "s", "g", "me", ">", {10, 20ms});
  REQUIRE(batch);
  CHECK(batch->entries.empty());
  CHECK(link.usable());
}

TEST_CASE("a capped stream stays about its length") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  std::vector<stream_field> fields{{"n", "x"}};
  for (int i = 0; i < 1000; ++i) REQUIRE(add_entry(link, "s", fields, 100));
  auto info = describe_stream(link, "s").value();
  CHECK(info.length >= 100);
  CHECK(info.length < 300);
  CHECK_FALSE(info.last_id.empty());
  CHECK(info.groups == 0);
  CHECK(server_code(describe_stream(link, "nothing").error()) == "ERR");
}

TEST_CASE("a dead consumer's entries are claimed, deleted ones are named") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  REQUIRE(create_group(link, "s", "g"));
  for (auto number : {"1", "2", "3"}) add_number(link, number);
  auto held = read_group(link, "s", "g", "dead", ">", {10, std::nullopt}).value();
  REQUIRE(held.entries.size() == 3);
  std::string gone(held.entries[1].id);
  REQUIRE(link.command({"XDEL", "s", gone}));

  auto too_early = auto_claim(link, "s", "g", "me", 1h).value();
  CHECK(too_early.entries.empty());
  auto part = auto_claim(link, "s", "g", "me", 0ms, "0-0", 1).value();
  CHECK(numbers(part) == texts{"1"});
  CHECK(part.next != "0-0");
  auto rest = auto_claim(link, "s", "g", "me", 0ms, part.next).value();
  CHECK(numbers(rest) == texts{"3"});
  CHECK(rest.next == "0-0");
  // Whichever call meets a deleted entry first names it, once.
  auto deleted = too_early.deleted;
  deleted.insert(deleted.end(), part.deleted.begin(), part.deleted.end());
  deleted.insert(deleted.end(), rest.deleted.begin(), rest.deleted.end());
  CHECK(deleted == texts{gone});
  CHECK(pending(link, "s", "g").value().by_consumer ==
        std::vector<std::pair<std::string, std::int64_t>>{{"me", 2}});
}

TEST_CASE("one's own pending entries return, with deleted ones apart") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  REQUIRE(create_group(link, "s", "g"));
  auto first = add_number(link, "1");
  add_number(link, "2");
  REQUIRE(read_group(link, "s", "g", "me", ">", {10, std::nullopt}));
  REQUIRE(link.command({"XDEL", "s", first}));
  auto again = read_group(link, "s", "g", "me", "0", {10, std::nullopt}).value();
  CHECK(numbers(again) == texts{"2"});
  CHECK(again.deleted == texts{first});
}

TEST_CASE("a vanished group is told apart from other refusals") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  auto nothing = read_group(link, "s", "g", "me", ">", {10, std::nullopt});
  REQUIRE_FALSE(nothing);
  CHECK(server_code(nothing.error()) == "NOGROUP");
  CHECK(group_is_gone(nothing.error()));
  REQUIRE(link.command({"SET", "text", "x"}));
  auto wrong = read_group(link, "text", "g", "me", ">", {10, std::nullopt});
  REQUIRE_FALSE(wrong);
  CHECK(server_code(wrong.error()) == "WRONGTYPE");
  CHECK_FALSE(group_is_gone(wrong.error()));
  CHECK(server_code(create_group(link, "text", "g").error()) == "WRONGTYPE");
}

TEST_CASE("answers of another form are refused by what is wrong") {
  REQUIRE_REDIS();
  redis_server server;
  auto link = connect(server);
  auto evaluated = [&](std::string_view lua) { return link.command({"EVAL", lua, "0"}).value(); };
  auto text_of = [](const auto& parsed) { return parsed.ok() ? "parsed" : parsed.error().text; };
  CHECK_THAT(text_of(parse_xreadgroup(evaluated("return 5"))), Catch::Contains("one stream"));
  CHECK_THAT(text_of(parse_xreadgroup(evaluated("return {{'s', 5}}"))), Catch::Contains("array"));
  CHECK_THAT(text_of(parse_xreadgroup(evaluated("return {{'s', {{'no id', {}}}}}"))),
             Catch::Contains("entry 0"));
  CHECK_THAT(text_of(parse_xreadgroup(evaluated("return {{'s', {{'1-1', {'odd'}}}}}"))),
             Catch::Contains("entry 1-1: expected pairs"));
  CHECK_THAT(text_of(parse_xreadgroup(evaluated("return {{'s', {{'1-1', {'a', 1}}}}}"))),
             Catch::Contains("field 0 is not text"));
  CHECK_THAT(text_of(parse_xautoclaim(evaluated("return {'x', {}}"))), Catch::Contains("start id"));
  CHECK_THAT(text_of(parse_xpending(evaluated("return {1, '1-1', '1-1', {{'me', 'many'}}}"))),
             Catch::Contains("consumer 0"));
  CHECK_THAT(text_of(parse_xinfo_stream(evaluated("return {'length'}"))), Catch::Contains("pairs"));
}
