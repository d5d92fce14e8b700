#include <atomic>
#include <fstream>
#include <regex>
#include <thread>

#include <catch2/catch.hpp>

#include <signal.h>

#include "adapters/http/token_file.hpp"
#include "tests/adapters/firebase/local/rest_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using Catch::Matchers::Contains;
using outcry::test::process;
using outcry::test::rest_client;

namespace {

struct program {
  explicit program(const outcry::test::temp_dir& in) : dir(in) {}

  process start(std::vector<std::string> arguments,
                std::map<std::string, std::string> environment = {},
                const std::vector<std::string>& before = {}) {
    output = dir.file("output" + std::to_string(++count));
    arguments.insert(arguments.begin(), OUTCRY_FIREBASE_PROGRAM);
    arguments.insert(arguments.begin(), before.begin(), before.end());
    return process({std::move(arguments), std::move(environment), {}, output});
  }

  /// The port it says it listens on.
  std::uint16_t port() const {
    std::smatch found;
    std::string text;
    outcry::test::eventually([&] {
      std::ifstream in(output);
      text.assign(std::istreambuf_iterator<char>(in), {});
      return std::regex_search(text, found, std::regex("http://[^ ]*:(\\d+),"));
    });
    REQUIRE(found.size() == 2);
    return static_cast<std::uint16_t>(std::stoi(found[1]));
  }

  /// Made before it says that it listens.
  std::string token() const {
    port();
    return outcry::http::read_token(dir.path() / "data" / "operator.token");
  }

  std::vector<std::string> usual() const {
    return {"--data-dir", dir.file("data"), "--listen", "127.0.0.1:0"};
  }

  const outcry::test::temp_dir& dir;
  std::string output;
  int count = 0;
};

/// Runs the program until it ends by itself; its exit code and what it printed.
std::pair<int, std::string> run(const outcry::test::temp_dir& dir,
                                const std::vector<std::string>& arguments,
                                const std::map<std::string, std::string>& environment = {}) {
  program one(dir);
  process running = one.start(arguments, environment);
  const int code = running.wait();
  return {code, running.output()};
}

}  // namespace

TEST_CASE("what has been answered survives kill -9") {
  const outcry::test::temp_dir dir;
  program server(dir);
  int expected = 0;
  for (int round = 0; round < 4; ++round) {
    process running = server.start(server.usual());
    const std::uint16_t port = server.port();
    {
      rest_client reader(port, server.token());
      const std::string found = reader.get("/n.json").body;
      // A write may have been done whose answer was killed on its way; none answered may be
      // missing.
      if (expected > 0) {
        CHECK(std::stoi(found) >= expected);
        CHECK(std::stoi(found) <= expected + 1);
        CHECK(reader.get("/copy.json").body == found);
      }
      expected = found == "null" ? 0 : std::stoi(found);
    }
    std::atomic<int> acknowledged = expected;
    std::thread writer([&] {
      rest_client client(port, server.token());
      for (int n = expected + 1;; ++n) {
        const std::string value = std::to_string(n);
        if (client.patch("/.json", R"({"n":)" + value + R"(,"copy":)" + value + "}").status !=
            200) {
          return;
        }
        acknowledged = n;
      }
    });
    const int enough = expected + 50 + 37 * round;
    CHECK(outcry::test::eventually([&] { return acknowledged >= enough; }));
    running.signal(SIGKILL);
    CHECK(running.wait() == 128 + SIGKILL);
    writer.join();
    expected = acknowledged;
  }
}

TEST_CASE("a second process on the same data folder refuses, the first goes on") {
  const outcry::test::temp_dir dir;
  program server(dir);
  process first = server.start(server.usual());
  const std::uint16_t port = server.port();
  const auto [code, text] = run(dir, server.usual());
  CHECK(code == 1);
  CHECK_THAT(text, Contains("in use by another process"));
  rest_client client(port, server.token());
  CHECK(client.put("/a.json", "1").status == 200);
  first.signal(SIGTERM);
  CHECK(first.wait() == 0);
}

TEST_CASE("a port in use is named") {
  const outcry::test::temp_dir dir;
  const outcry::test::temp_dir other;
  program server(dir);
  process first = server.start(server.usual());
  const std::string address = "127.0.0.1:" + std::to_string(server.port());
  const auto [code, text] = run(other, {"--data-dir", other.file("data"), "--listen", address});
  CHECK(code == 1);
  CHECK_THAT(text, Contains(address) && Contains("in use"));
}

TEST_CASE("SIGTERM and SIGINT end it, also with an open stream") {
  const outcry::test::temp_dir dir;
  program server(dir);
  for (const int signal : {SIGTERM, SIGINT}) {
    process running = server.start(server.usual());
    const std::uint16_t port = server.port();
    std::thread listener([&] {
      rest_client client(port, server.token());
      client.ask("GET", "/a.json", {}, {"Accept: text/event-stream"});
    });
    rest_client client(port, server.token());
    CHECK(client.put("/a.json", "1").status == 200);
    running.signal(signal);
    CHECK(running.wait() == 0);
    listener.join();
  }
}

TEST_CASE("it is configured by the floor's file, the environment and the command line") {
  const outcry::test::temp_dir dir;
  const std::string file = dir.file("outcry.toml");
  const auto configure = [&](const std::string& text) { std::ofstream(file) << text; };
  program server(dir);

  configure(
      "[floor]\nname = \"x\"\ndata_dir = \"data\"\n[redis]\nurl = \"\"\n"
      "[local_firebase]\nlisten = \"127.0.0.1:0\"\nhosts = [\"firebase\"]\n");
  {
    process running = server.start({"--config", file});
    rest_client client(server.port(), server.token());
    CHECK(client.ask("GET", "/a.json", {}, {"Host: firebase:9000"}).status == 200);
    CHECK(client.ask("GET", "/a.json", {}, {"Host: other"}).status == 403);
  }
  {
    process running =
        server.start({"--config", file}, {{"OUTCRY_FLOOR_DATA_DIR", dir.file("elsewhere")},
                                          {"OUTCRY_LOCAL_FIREBASE_HOSTS", "other,more"}});
    server.port();
    CHECK(std::filesystem::exists(dir.path() / "elsewhere" / "firebase.db"));
  }
  configure("[local_firebase]\n\nlissten = \"127.0.0.1:0\"\n");
  auto [code, text] = run(dir, {"--config", file});
  CHECK(code == 2);
  CHECK_THAT(text, Contains(file + ":3: local_firebase.lissten") && Contains("listen, hosts"));
  configure("[local_firebase]\nlisten = 9000\n");
  CHECK_THAT(run(dir, {"--config", file}).second, Contains(":2:") && Contains("found 9000"));
  configure("[local_firebase]\nlisten = \"here\"\n");
  CHECK_THAT(run(dir, {"--config", file}).second, Contains(":2:") && Contains("\"here\""));
  configure("[local_firebase\n");
  CHECK_THAT(run(dir, {"--config", file}).second, Contains(file + ":1:"));
  CHECK_THAT(run(dir, {}).second, Contains("no data folder"));
  CHECK(run(dir, {"--config", dir.file("missing")}).first == 2);
  CHECK(run(dir, {"--unknown"}).first == 2);
}

TEST_CASE("an address other machines can reach needs --container") {
  const outcry::test::temp_dir dir;
  const auto [code, text] = run(dir, {"--data-dir", dir.file("data"), "--listen", "0.0.0.0:0"});
  CHECK(code == 1);
  CHECK_THAT(text, Contains("--container"));
  CHECK_FALSE(std::filesystem::exists(dir.path() / "data"));
  CHECK_THAT(run(dir, {"--data-dir", dir.file("data"), "--listen", "[::]:0"}).second,
             Contains("--container"));
  program server(dir);
  process running =
      server.start({"--data-dir", dir.file("data"), "--listen", "0.0.0.0:0", "--container"});
  rest_client client(server.port(), "");
  CHECK(client.get("/a.json").status == 401);
}

TEST_CASE("when the disk takes no more, writes fail clearly and what was answered stays") {
  const outcry::test::temp_dir dir;
  program server(dir);
  // No file may grow beyond 2000 KiB.
  process running =
      server.start(server.usual(), {}, {"/bin/bash", "-c", "ulimit -f 2000; exec \"$0\" \"$@\""});
  const std::uint16_t port = server.port();
  rest_client client(port, server.token());
  const std::string value = '"' + std::string(200'000, 'x') + '"';
  int kept = 0;
  rest_client::answer got;
  for (; kept < 100; ++kept) {
    got = client.put("/v/k" + std::to_string(kept) + ".json", value);
    if (got.status != 200) break;
  }
  CHECK(kept > 2);
  CHECK(got.status == 503);
  CHECK_THAT(got.body, Contains("The database cannot be written"));
  CHECK(client.put("/v/k0.json?print=silent", value).status == 503);
  CHECK(client.get("/v/k" + std::to_string(kept) + ".json").body == "null");
  running.signal(SIGKILL);
  running.wait();
  process again = server.start(server.usual());
  rest_client reader(server.port(), server.token());
  for (int i = 0; i < kept; ++i) {
    CHECK((reader.get("/v/k" + std::to_string(i) + ".json").body == value));
  }
  CHECK(reader.put("/v/more.json?print=silent", value).status == 204);
}

TEST_CASE("a damaged database is refused and kept") {
  const outcry::test::temp_dir dir;
  std::filesystem::create_directory(dir.path() / "data");
  std::ofstream(dir.path() / "data" / "firebase.db") << std::string(8192, 'x');
  program server(dir);
  const auto [code, text] = run(dir, server.usual());
  CHECK(code == 1);
  CHECK_THAT(text, Contains("firebase.db") && Contains("damaged"));
  CHECK(std::filesystem::file_size(dir.path() / "data" / "firebase.db") == 8192);
}

TEST_CASE("tokens of a project are taken where one is configured") {
  const outcry::test::temp_dir dir;
  // Nothing is asked of anybody: the way out leads nowhere.
  const std::map<std::string, std::string> closed{{"https_proxy", "http://127.0.0.1:9"}};
  program server(dir);
  for (const bool configured : {false, true}) {
    auto environment = closed;
    if (configured) environment["OUTCRY_LOCAL_FIREBASE_CLOUD_PROJECT"] = "my-floor";
    process running = server.start(server.usual(), environment);
    rest_client client(server.port(), "");
    const auto state = client.get("/auth/state");
    CHECK(state.status == 200);
    CHECK_THAT(state.body, Contains(configured ? R"("cloud":true)" : R"("cloud":false)"));
    running.signal(SIGTERM);
    CHECK(running.wait() == 0);
  }
}
