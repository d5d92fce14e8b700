#include "adapters/firebase/auth/passcode.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::test;
using namespace std::chrono_literals;
using outcry::firebase::auth::passcode_file;

namespace {

struct result {
  int code = -1;
  std::string output;
};

/// A floor's configuration and data folder of its own.
class house {
public:
  house() {
    std::ofstream(config) << "floor.data_dir = \"" << data.string() << "\"\nfirebase.url = \"\"\n";
  }

  /// `outcry passcode VERB` with `input` as its standard input.
  result run(const std::string& verb, const std::string& input = {}) {
    std::ofstream(dir.file("input"), std::ios::binary) << input;
    process::options options;
    options.arguments = {
        "/bin/sh", "-c",
        "exec '" OUTCRY_PROGRAM "' --config outcry.toml passcode " + verb + " < input"};
    options.directory = dir.path().string();
    options.output_file = dir.file("output" + std::to_string(++runs_));
    process program(options);
    const int code = program.wait();
    return {code, program.output()};
  }

  temp_dir dir;
  std::string config = dir.file("outcry.toml");
  std::filesystem::path data = dir.path() / "data";

private:
  int runs_ = 0;
};

/// The program on a terminal of its own.
class terminal {
public:
  explicit terminal(const house& at) {
    pid_ = ::forkpty(&master_, nullptr, nullptr, nullptr);
    if (pid_ != 0) return;
    if (::chdir(at.dir.path().c_str()) == 0)
      ::execl(OUTCRY_PROGRAM, "outcry", "--config", "outcry.toml", "passcode", "set",
              static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ~terminal() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(master_);
  }
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;

  /// Waits until `prompt` is shown and what is typed is not; then types.
  bool answer(const std::string& prompt, const std::string& typed) {
    const bool ready = eventually([&] {
      take();
      termios now{};
      return seen.find(prompt) != std::string::npos && ::tcgetattr(master_, &now) == 0 &&
             (now.c_lflag & ECHO) == 0;
    });
    return ready &&
           ::write(master_, typed.data(), typed.size()) == static_cast<ssize_t>(typed.size());
  }

  int wait() {
    int status = 0;
    const bool ended = eventually([&] {
      take();
      return ::waitpid(pid_, &status, WNOHANG) == pid_;
    });
    if (!ended) return -1;
    pid_ = -1;
    take();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string seen;

private:
  void take() {
    pollfd readable{master_, POLLIN, 0};
    while (::poll(&readable, 1, 0) == 1) {
      std::array<char, 512> piece{};
      const auto got = ::read(master_, piece.data(), piece.size());
      if (got <= 0) return;
      seen.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

  int master_ = -1;
  pid_t pid_ = -1;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a passcode is set from standard input, shown and removed") {
  house at;
  CHECK(has(at.run("status").output, "no passcode is set"));
  CHECK(at.run("remove").output == "no passcode was set\n");

  auto set = at.run("set", "correct horse\nsomething else\n");
  INFO(set.output);
  CHECK(set.code == 0);
  CHECK_FALSE(has(set.output, "horse"));
  const auto kept = passcode_file(at.data).load();
  REQUIRE(kept.has_value());
  CHECK(kept->matches("correct horse"));
  struct stat s {};
  REQUIRE(::stat((at.data / "passcode.json").c_str(), &s) == 0);
  CHECK((s.st_mode & 07777) == 0600);
  REQUIRE(::stat(at.data.c_str(), &s) == 0);
  CHECK((s.st_mode & 07777) == 0700);

  CHECK(at.run("status").output == "a passcode is set\n");
  CHECK(at.run("status --json").output == "{\"passcodeSet\":true}\n");
  CHECK(has(at.run("remove").output, "removed"));
  CHECK(at.run("status --json").output == "{\"passcodeSet\":false}\n");
}

TEST_CASE("a line without an end and a line of another system are passcodes too") {
  house at;
  REQUIRE(at.run("set", "correct horse").code == 0);
  CHECK(passcode_file(at.data).load()->matches("correct horse"));
  REQUIRE(at.run("set", "another horse\r\n").code == 0);
  CHECK(passcode_file(at.data).load()->matches("another horse"));
}

TEST_CASE("a bad passcode is refused with its reason and changes nothing") {
  house at;
  REQUIRE(at.run("set", "correct horse\n").code == 0);
  auto refuses = [&](const std::string& input, const std::string& why) {
    const auto refused = at.run("set", input);
    INFO(refused.output);
    CHECK(refused.code == 2);
    CHECK(has(refused.output, why));
  };
  refuses("", "found nothing");
  refuses("\n", "at least 8 characters");
  refuses("short\n", "at least 8 characters");
  refuses("12345678\n", "row of neighbours");
  refuses(std::string("correct\0horse\n", 14), "control characters");
  refuses(std::string(100'000, 'x'), "at most 256 bytes");
  CHECK(passcode_file(at.data).load()->matches("correct horse"));
  // Never as an argument, where every process could read it.
  CHECK(at.run("set 'another horse'", "another horse\n").code == 2);
  CHECK(passcode_file(at.data).load()->matches("correct horse"));
}

TEST_CASE("a damaged passcode file is named, and a new passcode cures it") {
  house at;
  std::filesystem::create_directory(at.data);
  std::ofstream(at.data / "passcode.json") << "{}";
  const auto status = at.run("status");
  CHECK(status.code == 1);
  CHECK(has(status.output, "passcode.json"));
  CHECK(at.run("set", "correct horse\n").code == 0);
  CHECK(at.run("status").code == 0);
}

TEST_CASE("on a terminal a passcode is typed twice and not shown") {
  house at;
  SECTION("alike") {
    terminal typist(at);
    REQUIRE(typist.answer("New passcode:", "correct horse\n"));
    REQUIRE(typist.answer("Verifying", "correct horse\n"));
    CHECK(typist.wait() == 0);
    INFO(typist.seen);
    CHECK(has(typist.seen, "the passcode is set"));
    CHECK_FALSE(has(typist.seen, "horse"));
    CHECK(passcode_file(at.data).load()->matches("correct horse"));
  }
  SECTION("not alike") {
    terminal typist(at);
    REQUIRE(typist.answer("New passcode:", "correct horse\n"));
    REQUIRE(typist.answer("Verifying", "another horse\n"));
    CHECK(typist.wait() == 2);
    INFO(typist.seen);
    CHECK(has(typist.seen, "not typed twice alike"));
    CHECK_FALSE(passcode_file(at.data).load().has_value());
  }
}
