#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <signal.h>

#include "adapters/http/certificate.hpp"
#include "adapters/http/token_file.hpp"
#include "tests/contract/node_program.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

namespace {

const std::string folder = NODE_FOLDER;

std::string read(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// outcry-firebase, as a process on its own data.
class firebase_process {
public:
  explicit firebase_process(bool tls = false) : tls_(tls) {
    if (tls_) {
      http::own_certificate wanted;
      wanted.files = {certificate(), dir_.file("key.pem")};
      wanted.names = {"localhost", "127.0.0.1"};
      http::ensure_certificate(wanted);
    }
    start("127.0.0.1:0");
  }

  void start(const std::string& listen) {
    output_ = dir_.file("server" + std::to_string(++count_));
    std::vector<std::string> arguments = {OUTCRY_FIREBASE_PROGRAM, "--data-dir", dir_.file("data"),
                                          "--listen", listen};
    if (tls_) {
      arguments.insert(arguments.end(),
                       {"--certificate", certificate(), "--key", dir_.file("key.pem")});
    }
    running_ = process({std::move(arguments), {}, {}, output_});
    std::smatch found;
    std::string text;
    REQUIRE(eventually([&] {
      text = read(output_);
      return std::regex_search(text, found, std::regex("https?://[^ ]*:(\\d+),"));
    }));
    port = found[1];
  }

  void kill_and_restart() {
    running_.signal(SIGKILL);
    running_.wait();
    start("127.0.0.1:" + port);
  }

  std::string token() const { return http::read_token(dir_.path() / "data" / "operator.token"); }

  std::string certificate() const { return dir_.file("certificate.pem"); }

  std::string port;

private:
  const bool tls_;
  temp_dir dir_;
  std::string output_;
  int count_ = 0;
  process running_;
};

/// Starts one of the suite's scripts against `server`.
process start(const std::string& node, const firebase_process& server,
              std::vector<std::string> script, const std::string& output) {
  script.front() = folder + "/" + script.front();
  script.insert(script.begin(), node);
  return process({std::move(script),
                  {{"HOST", "127.0.0.1"},
                   {"PORT", server.port},
                   {"TOKEN", server.token()},
                   {"NODE_EXTRA_CA_CERTS", server.certificate()}},
                  folder,
                  output});
}

void run_suite(std::vector<std::string> script, bool tls = false) {
  std::string why;
  const auto node = find_node(folder, why);
  if (node.empty()) OUTCRY_SKIP(why.c_str());
  temp_dir where;
  firebase_process server(tls);
  process running = start(node, server, std::move(script), where.file("output"));
  check_lines(running);
}

}  // namespace

TEST_CASE("the official SDK reads and writes as it does with the real Firebase") {
  run_suite({"node.mjs", "values"});
}

TEST_CASE("the official SDK's queries select what it would select itself") {
  run_suite({"node.mjs", "queries"});
}

// Without TLS it takes a database for the emulator, and offers no credential of its own.
TEST_CASE("firebase-admin works, over TLS") {
  run_suite({"admin.mjs"}, true);
}

TEST_CASE("the official SDK in Chromium, over WebSockets") {
  run_suite({"browser.mjs", "ws"});
}

TEST_CASE("the official SDK in Chromium, by long-polling") {
  run_suite({"browser.mjs", "lp"});
}

TEST_CASE("the official SDK in Chromium, from long-polling to a WebSocket") {
  run_suite({"browser.mjs", "upgrade"});
}

TEST_CASE("the SDK finds everything again after kill -9 and goes on by itself") {
  std::string why;
  const auto node = find_node(folder, why);
  if (node.empty()) OUTCRY_SKIP(why.c_str());
  temp_dir where;
  firebase_process server;
  process running = start(node, server, {"restart.mjs"}, where.file("output"));
  for (int round = 1; round <= 3; ++round) {
    const std::string line = "kill " + std::to_string(round);
    REQUIRE(eventually([&] { return running.output().find(line + "\n") != std::string::npos; },
                       std::chrono::seconds(60)));
    server.kill_and_restart();
  }
  check_lines(running);
}

}  // namespace outcry::test
