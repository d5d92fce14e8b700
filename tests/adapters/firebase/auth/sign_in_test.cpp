#include "adapters/firebase/auth/sign_in.hpp"

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/firebase/auth/passcode.hpp"
#include "adapters/firebase/auth/private_file.hpp"
#include "adapters/http/token_file.hpp"
#include "tests/adapters/firebase/auth/id_tokens.hpp"
#include "tests/adapters/firebase/auth/seeded.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::firebase::auth;
using namespace outcry::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const std::string passcode = "correct horse";

struct answer {
  int status = 0;
  json body;
  http::response whole;

  std::string text(const char* name) const { return body.value(name, ""); }
  std::string header(std::string_view name) const {
    for (const auto& one : whole.headers)
      if (http::equal_ignoring_case(one.name, name)) return one.value;
    return {};
  }
};

/// A home with its sign-in, spoken to as the HTTP server would.
class sign_in_home {
public:
  sign_in_home() {
    options.data_dir = dir.path();
    options.now = [this] { return now.load(); };
    options.random = seeded_bytes();
    options.revoked = [this] { ++revocations; };
  }

  sign_in& front() {
    if (!front_) front_ = std::make_unique<sign_in>(options);
    return *front_;
  }
  void restart() { front_.reset(); }

  void set_passcode(const std::string& text = passcode) {
    passcode_file(dir.path()).set(text, {16, 1, 1}, options.random);
  }

  static http::request request(const std::string& method, const std::string& path,
                               const std::string& body = {}) {
    http::request made;
    made.method = method;
    made.path = path;
    made.headers = {{"Host", "localhost:9000"}};
    if (method == "POST") made.headers.push_back({"Content-Type", "application/json"});
    made.body = body;
    made.peer = "127.0.0.1:5000";
    return made;
  }

  answer ask(http::request asked) {
    auto promise = std::make_shared<std::promise<http::response>>();
    auto future = promise->get_future();
    front().handle(std::move(asked), [promise](http::response made) { promise->set_value(made); });
    REQUIRE(future.wait_for(20s) == std::future_status::ready);
    answer found;
    found.whole = future.get();
    found.status = found.whole.status;
    found.body = json::parse(found.whole.body, nullptr, false);
    return found;
  }
  answer post(const std::string& path, const json& body, const std::string& peer = "127.0.0.1:5") {
    auto asked = request("POST", path, body.dump());
    asked.peer = peer;
    return ask(std::move(asked));
  }
  answer enter(const std::string& text = passcode, const std::string& peer = "127.0.0.1:5") {
    return post("/auth/passcode", {{"passcode", text}}, peer);
  }
  auth_result check(const std::string& token) { return front().authenticator().check(token, now); }

  temp_dir dir;
  sign_in::options options;
  std::atomic<std::int64_t> now = 1'700'000'000'000;
  std::atomic<int> revocations = 0;

private:
  std::unique_ptr<sign_in> front_;
};

}  // namespace

TEST_CASE_METHOD(sign_in_home, "a passcode gives a token, the token an operator") {
  set_passcode();
  const auto in = enter();
  REQUIRE(in.status == 200);
  CHECK(in.body["expiresIn"] == 1800);
  CHECK(in.header("Cache-Control") == "no-store");
  CHECK(in.header("Content-Type") == "application/json; charset=utf-8");
  const auto found = who(check(in.text("idToken")));
  CHECK(found.uid == "operator");
  CHECK(found.claims["operator"] == true);
  CHECK_FALSE(found.admin);
  // What an SDK needs to carry it.
  CHECK(found.claims["iat"] == now / 1000);

  const auto next = post("/auth/refresh", {{"refreshToken", in.text("refreshToken")}});
  REQUIRE(next.status == 200);
  CHECK(next.text("refreshToken") != in.text("refreshToken"));
  CHECK(who(check(next.text("idToken"))).uid == "operator");
  // The token of before is good until it expires.
  CHECK(who(check(in.text("idToken"))).uid == "operator");
  now += 1'800'000;
  CHECK(refused(check(next.text("idToken"))) == "expired_token: expired");
  CHECK(post("/auth/refresh", {{"refreshToken", next.text("refreshToken")}}).status == 200);
}

TEST_CASE_METHOD(sign_in_home, "what is wrong is never said") {
  set_passcode();
  const auto in = enter();
  std::set<std::string> answers;
  for (const auto& wrong :
       {enter("wrong horse"), enter("x"), post("/auth/refresh", json::object()),
        post("/auth/refresh", {{"refreshToken", 7}}),
        post("/auth/refresh", {{"refreshToken", "nonsense"}}),
        post("/auth/refresh", {{"refreshToken", in.text("idToken")}}),
        post("/auth/sign-out", {{"refreshToken", "nonsense"}, {"everywhere", true}})}) {
    CHECK(wrong.status == 401);
    answers.insert(wrong.whole.body);
  }
  CHECK(answers ==
        std::set<std::string>{R"({"code":"not_accepted","error":"the sign-in was not accepted"})"});
}

TEST_CASE_METHOD(sign_in_home, "a refresh token works once, its theft ends the session") {
  set_passcode();
  const auto in = enter();
  const auto next = post("/auth/refresh", {{"refreshToken", in.text("refreshToken")}});
  REQUIRE(next.status == 200);
  now += 31'000;
  CHECK(revocations == 0);
  CHECK(post("/auth/refresh", {{"refreshToken", in.text("refreshToken")}}).status == 401);
  CHECK(revocations == 1);
  CHECK(post("/auth/refresh", {{"refreshToken", next.text("refreshToken")}}).status == 401);
  CHECK(refused(check(next.text("idToken"))) == "expired_token: signed out");
}

TEST_CASE_METHOD(sign_in_home, "signing out ends one session or all of them, at once") {
  set_passcode();
  const auto one = enter();
  const auto two = enter();
  const auto three = enter();
  CHECK(post("/auth/sign-out", {{"refreshToken", one.text("refreshToken")}}).status == 200);
  CHECK(revocations == 1);
  CHECK(refused(check(one.text("idToken"))) == "expired_token: signed out");
  CHECK(who(check(two.text("idToken"))).uid == "operator");
  // Again, and of nothing: it is done.
  CHECK(post("/auth/sign-out", {{"refreshToken", one.text("refreshToken")}}).status == 200);
  CHECK(post("/auth/sign-out", {{"refreshToken", "nonsense"}}).status == 200);
  CHECK(revocations == 1);

  const auto key = read_private_file(dir.path() / "sign-in.key", "key", 100);
  const auto all =
      post("/auth/sign-out", {{"refreshToken", two.text("refreshToken")}, {"everywhere", true}});
  CHECK(all.status == 200);
  CHECK(all.whole.body == "{}");
  CHECK(revocations == 2);
  CHECK_FALSE(refused(check(two.text("idToken"))).empty());
  CHECK_FALSE(refused(check(three.text("idToken"))).empty());
  CHECK(post("/auth/refresh", {{"refreshToken", three.text("refreshToken")}}).status == 401);
  CHECK(read_private_file(dir.path() / "sign-in.key", "key", 100) != key);
  CHECK(enter().status == 200);
}

TEST_CASE_METHOD(sign_in_home, "sessions survive a restart, the limits of guessing do not") {
  set_passcode();
  const auto in = enter();
  for (int i = 0; i < 5; ++i) CHECK(enter("wrong horse").status == 401);
  CHECK(enter().status == 429);
  restart();
  CHECK(who(check(in.text("idToken"))).uid == "operator");
  CHECK(post("/auth/refresh", {{"refreshToken", in.text("refreshToken")}}).status == 200);
  CHECK(enter().status == 200);
}

TEST_CASE_METHOD(sign_in_home, "guessing is slowed down, for the one who guesses") {
  set_passcode();
  for (int i = 0; i < 5; ++i) CHECK(enter("wrong horse", "192.168.1.7:100").status == 401);
  // The right one has to wait as well: the answer must not tell them apart.
  const auto wait = enter(passcode, "192.168.1.7:101");
  CHECK(wait.status == 429);
  CHECK(wait.text("code") == "too_many_attempts");
  CHECK(wait.header("Retry-After") == "2");
  CHECK(enter(passcode, "192.168.1.8:100").status == 200);
  now += 2'000;
  CHECK(enter(passcode, "192.168.1.7:102").status == 200);
}

TEST_CASE_METHOD(sign_in_home, "without a passcode this machine alone signs in, if it is trusted") {
  CHECK(post("/auth/passcode", json::object()).status == 403);
  CHECK(post("/auth/passcode", json::object()).text("code") == "no_passcode");
  CHECK(ask(request("GET", "/auth/state")).body == json{{"passcodeSet", false},
                                                        {"passcodeNeeded", true},
                                                        {"canSignIn", false},
                                                        {"cloud", false}});
  restart();
  options.web.trust_machine = true;
  CHECK(ask(request("GET", "/auth/state")).body == json{{"passcodeSet", false},
                                                        {"passcodeNeeded", false},
                                                        {"canSignIn", true},
                                                        {"cloud", false}});
  for (const char* here : {"127.0.0.1:5", "[::1]:5"}) {
    const auto in = post("/auth/passcode", json::object(), here);
    REQUIRE(in.status == 200);
    CHECK(who(check(in.text("idToken"))).provider == "machine");
  }
  CHECK(post("/auth/passcode", json::object(), "192.168.1.7:5").status == 403);
}

TEST_CASE_METHOD(sign_in_home,
                 "a passcode is noticed when it is set, changed, damaged and removed") {
  options.web.trust_machine = true;
  const auto open = post("/auth/passcode", json::object());
  REQUIRE(open.status == 200);

  set_passcode();
  CHECK(post("/auth/passcode", json::object()).status == 400);
  // What came before it has ended with it.
  CHECK(refused(check(open.text("idToken"))) == "expired_token: signed out");
  CHECK(post("/auth/refresh", {{"refreshToken", open.text("refreshToken")}}).status == 401);
  const auto first = enter();
  REQUIRE(first.status == 200);
  CHECK(ask(request("GET", "/auth/state")).body["passcodeNeeded"] == true);

  set_passcode("another horse");
  CHECK(enter().status == 401);
  CHECK_FALSE(refused(check(first.text("idToken"))).empty());
  const auto second = enter("another horse");
  REQUIRE(second.status == 200);

  // A damaged file is not none.
  std::ofstream(dir.path() / "passcode.json") << "{";
  CHECK(enter("another horse").status == 503);
  CHECK(post("/auth/passcode", json::object()).status == 503);
  CHECK(ask(request("GET", "/auth/state")).body["canSignIn"] == false);

  passcode_file(dir.path()).remove();
  CHECK(post("/auth/passcode", json::object()).status == 200);
  CHECK_FALSE(refused(check(second.text("idToken"))).empty());
}

TEST_CASE_METHOD(sign_in_home, "a changed file is noticed without anybody asking") {
  options.sweep = 1ms;
  set_passcode();
  const auto in = enter();
  const auto token = http::read_token(dir.path() / "operator.token");
  CHECK(who(check(token)).admin);
  set_passcode("another horse");
  REQUIRE(eventually([&] { return revocations >= 1; }));
  CHECK_FALSE(refused(check(in.text("idToken"))).empty());
  write_private_file(dir.path() / "operator.token", "token file", "another-token-altogether\n");
  REQUIRE(eventually([&] { return revocations >= 2; }));
  CHECK_FALSE(refused(check(token)).empty());
  CHECK(who(check("another-token-altogether")).admin);
}

TEST_CASE_METHOD(sign_in_home, "pages of other sites are refused") {
  set_passcode();
  const auto body = json{{"passcode", passcode}}.dump();
  auto ask_with = [&](const std::string& name, const std::string& value) {
    auto asked = request("POST", "/auth/passcode", body);
    std::erase_if(asked.headers, [&](const auto& one) { return one.name == name; });
    if (!value.empty()) asked.headers.push_back({name, value});
    return ask(std::move(asked));
  };
  for (const char* origin : {"https://evil.example", "null", "http://localhost.evil.example"}) {
    const auto refusal = ask_with("Origin", origin);
    CHECK(refusal.status == 403);
    CHECK(refusal.header("Access-Control-Allow-Origin").empty());
  }
  CHECK(ask_with("Host", "evil.example").status == 403);
  CHECK(ask_with("Host", "").status == 403);
  // What a form can send.
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded",
                           "multipart/form-data", "text/json", "application/jsonx"})
    CHECK(ask_with("Content-Type", type).status == 415);
  CHECK(ask_with("Content-Type", "Application/JSON ; charset=utf-8").status == 200);
  const auto own = ask_with("Origin", "http://localhost:5173");
  CHECK(own.status == 200);
  CHECK(own.header("Access-Control-Allow-Origin") == "http://localhost:5173");
  CHECK(own.header("Cache-Control") == "no-store");

  auto before = request("OPTIONS", "/auth/passcode");
  before.headers.push_back({"Origin", "http://localhost:5173"});
  before.headers.push_back({"Access-Control-Request-Method", "POST"});
  CHECK(ask(before).status == 204);
}

TEST_CASE_METHOD(sign_in_home, "requests that make no sense are refused with what was expected") {
  set_passcode();
  auto status = [&](const std::string& method, const std::string& path, const std::string& body) {
    const auto found = ask(request(method, path, body));
    CHECK(found.text("code") == "bad_request");
    return found.status;
  };
  CHECK(status("GET", "/auth/passcode", "") == 405);
  CHECK(status("GET", "/auth/refresh", "") == 405);
  CHECK(status("POST", "/auth/state", "{}") == 405);
  CHECK(status("POST", "/auth/else", "{}") == 404);
  CHECK(status("POST", "/auth/passcode/", "{}") == 404);
  for (const char* body :
       {"", "[]", "{", R"({"passcode":"a","passcode":"b"})", R"({"pass":"x"})",
        R"({"passcode":["x"]})", R"({"passcode":7})", "{}", R"({"passcode":""})"}) {
    INFO(body);
    CHECK(status("POST", "/auth/passcode", body) == 400);
  }
  CHECK(status("POST", "/auth/passcode", json{{"passcode", std::string(300, 'x')}}.dump()) == 400);
  CHECK(status("POST", "/auth/passcode", json{{"passcode", std::string(5000, 'x')}}.dump()) == 413);
  CHECK(status("POST", "/auth/sign-out", R"({"refreshToken":"x","everywhere":1})") == 400);
  CHECK(status("POST", "/auth/refresh", R"({"refreshToken":"x","everywhere":true})") == 400);
  // None of them was an attempt.
  CHECK(enter().status == 200);
  CHECK(sign_in::handles("/auth/passcode"));
  CHECK_FALSE(sign_in::handles("/auth.json"));
  CHECK_FALSE(sign_in::handles("/pubsub-messages/auth/"));
}

TEST_CASE_METHOD(sign_in_home, "a disk that takes nothing lets nobody in, and says so") {
  set_passcode();
  const auto in = enter();
  std::filesystem::remove(dir.path() / "sessions.json");
  std::filesystem::create_directory(dir.path() / "sessions.json");
  CHECK(enter().status == 503);
  CHECK(enter().text("code") == "unavailable");
  CHECK(post("/auth/refresh", {{"refreshToken", in.text("refreshToken")}}).status == 503);
  std::filesystem::remove(dir.path() / "sessions.json");
  CHECK(post("/auth/refresh", {{"refreshToken", in.text("refreshToken")}}).status == 200);
}

TEST_CASE_METHOD(sign_in_home, "too many requests at once are refused, and dropped at the end") {
  set_passcode();
  options.most_waiting = 3;
  std::mutex mutex;
  std::condition_variable changed;
  bool held = false;
  bool released = false;
  std::vector<int> statuses;
  auto take = [&](const http::response& made) {
    std::unique_lock lock(mutex);
    statuses.push_back(made.status);
    changed.notify_all();
  };
  // The first answer keeps the worker until the others have come.
  front().handle(request("GET", "/auth/state"), [&](const http::response&) {
    std::unique_lock lock(mutex);
    held = true;
    changed.notify_all();
    changed.wait_for(lock, 20s, [&] { return released; });
  });
  {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, 20s, [&] { return held; }));
  }
  for (int i = 0; i < 5; ++i) front().handle(request("GET", "/auth/state"), take);
  std::unique_lock lock(mutex);
  CHECK(statuses == std::vector<int>{503, 503});
  released = true;
  changed.notify_all();
  REQUIRE(changed.wait_for(lock, 20s, [&] { return statuses.size() == 5; }));
  CHECK(statuses == std::vector<int>{503, 503, 200, 200, 200});
  lock.unlock();
  front().stop();
  front().handle(request("GET", "/auth/state"), take);
  CHECK(statuses.back() == 503);
}

TEST_CASE_METHOD(sign_in_home, "options that make no sense are refused") {
  SECTION("a token for a day") {
    options.web.lifetime = 24h;
  }
  SECTION("a cloud without a project") {
    options.cloud = cloud_options{};
  }
  SECTION("keys from anywhere") {
    options.cloud = cloud_options{};
    options.cloud->project = "demo-x";
    options.keys_url = "http://keys.example.org/";
  }
  CHECK_THROWS_AS(front(), std::invalid_argument);
}

TEST_CASE_METHOD(sign_in_home, "a cloud's tokens are taken beside those of home") {
  options.cloud = cloud_options{};
  options.cloud->project = "demo-x";
  options.cloud->emulator = true;
  const json claims{{"iss", "https://securetoken.google.com/demo-x"},
                    {"aud", "demo-x"},
                    {"sub", "guest"},
                    {"iat", 0},
                    {"exp", 3600}};
  CHECK(who(check(unsigned_part({{"alg", "none"}}, claims) + '.')).uid == "guest");
  CHECK(ask(request("GET", "/auth/state")).body["cloud"] == true);
  set_passcode();
  CHECK(who(check(enter().text("idToken"))).uid == "operator");
}
