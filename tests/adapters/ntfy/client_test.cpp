#include "adapters/ntfy/client.hpp"

#include <fstream>
#include <future>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/firebase/scripted_server.hpp"
#include "tests/adapters/firebase/test_pki.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::ntfy;
using namespace outcry::test;
using json = nlohmann::json;

namespace {

// What a server answers to a message it has taken
// (docs.ntfy.sh/subscribe/api/#json-message-format).
const std::string receipt =
    R"({"id":"hwQ2YpKdmg","time":1635528741,"event":"message","topic":"floor","message":"x"})";

client_options options_for(const scripted_server& server, const std::string& secret = "tk_geheim") {
  client_options options;
  options.to = parse_topic(server.origin() + "/floor");
  options.secret = secret;
  options.now = [] { return std::chrono::system_clock::time_point{}; };
  return options;
}

push_request message() {
  return {"Stop is not confirmed",
          "AAPL: no_answer",
          loudness::highest,
          {"rotating_light"},
          "https://floor.home/logs/m1"};
}

push_reply publish(const client_options& options) {
  client phone(options);
  return phone.publish(message(), {});
}

}  // namespace

TEST_CASE("a message is posted as JSON to the server's root, with the token in its header") {
  scripted_server server;
  server.then(200, receipt);
  CHECK(publish(options_for(server)).outcome == push_outcome::delivered);
  const auto request = server.requests(1).at(0);
  CHECK(request.method == "POST");
  CHECK(request.target == "/");
  CHECK(request.header("authorization") == "Bearer tk_geheim");
  CHECK(request.header("content-type") == "application/json");
  CHECK(json::parse(request.body) == json{{"topic", "floor"},
                                          {"title", "Stop is not confirmed"},
                                          {"message", "AAPL: no_answer"},
                                          {"priority", 5},
                                          {"tags", {"rotating_light"}},
                                          {"click", "https://floor.home/logs/m1"}});
}

TEST_CASE("without a secret there is no header, with user and password a basic one") {
  scripted_server server;
  server.then(200, receipt);
  server.then(200, receipt);
  CHECK(publish(options_for(server, "")).outcome == push_outcome::delivered);
  CHECK(publish(options_for(server, "floor:geheim")).outcome == push_outcome::delivered);
  const auto requests = server.requests(2);
  CHECK(requests.at(0).header("authorization").empty());
  CHECK(requests.at(1).header("authorization") == "Basic Zmxvb3I6Z2VoZWlt");
}

TEST_CASE("too many requests: the pause the server asks for is passed on") {
  scripted_server server;
  server.then(429, R"({"code":42901,"http":429,"error":"limit reached: too many requests"})",
              {"Retry-After: 17"});
  auto reply = publish(options_for(server));
  CHECK(reply.outcome == push_outcome::retry_later);
  CHECK(reply.retry_after_ms == 17'000);
  CHECK_THAT(reply.reason, Catch::Contains("429: limit reached: too many requests"));
  server.then(429, "", {"Retry-After: Thu, 01 Jan 1970 00:01:30 GMT"});
  CHECK(publish(options_for(server)).retry_after_ms == 90'000);
  server.then(429);
  CHECK(publish(options_for(server)).retry_after_ms == 0);
}

TEST_CASE("what each answer means") {
  using enum push_outcome;
  const std::pair<int, push_outcome> answers[] = {
      {401, unauthorized}, {403, unauthorized}, {400, refused},
      {413, refused},      {404, retry_later},  {500, retry_later},
      {502, retry_later},  {507, retry_later},  {307, retry_later}};
  for (const auto& [status, meant] : answers) {
    INFO(status);
    scripted_server server;
    server.then(status, R"({"code":40101,"http":401,"error":"words"})",
                {"Location: http://127.0.0.1:1/"});
    const auto reply = publish(options_for(server));
    CHECK(reply.outcome == meant);
    CHECK_THAT(reply.reason, Catch::Contains(std::to_string(status) + ": words"));
    CHECK(server.requests(1).size() == 1);
  }
}

TEST_CASE("a page that says 200 is no ntfy server") {
  scripted_server server;
  server.then(200, "<html>welcome</html>");
  const auto reply = publish(options_for(server));
  CHECK(reply.outcome == push_outcome::retry_later);
  CHECK_THAT(reply.reason, Catch::Contains("no ntfy server"));
}

TEST_CASE("a server that repeats the secret does not get it into a log") {
  for (const std::string secret : {"tk_geheim", "floor:geheim"}) {
    scripted_server server;
    server.then([secret](scripted_connection& to, const scripted_request& got) {
      to.answer(401, R"({"error":"not )" + got.header("authorization") + " nor " + secret + "\"}");
    });
    const auto reply = publish(options_for(server, secret));
    CHECK_THAT(reply.reason, Catch::Contains("401"));
    CHECK_THAT(reply.reason, !Catch::Contains("Zmxvb3I6Z2VoZWlt") && !Catch::Contains("geheim"));
  }
}

TEST_CASE("a giant answer is not read to its end, a long error not quoted whole") {
  scripted_server server;
  server.then(500, std::string(5'000'000, 'x'));
  const auto reply = publish(options_for(server));
  CHECK(reply.outcome == push_outcome::retry_later);
  CHECK(reply.reason.size() < 400);
}

TEST_CASE("no answer, none in time, nobody there: all of it is for later") {
  scripted_server server;
  server.then([](scripted_connection& to, const scripted_request&) { to.cut(); });
  CHECK(publish(options_for(server)).outcome == push_outcome::retry_later);

  auto impatient = options_for(server);
  impatient.total_timeout = std::chrono::milliseconds(50);
  server.then([](scripted_connection& to, const scripted_request&) { to.hang(); });
  CHECK(publish(impatient).outcome == push_outcome::retry_later);
  // Never twice by itself: that is the notifier's business.
  CHECK(server.requests(2).size() == 2);
}

TEST_CASE("a requested stop ends what is under way") {
  scripted_server server;
  gate reached;
  server.then([&](scripted_connection& to, const scripted_request&) {
    reached.open();
    to.hang();
  });
  client phone(options_for(server));
  std::stop_source stop;
  auto reply =
      std::async(std::launch::async, [&] { return phone.publish(message(), stop.get_token()); });
  REQUIRE(reached.wait());
  stop.request_stop();
  CHECK(reply.get().outcome == push_outcome::retry_later);
}

TEST_CASE("a certificate that nobody vouches for is refused before anything is said") {
  const auto key = make_rsa_key();
  const auto certificate = self_signed(key.get(), "IP:127.0.0.1");
  const auto context = server_context(key.get(), certificate.get());
  scripted_server server(context.get());
  const auto reply = publish(options_for(server));
  CHECK(reply.outcome == push_outcome::retry_later);
  CHECK_THAT(reply.reason, Catch::Contains("certificate"));

  temp_dir dir;
  auto trusting = options_for(server);
  trusting.ca_file = dir.file("ca.pem");
  std::ofstream(trusting.ca_file) << certificate_pem(certificate.get());
  server.then(200, receipt);
  CHECK(publish(trusting).outcome == push_outcome::delivered);
  CHECK(server.requests(1).size() == 1);
}

TEST_CASE("long and broken texts are cut between characters and stay JSON") {
  push_request long_one;
  for (int i = 0; i < 3000; ++i) long_one.text += "ü";
  long_one.title = std::string(1000, 'x') + "\xff";
  const auto body = json::parse(publication({"https://ntfy.sh/", "floor"}, long_one));
  const auto text = body["message"].get<std::string>();
  CHECK(text.size() <= 4096);
  CHECK_THAT(text, Catch::StartsWith("üüü") && Catch::EndsWith("ü…"));
  CHECK(body["title"].get<std::string>().size() <= 256);
  CHECK_FALSE(body.contains("tags"));
  CHECK_FALSE(body.contains("click"));

  push_request broken;
  broken.text =
      "a\xff"
      "b";
  CHECK_NOTHROW(json::parse(publication({"https://ntfy.sh/", "floor"}, broken)));
}
