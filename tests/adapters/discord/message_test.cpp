#include "adapters/discord/message.hpp"

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/discord/bot_token.hpp"
#include "adapters/discord/gateway_payload.hpp"

namespace outcry::discord::test {

using nlohmann::json;

namespace {

json plain() {
  return {{"id", "175928847299117063"},
          {"channel_id", "41771983423143937"},
          {"author", {{"id", "80351110224678912"}, {"username", "nelly"}}},
          {"content", "BUY"}};
}

std::string text_of(const json& more) {
  auto object = plain();
  object["content"] = "";
  object.update(more);
  return read_message(object, 0).text;
}

std::string problem_with(const json& more) {
  auto object = plain();
  object.update(more);
  try {
    read_message(object, 0);
  } catch (const bad_payload& problem) {
    return problem.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a message's fields") {
  auto object = plain();
  object["guild_id"] = "290926798626357999";
  object["member"] = {{"roles", {"1", "2"}}};
  object["edited_timestamp"] = "2016-04-30T12:00:00.500000+00:00";
  object["author"]["global_name"] = "Nelly";
  object["author"]["bot"] = true;
  const auto m = read_message(object, 80351110224678912);
  CHECK(m.id == 175928847299117063);
  CHECK(m.channel_id == 41771983423143937);
  CHECK(m.guild_id == 290926798626357999);
  CHECK(m.author_id == 80351110224678912);
  CHECK(m.author_name == "Nelly");
  CHECK(m.author_is_bot);
  CHECK(m.own);
  CHECK(m.role_ids == std::vector<snowflake>{1, 2});
  CHECK(m.text == "BUY");
  CHECK(m.sent_ms == 1462015105796);  // the example of Discord's documentation
  CHECK(m.edited_ms == 1462017600500);
  CHECK_FALSE(read_message(plain(), 5).own);
  CHECK_FALSE(read_message(plain(), 0).role_ids);
}

TEST_CASE("the text of a message: content, embeds, components, forwarded, in this order") {
  CHECK(
      text_of(
          {{"content", "first"},
           {"components", {{{"type", 17}, {"components", {{{"type", 10}, {"content", "shown"}}}}}}},
           {"embeds",
            {{{"footer", {{"text", "foot"}}},
              {"fields",
               {{{"name", "Entry"}, {"value", "1.5"}},
                {{"name", "Stop:"}, {"value", "1.2"}},
                {{"name", ""}, {"value", "only value"}},
                {{"name", "only name"}}}},
              {"description", "what"},
              {"title", "LONG"},
              {"author", {{"name", "Caller"}}}},
             {{"title", "second embed"}}}},
           {"message_snapshots",
            {{{"message", {{"content", "forwarded"}, {"embeds", {{{"title", "inner"}}}}}}}}}}) ==
      "first\nCaller\nLONG\nwhat\nEntry: 1.5\nStop: 1.2\nonly value\nonly name\nfoot\n"
      "second embed\nshown\nforwarded\ninner");
  CHECK(text_of({{"embeds", {5, nullptr, {{"title", 7}, {"fields", {1}}, {"author", "x"}}}}}) ==
        "");
}

TEST_CASE("only an answer answers a message") {
  auto object = plain();
  object["message_reference"] = {{"message_id", "77"}, {"channel_id", "41771983423143937"}};
  CHECK(read_message(object, 0).reply_to == 0);
  object["type"] = 19;
  CHECK(read_message(object, 0).reply_to == 77);
  object["message_reference"] = nullptr;
  CHECK(read_message(object, 0).reply_to == 0);
}

TEST_CASE("a text beyond the bound is cut at a character") {
  std::string umlauts;
  for (int i = 0; i < 40000; ++i) umlauts += "\xc3\xa4";
  const auto text = text_of({{"content", "a" + umlauts}});
  CHECK(text.size() == 65535);
  CHECK(text.ends_with("\xc3\xa4"));
}

TEST_CASE("what is no message is refused with the field's name") {
  CHECK(problem_with(json::object()) == "none");
  CHECK(problem_with({{"id", nullptr}}) == "id: expected an id of decimal digits, found nothing");
  CHECK(problem_with({{"id", "12x"}}) == "id: expected an id of decimal digits, found string");
  CHECK(problem_with({{"id", "0"}}) == "id: expected an id of decimal digits, found string");
  CHECK(problem_with({{"id", "18446744073709551616"}}) != "none");
  CHECK(problem_with({{"id", 12U}}) == "none");
  CHECK(problem_with({{"channel_id", json::array()}}) ==
        "channel_id: expected an id of decimal digits, found array");
  CHECK(problem_with({{"author", nullptr}}) == "author: expected an object, found nothing");
  CHECK(problem_with({{"content", 5}}) == "content: expected a text, found number");
  CHECK(problem_with({{"embeds", "x"}}) == "embeds: expected a list, found string");
  CHECK(problem_with({{"member", {{"roles", 1}}}}) ==
        "member.roles: expected a list, found number");
  CHECK(problem_with({{"edited_timestamp", "soon"}}) ==
        "edited_timestamp: expected ISO 8601, found \"soon\"");
  CHECK_THROWS_WITH(read_message(json(5), 0), "message: expected an object, found number");
}

TEST_CASE("deletions, one and many") {
  CHECK(read_deletion({{"id", "5"}, {"channel_id", "6"}, {"guild_id", "7"}}).ids ==
        std::vector<snowflake>{5});
  const auto many = read_deletion({{"ids", {"5", "8"}}, {"channel_id", "6"}});
  CHECK(many.ids == std::vector<snowflake>{5, 8});
  CHECK(many.channel_id == 6);
  CHECK_THROWS_WITH(read_deletion({{"channel_id", "6"}}),
                    "id: expected an id of decimal digits, found nothing");
  CHECK_THROWS_AS(read_deletion({{"channel_id", "6"}, {"ids", "x"}}), bad_payload);
}

TEST_CASE("snowflakes and their times") {
  CHECK(parse_snowflake("18446744073709551615") == 18446744073709551615ULL);
  CHECK_FALSE(parse_snowflake(""));
  CHECK_FALSE(parse_snowflake("-1"));
  CHECK_FALSE(parse_snowflake(" 1"));
  CHECK(made_at_ms(175928847299117063) == 1462015105796);
  CHECK(first_id_at(1462015105796) <= 175928847299117063);
  CHECK(first_id_at(1462015105797) > 175928847299117063);
  CHECK(first_id_at(0) == 0);
}

TEST_CASE("the gateway's answer and READY") {
  const auto info = read_gateway_info(
      R"({"url":"wss://x","session_start_limit":{"remaining":5,"reset_after":9,"max_concurrency":0}})");
  CHECK(info.url == "wss://x");
  CHECK(info.remaining == 5);
  CHECK(info.reset_after_ms == 9);
  CHECK(info.max_concurrency == 1);
  CHECK_THROWS_WITH(read_gateway_info("<html>"), "gateway/bot: expected an object");
  CHECK_THROWS_WITH(read_gateway_info(R"({"url":"wss://x"})"),
                    "session_start_limit: expected an object, found nothing");
  CHECK_THROWS_WITH(read_ready(json{{"session_id", "x"}}),
                    "resume_gateway_url: expected a text, found nothing");
  CHECK(gateway_url("wss://x", true) == "wss://x/?v=10&encoding=json&compress=zlib-stream");
  CHECK(gateway_url("ws://x:1/gate?old=1", false) == "ws://x:1/gate?v=10&encoding=json");
}

TEST_CASE("the form of a token, never repeated in the words about it") {
  CHECK_FALSE(token_problem("ODAzNTExMTAyMjQ2Nzg5MTI.Gfake0.secret-part_x"));
  for (const std::string bad :
       {"", "mfa.SECRETSECRET", "Bot ODAzNTExMTAyMjQ2Nzg5MTI.a.SECRET", "SECRET", "SECRET.SECRET",
        "ODAz.a.b.SECRET", "ODAz..SECRET", "U0VDUkVU.a.b", "ODAz.a.SECRET!"}) {
    const auto problem = token_problem(bad);
    INFO(bad);
    REQUIRE(problem);
    CHECK(problem->find("SECRET") == std::string::npos);
  }
  CHECK(token_problem(std::string(300, 'a')));
  CHECK(without_token("a tok b tok", "tok") == "a *** b ***");
  CHECK(fit_to_log("a\ntok" + std::string(600, 'b'), "tok") == "a ***" + std::string(495, 'b'));
  CHECK_THROWS_WITH(read_own_user(R"({"id":"5","username":"x"})"), Catch::Contains("user account"));
  CHECK(read_own_user(R"({"id":"5","username":"x","bot":true})").id == 5);
  CHECK_THROWS_AS(read_own_user("no"), bad_payload);
}

}  // namespace outcry::discord::test
