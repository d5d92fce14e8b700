#include <array>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/firebase/auth/passcode.hpp"
#include "adapters/firebase/exposure/report.hpp"
#include "adapters/firebase/exposure/wish.hpp"
#include "tests/adapters/http/tls_client.hpp"
#include "tests/support/held_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using nlohmann::json;
using outcry::firebase::auth::passcode_file;
using outcry::firebase::exposure::wish_file;
namespace exposure = outcry::firebase::exposure;

namespace {

constexpr const char* outside = "127.0.0.2";

struct result {
  int code = -1;
  std::string output;
};

/// A floor's configuration, its data folder and its local Firebase. The home network is 127.0.0.2.
class house {
public:
  house() { configure("firebase.url = \"local\"\n"); }

  void configure(const std::string& more) const {
    std::ofstream(dir.file("outcry.toml"))
        << "floor.data_dir = \"data\"\nlocal_firebase.listen = \"127.0.0.1:" << port.number()
        << "\"\n"
        << more;
  }

  /// `outcry expose ARGUMENTS` with `input` as its standard input.
  result expose(const std::string& arguments, const std::string& input = {}) {
    return run("expose " + arguments, input);
  }

  result run(const std::string& arguments, const std::string& input = {}) {
    std::ofstream(dir.file("input"), std::ios::binary) << input;
    process::options options;
    options.arguments = {
        "/bin/sh", "-c",
        "exec '" OUTCRY_PROGRAM "' --config outcry.toml " + arguments + " < input"};
    options.directory = dir.path().string();
    options.output_file = dir.file("output" + std::to_string(++runs_));
    process program(options);
    const int code = program.wait();
    return {code, program.output()};
  }

  /// Returns when it serves.
  process firebase() {
    process::options options;
    options.arguments = {OUTCRY_FIREBASE_PROGRAM, "--config", dir.file("outcry.toml"),
                         "--trust-machine"};
    options.output_file = dir.file("firebase" + std::to_string(++runs_));
    process program(options);
    REQUIRE(eventually([&] { return accepts(port.number()); }));
    REQUIRE(eventually([&] { return exposure::read_report(data()).has_value(); }));
    return program;
  }

  void set_passcode() const {
    std::filesystem::create_directories(data());
    passcode_file(data()).set("correct horse", outcry::firebase::auth::scrypt_cost{2, 8, 1});
  }

  std::unique_ptr<tls_client> phone() const {
    tls_client::options opts;
    opts.trusted = dir.file("data/exposed.crt");
    opts.name = outside;
    opts.address = outside;
    return std::make_unique<tls_client>(port.number(), opts);
  }

  std::filesystem::path data() const { return dir.path() / "data"; }
  std::string host() const { return exposure::host_of(outside, port.number()); }
  std::string url() const { return exposure::url_of(outside, port.number()); }

  temp_dir dir;
  held_port port;

private:
  int runs_ = 0;
};

/// Somebody else who listens on 127.0.0.2.
class squatter {
public:
  explicit squatter(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    ::inet_pton(AF_INET, outside, &place.sin_addr);
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0);
    REQUIRE(::listen(socket_, 1) == 0);
  }
  ~squatter() { ::close(socket_); }
  squatter(const squatter&) = delete;
  squatter& operator=(const squatter&) = delete;

private:
  int socket_;
};

/// What a program prints on a terminal.
std::string on_terminal(const std::string& directory, const std::string& arguments) {
  int master = -1;
  const pid_t child = ::forkpty(&master, nullptr, nullptr, nullptr);
  if (child == 0) {
    const std::string command = "exec '" OUTCRY_PROGRAM "' --config outcry.toml " + arguments;
    if (::chdir(directory.c_str()) == 0)
      ::execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  std::string seen;
  const auto read = [&] {
    pollfd readable{master, POLLIN, 0};
    std::array<char, 4096> piece{};
    while (::poll(&readable, 1, 0) == 1) {
      const auto got = ::read(master, piece.data(), piece.size());
      if (got <= 0) return true;
      seen.append(piece.data(), static_cast<std::size_t>(got));
    }
    return false;
  };
  if (!eventually(read)) ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(master);
  return seen;
}

}  // namespace

TEST_CASE("expose opens a running local Firebase to the home network, and --off closes it") {
  house at;
  process firebase = at.firebase();
  const std::string before = at.expose("--status").output;
  CHECK(before == "closed: only this machine reaches the page\n");

  const auto opened = at.expose("--address 127.0.0.2", "correct horse\n");
  INFO(opened.output);
  REQUIRE(opened.code == 0);
  CHECK_THAT(opened.output, StartsWith("open to the home network\n"));
  CHECK_THAT(opened.output, Contains(at.url()));
  CHECK_THAT(opened.output, !Contains("horse"));
  CHECK(passcode_file(at.data()).load()->matches("correct horse"));

  auto phone = at.phone();
  // The fingerprint, in two lines.
  const std::string print = phone->fingerprint();
  CHECK_THAT(opened.output, Contains(print.substr(0, 47)) && Contains(print.substr(48)));

  const std::string body = R"({"passcode":"correct horse"})";
  const auto sign_in = [&](const std::string& host, const std::string& origin) {
    phone->send("POST /auth/passcode HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin +
                "\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return phone->read_response();
  };
  CHECK_THAT(sign_in(at.host(), "https://" + at.host()),
             StartsWith("HTTP/1.1 200") && Contains("idToken"));
  CHECK_THAT(sign_in("evil.example", "https://" + at.host()), StartsWith("HTTP/1.1 403"));
  CHECK_THAT(sign_in(at.host(), "https://evil.example"), StartsWith("HTTP/1.1 403"));

  const auto status = json::parse(at.expose("--status --json").output);
  CHECK(status["running"] == true);
  CHECK(status["open"] == json::array({at.url()}));
  CHECK(status["fingerprint"] == print);

  const auto closed = at.expose("--off");
  CHECK(closed.code == 0);
  CHECK(closed.output == before);
  CHECK(phone->read_all().find("HTTP") == std::string::npos);
  CHECK_THROWS(at.phone());
  CHECK(accepts(at.port.number()));
  CHECK_THAT(at.expose("--off").output, StartsWith("it was not open"));
  firebase.signal(SIGTERM);
  CHECK(firebase.wait() == 0);
}

TEST_CASE("expose without a floor takes effect when one starts, also after kill -9") {
  house at;
  const auto said = at.expose("--address 127.0.0.2", "correct horse\n");
  INFO(said.output);
  CHECK(said.code == 0);
  CHECK_THAT(said.output, StartsWith("no outcry-firebase runs") && Contains(at.url()));
  CHECK_THROWS(at.phone());
  for (int round = 0; round < 2; ++round) {
    process firebase = at.firebase();
    CHECK_NOTHROW(at.phone());
    CHECK_THAT(at.expose("--status").output, StartsWith("open to the home network"));
    firebase.signal(SIGKILL);
    firebase.wait();
    CHECK_THAT(at.expose("--status").output, StartsWith("no outcry-firebase runs"));
  }
  CHECK(at.expose("--off").output == "closed: only this machine reaches the page\n");
  process firebase = at.firebase();
  CHECK_THROWS(at.phone());
}

TEST_CASE("to expose once more interrupts nobody") {
  house at;
  at.set_passcode();
  process firebase = at.firebase();
  REQUIRE(at.expose("--address 127.0.0.2").code == 0);
  auto phone = at.phone();
  REQUIRE(at.expose("--address 127.0.0.2").code == 0);
  phone->send("GET /auth/state HTTP/1.1\r\nHost: " + at.host() + "\r\n\r\n");
  CHECK_THAT(phone->read_response(), StartsWith("HTTP/1.1 200"));
}

TEST_CASE("a port that is taken is named, and what was open stays open") {
  house at;
  at.set_passcode();
  process firebase = at.firebase();
  SECTION("nothing was open") {
    const squatter other(at.port.number());
    const auto refused = at.expose("--address 127.0.0.2");
    INFO(refused.output);
    CHECK(refused.code == 1);
    CHECK_THAT(refused.output, Contains(at.host()) && Contains("in use") && Contains("--port"));
    CHECK_FALSE(wish_file(at.data()).load().has_value());
  }
  SECTION("something was") {
    REQUIRE(at.expose("--address 127.0.0.2").code == 0);
    const held_port taken;
    const squatter other(taken.number());
    const auto refused = at.expose("--address 127.0.0.2 --port " + std::to_string(taken.number()));
    CHECK(refused.code == 1);
    CHECK(eventually([&] {
      return json::parse(at.expose("--status --json").output)["open"] == json::array({at.url()});
    }));
    CHECK_NOTHROW(at.phone());
  }
}

TEST_CASE("what makes no sense is refused with its reason and opens nothing") {
  house at;
  const auto refuses = [&](const std::string& arguments, int code, const std::string& why) {
    const auto refused = at.expose(arguments, "correct horse\n");
    INFO(arguments << ": " << refused.output);
    CHECK(refused.code == code);
    CHECK_THAT(refused.output, Contains(why));
    CHECK_FALSE(wish_file(at.data()).load().has_value());
  };
  refuses("--address box", 2, "--address");
  refuses("--address 0.0.0.0", 2, "--address");
  refuses("--address ::", 2, "--address");
  refuses("--address 127.0.0.2 --port 0", 2, "--port");
  refuses("--address 127.0.0.2 --name 'my box'", 2, "my box");
  refuses("--off --status", 2, "--status");
  refuses("--off --port 9443", 2, "--port");
  at.configure("firebase.url = \"https://x.firebaseio.com\"\n");
  refuses("--address 127.0.0.2", 2, "firebase.url");
  std::ofstream(at.dir.file("outcry.toml"))
      << "floor.data_dir = \"data\"\nlocal_firebase.listen = \"0.0.0.0:9000\"\n";
  refuses("--address 127.0.0.2", 2, "local_firebase.listen");
  std::ofstream(at.dir.file("outcry.toml"))
      << "floor.data_dir = \"data\"\nlocal_firebase.listen = \"127.0.0.1:0\"\n";
  refuses("--address 127.0.0.2", 2, "--port");
}

TEST_CASE("a passcode that is none opens nothing, and one in use is not removed") {
  house at;
  process firebase = at.firebase();
  const auto refused = at.expose("--address 127.0.0.2", "12345678\n");
  CHECK(refused.code == 2);
  CHECK_THAT(refused.output, Contains("row of neighbours"));
  CHECK_FALSE(wish_file(at.data()).load().has_value());
  CHECK_THROWS(at.phone());

  REQUIRE(at.expose("--address 127.0.0.2", "correct horse\n").code == 0);
  const auto kept = at.run("passcode remove");
  CHECK(kept.code == 1);
  CHECK_THAT(kept.output, Contains("outcry expose --off"));
  CHECK(passcode_file(at.data()).load().has_value());
  // Whoever removes the file by hand closes the page.
  passcode_file(at.data()).remove();
  CHECK(eventually([&] {
    return at.expose("--status").output.find("no passcode is set") != std::string::npos;
  }));
  CHECK_THROWS(at.phone());
}

TEST_CASE("a terminal is shown a code for the phone, a pipe is not") {
  house at;
  at.set_passcode();
  const auto seen = on_terminal(at.dir.path().string(), "expose --address 127.0.0.2");
  INFO(seen);
  CHECK_THAT(seen, Contains("\x1b[30;107m") && Contains("▀") && Contains(at.url()));
  CHECK_THAT(at.expose("--address 127.0.0.2").output, !Contains("▀"));
  CHECK_THAT(at.expose("--status").output, !Contains("▀"));
}
