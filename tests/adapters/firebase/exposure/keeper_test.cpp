#include "adapters/firebase/exposure/keeper.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "adapters/firebase/auth/passcode.hpp"
#include "adapters/firebase/local/server.hpp"
#include "adapters/http/token_file.hpp"
#include "tests/adapters/firebase/local/rest_client.hpp"
#include "tests/adapters/http/tls_client.hpp"
#include "tests/support/held_port.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::firebase::exposure;
using namespace outcry::test;
using Catch::Matchers::Contains;
namespace http = outcry::http;
namespace auth = outcry::firebase::auth;
namespace local = outcry::firebase::local;

namespace {

constexpr std::time_t start_s = 1'800'000'000;
constexpr std::time_t day_s = 86'400;

/// A home: a local Firebase on 127.0.0.1; its "home network" is 127.0.0.2.
struct home {
  home() : server(server_options()) {
    auth::passcode_file(dir.path()).set("correct horse", auth::scrypt_cost{2, 8, 1});
  }

  local::server::options server_options() const {
    local::server::options opts;
    opts.data_dir = dir.path();
    opts.guard.more = hosts;
    return opts;
  }

  keeper::options options() {
    keeper::options opts;
    opts.data_dir = dir.path();
    opts.listen = [this](http::options where) {
      ++listened;
      return server.also_at(std::move(where));
    };
    opts.hosts = hosts;
    opts.now = [this] { return now; };
    return opts;
  }

  wish open_up() {
    wish wanted{"", {outside}, port.number(), {"box.local"}};
    wish_file(dir.path()).write(wanted);
    return wanted;
  }

  /// A connection from outside. Throws std::runtime_error where nobody listens.
  tls_client connect() const {
    tls_client::options opts;
    opts.trusted = dir.file("exposed.crt");
    opts.name = outside;
    opts.address = outside;
    opts.any_time = true;
    return tls_client(port.number(), opts);
  }

  /// The status line of GET /floor.json with that Host, and more headers.
  std::string ask(tls_client& from, const std::string& host, const std::string& more = {}) const {
    from.send("GET /floor.json HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n");
    const std::string text = from.read_response();
    return text.substr(0, text.find("\r\n"));
  }

  std::string host() const { return host_of(outside, port.number()); }
  std::string bearer() const {
    return "Authorization: Bearer " + http::read_token(dir.path() / "operator.token") + "\r\n";
  }
  report said() const { return read_report(dir.path()).value(); }

  const std::string outside = "127.0.0.2";
  temp_dir dir;
  held_port port;
  std::shared_ptr<http::host_list> hosts = std::make_shared<http::host_list>();
  local::server server;
  std::time_t now = start_s;
  int listened = 0;
};

}  // namespace

TEST_CASE("a wish opens the local Firebase to the home network, its end closes it") {
  home at;
  keeper one(at.options());
  CHECK(at.said() == report{});
  CHECK_THROWS_WITH(at.connect(), Contains("cannot"));

  const auto wanted = at.open_up();
  one.look();
  CHECK(at.said() == report{wanted.id, {at.outside}, {}, ""});
  auto phone = at.connect();
  CHECK(phone.fingerprint() == http::read_certificate(at.dir.path() / "exposed.crt").fingerprint);
  CHECK_THAT(at.ask(phone, at.host()), Contains("401"));
  CHECK_THAT(at.ask(phone, at.host(), at.bearer()), Contains("200"));
  // Nothing new: whoever is here stays.
  one.look();
  CHECK_THAT(at.ask(phone, at.host(), at.bearer()), Contains("200"));
  CHECK(at.listened == 1);

  wish_file(at.dir.path()).remove();
  one.look();
  CHECK(at.said() == report{});
  CHECK(phone.read_all().find("HTTP") == std::string::npos);
  CHECK_THROWS_WITH(at.connect(), Contains("cannot connect"));
  rest_client inside(at.server.port(), http::read_token(at.dir.path() / "operator.token"));
  CHECK(inside.get("/floor.json").status == 200);
}

TEST_CASE("only what is open is a name of this server, and only while it is") {
  home at;
  keeper one(at.options());
  at.open_up();
  one.look();
  const std::string port = ":" + std::to_string(at.port.number());
  {
    auto phone = at.connect();
    for (const auto& host : {at.host(), "box.local" + port, "BOX.local" + port}) {
      INFO(host);
      CHECK_THAT(at.ask(phone, host, at.bearer()), Contains("200"));
      CHECK_THAT(at.ask(phone, host, at.bearer() + "Origin: https://" + host + "\r\n"),
                 Contains("200"));
    }
    for (const std::string& host : {"evil.example" + port, std::string("box.local"),
                                    at.outside + ":1", "box.local.evil.example" + port}) {
      INFO(host);
      CHECK_THAT(at.ask(phone, host, at.bearer()), Contains("403"));
      CHECK_THAT(at.ask(phone, at.host(), at.bearer() + "Origin: https://" + host + "\r\n"),
                 Contains("403"));
    }
  }
  wish_file(at.dir.path()).remove();
  one.look();
  rest_client inside(at.server.port(), http::read_token(at.dir.path() / "operator.token"));
  CHECK(inside.ask("GET", "/floor.json", {}, {"Host: " + at.host()}).status == 403);
}

TEST_CASE("without a passcode nothing is open") {
  home at;
  auth::passcode_file(at.dir.path()).remove();
  const auto wanted = at.open_up();
  keeper one(at.options());
  CHECK(at.said().open.empty());
  CHECK(at.said().id == wanted.id);
  CHECK_THAT(at.said().problem, Contains("no passcode is set"));
  CHECK(at.listened == 0);

  auth::passcode_file(at.dir.path()).set("correct horse", auth::scrypt_cost{2, 8, 1});
  one.look();
  CHECK(at.said().open.size() == 1);
  auto phone = at.connect();

  SECTION("removed") {
    auth::passcode_file(at.dir.path()).remove();
  }
  SECTION("damaged") {
    std::ofstream(at.dir.file("passcode.json")) << "{}";
  }
  one.look();
  CHECK(at.said().open.empty());
  CHECK_FALSE(at.said().problem.empty());
  CHECK(phone.read_all().find("HTTP") == std::string::npos);
  CHECK_THROWS_WITH(at.connect(), Contains("cannot connect"));
}

TEST_CASE("an address that cannot be listened on is reported, and tried again") {
  home at;
  http::options where;
  where.address = at.outside;
  where.port = at.port.number();
  auto other = std::make_unique<http::server>(where, [](auto, auto) {});
  const auto wanted = at.open_up();
  keeper one(at.options());
  REQUIRE(at.said().failed.size() == 1);
  CHECK(at.said().failed.front().address == at.outside);
  CHECK_THAT(at.said().failed.front().why, Contains(at.host()) && Contains("in use"));
  CHECK(at.said().open.empty());
  other.reset();
  one.look();
  CHECK(at.said() == report{wanted.id, {at.outside}, {}, ""});
  CHECK_NOTHROW(at.connect());
}

TEST_CASE("another wish replaces the one in force") {
  home at;
  keeper one(at.options());
  at.open_up();
  one.look();
  auto phone = at.connect();
  wish other{"", {"127.0.0.3"}, at.port.number(), {}};
  wish_file(at.dir.path()).write(other);
  one.look();
  CHECK(at.said() == report{other.id, {"127.0.0.3"}, {}, ""});
  CHECK(phone.read_all().find("HTTP") == std::string::npos);
  CHECK_THROWS_WITH(at.connect(), Contains("cannot connect"));
  CHECK(http::read_certificate(at.dir.path() / "exposed.crt").names ==
        std::vector<std::string>{"127.0.0.3"});
}

TEST_CASE("a certificate near its end is made anew under way") {
  home at;
  keeper one(at.options());
  at.open_up();
  one.look();
  const auto first = at.connect().fingerprint();
  auto phone = at.connect();
  at.now += 300 * day_s;
  one.look();
  CHECK(at.connect().fingerprint() == first);
  at.now += 80 * day_s;
  one.look();
  const auto kept = http::read_certificate(at.dir.path() / "exposed.crt");
  CHECK(kept.fingerprint != first);
  CHECK(kept.not_after > at.now + 300 * day_s);
  CHECK(at.connect().fingerprint() == kept.fingerprint);
  CHECK(at.listened == 1);
  CHECK_THAT(at.ask(phone, at.host()), Contains("401"));
}

TEST_CASE("a wish or a certificate that makes no sense leaves all closed") {
  home at;
  const auto named = [&](const std::string& file) {
    keeper one(at.options());
    CHECK(at.said().open.empty());
    CHECK_THAT(at.said().problem, Contains(file));
    CHECK_THROWS(at.connect());
  };
  at.open_up();
  std::ofstream(at.dir.file("exposed.crt")) << "nothing";
  named("exposed.crt");
  std::filesystem::remove(at.dir.path() / "exposed.crt");
  std::ofstream(at.dir.file("exposed.json")) << "{}";
  named("exposed.json");
}

TEST_CASE("a keeper that goes closes what it opened") {
  home at;
  at.open_up();
  {
    const keeper one(at.options());
    CHECK(at.said().open.size() == 1);
    CHECK_NOTHROW(at.connect());
  }
  CHECK_FALSE(server_runs(at.dir.path()));
  CHECK_THROWS_WITH(at.connect(), Contains("cannot connect"));
}
