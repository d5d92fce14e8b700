#include "tests/bench/firebase_server.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

#include "adapters/http/token_file.hpp"

namespace outcry::bench {

namespace {

const std::string source_root = SOURCE_ROOT;

}  // namespace

std::string node_folder() {
  return NODE_FOLDER;
}

std::string node_program(std::string& why) {
  const std::string command = source_root + "/scripts/node_modules.sh '" + source_root +
                              "/tests/contract/firebase' '" + node_folder() + "'";
  FILE* const out = ::popen(command.c_str(), "r");
  if (out == nullptr) throw std::runtime_error("cannot run node_modules.sh");
  std::string text;
  std::array<char, 512> piece{};
  while (std::fgets(piece.data(), static_cast<int>(piece.size()), out) != nullptr) {
    text += piece.data();
  }
  const int code = WEXITSTATUS(::pclose(out));
  while (text.ends_with('\n')) text.pop_back();
  if (code == 0) return text;
  why = text;
  return {};
}

firebase_server::firebase_server(std::unique_ptr<test::temp_dir> dir, test::process running)
    : dir_(std::move(dir)), process_(std::move(running)) {
  std::smatch found;
  std::string text;
  if (!test::eventually([&] {
        text = process_.output();
        return std::regex_search(text, found, std::regex("http://[^ ]*:(\\d+),"));
      })) {
    throw std::runtime_error("the server does not start: " + text);
  }
  port_ = static_cast<std::uint16_t>(std::stoi(found[1]));
}

firebase_server firebase_server::ours() {
  auto dir = std::make_unique<test::temp_dir>();
  test::process running(
      {{OUTCRY_FIREBASE_PROGRAM, "--data-dir", dir->file("data"), "--listen", "127.0.0.1:0"},
       {},
       {},
       dir->file("output")});
  const auto token = dir->path() / "data" / "operator.token";
  firebase_server made(std::move(dir), std::move(running));
  made.credential_ = http::read_token(token);
  return made;
}

firebase_server firebase_server::bare(const std::string& node) {
  auto dir = std::make_unique<test::temp_dir>();
  test::process running(
      {{node, source_root + "/tests/bench/bare_firebase.mjs"}, {}, {}, dir->file("output")});
  return {std::move(dir), std::move(running)};
}

std::size_t firebase_server::resident() const {
  std::ifstream in("/proc/" + std::to_string(process_.pid()) + "/statm");
  std::size_t whole = 0;
  std::size_t resident = 0;
  in >> whole >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

double firebase_server::cpu_seconds() const {
  std::ifstream in("/proc/" + std::to_string(process_.pid()) + "/stat");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace outcry::bench
