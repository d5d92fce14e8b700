#include "tests/support/redis_server.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace outcry::test {

namespace {

/// Any line back means it serves; a refusal (-NOAUTH) too, but not -LOADING.
bool answers(std::uint16_t port) {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  timeval limit{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  char answer[128];
  ssize_t size = -1;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      ::send(fd, "PING\r\n", 6, MSG_NOSIGNAL) == 6)
    size = ::recv(fd, answer, sizeof answer, 0);
  ::close(fd);
  return size > 0 &&
         !std::string_view(answer, static_cast<std::size_t>(size)).starts_with("-LOADING");
}

}  // namespace

bool redis_server::available() {
  std::string_view path = std::getenv("PATH") == nullptr ? "" : std::getenv("PATH");
  while (!path.empty()) {
    auto end = std::min(path.find(':'), path.size());
    if (::access((std::string(path.substr(0, end)) + "/redis-server").c_str(), X_OK) == 0)
      return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

redis_server::redis_server(options opts) : options_(std::move(opts)) {
  start();
}

redis_server::~redis_server() {
  // A frozen process would take the signal only after it goes on.
  thaw();
}

void redis_server::start(bool keep_data) {
  auto data = directory_.path() / "data";
  if (!keep_data) std::filesystem::remove_all(data);
  std::filesystem::create_directories(data);
  std::vector<std::string> arguments = {"redis-server",
                                        "--bind",
                                        "127.0.0.1",
                                        "--port",
                                        std::to_string(port()),
                                        "--save",
                                        "",
                                        "--dir",
                                        data.string(),
                                        "--appendonly",
                                        options_.append_only ? "yes" : "no",
                                        "--appendfsync",
                                        "always"};
  if (!options_.password.empty())
    arguments.insert(arguments.end(), {"--requirepass", options_.password});
  if (options_.unix_socket) arguments.insert(arguments.end(), {"--unixsocket", socket_path()});
  for (const auto& user : options_.users) {
    arguments.emplace_back("--user");
    std::string_view rest = user;
    while (!rest.empty()) {
      auto end = std::min(rest.find(' '), rest.size());
      arguments.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  arguments.insert(arguments.end(), options_.more.begin(), options_.more.end());
  process::options child;
  child.arguments = std::move(arguments);
  child.output_file = directory_.file("redis.log");
  process_ = process(std::move(child));
  if (!eventually([&] { return !process_.running() || answers(port()); }) || !process_.running())
    throw std::runtime_error("redis-server did not start: " + process_.output());
}

void redis_server::stop() {
  process_.signal(SIGTERM);
  process_.wait();
}

void redis_server::kill() {
  process_.signal(SIGKILL);
  process_.wait();
}

void redis_server::freeze() {
  process_.signal(SIGSTOP);
}

void redis_server::thaw() {
  process_.signal(SIGCONT);
}

}  // namespace outcry::test
