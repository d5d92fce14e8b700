#include "tests/support/process.hpp"

#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace outcry::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Everything the child needs, made before the fork: between fork and exec it must not allocate,
/// another thread of the test may have held the allocator's lock.
struct child_plan {
  explicit child_plan(const process::options& from) : opts(from) {
    for (const auto& word : opts.arguments) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string_view own(*entry);
      if (opts.environment.count(std::string(own.substr(0, own.find('=')))) == 0)
        envp.push_back(*entry);
    }
    for (const auto& [name, value] : opts.environment) added.push_back(name + '=' + value);
    for (auto& entry : added) envp.push_back(entry.data());
    envp.push_back(nullptr);
  }

  [[noreturn]] void run() const {
    // A test that is killed takes its servers along.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!opts.output_file.empty()) {
      int fd = ::open(opts.output_file.c_str(), O_CREAT | O_APPEND | O_WRONLY, 0600);
      ::dup2(fd, STDOUT_FILENO);
      ::dup2(fd, STDERR_FILENO);
    }
    if (!opts.directory.empty() && ::chdir(opts.directory.c_str()) != 0) ::_exit(126);
    ::execvpe(argv.front(), argv.data(), envp.data());
    ::_exit(127);
  }

  const process::options& opts;
  std::vector<char*> argv;
  std::vector<std::string> added;
  std::vector<char*> envp;
};

}  // namespace

process::process(options opts) : output_file_(opts.output_file) {
  const child_plan plan(opts);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) plan.run();
  reaped_ = false;
}

void process::take(process& other) noexcept {
  pid_ = other.pid_;
  status_ = other.status_;
  reaped_ = other.reaped_;
  output_file_ = std::move(other.output_file_);
  other.reaped_ = true;
  other.pid_ = -1;
}

process::process(process&& other) noexcept {
  take(other);
}

process& process::operator=(process&& other) noexcept {
  if (this != &other) {
    signal(SIGKILL);
    if (!reaped_) ::waitpid(pid_, &status_, 0);
    take(other);
  }
  return *this;
}

process::~process() {
  signal(SIGKILL);
  if (!reaped_) ::waitpid(pid_, &status_, 0);
}

bool process::running() {
  if (reaped_) return false;
  if (::waitpid(pid_, &status_, WNOHANG) == pid_) reaped_ = true;
  return !reaped_;
}

void process::signal(int signal) {
  if (running()) ::kill(pid_, signal);
}

int process::wait(std::chrono::milliseconds limit) {
  if (!eventually([this] { return !running(); }, limit)) return -1;
  if (WIFEXITED(status_)) return WEXITSTATUS(status_);
  return 128 + WTERMSIG(status_);
}

std::string process::output() const {
  std::ifstream in(output_file_);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::uint16_t free_port() {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

bool eventually(const std::function<bool()>& ready, std::chrono::milliseconds limit) {
  auto end = std::chrono::steady_clock::now() + limit;
  while (!ready()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

bool accepts(std::uint16_t port) {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  auto address = loopback(port);
  bool connected = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

}  // namespace outcry::test
