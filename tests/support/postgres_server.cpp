#include "tests/support/postgres_server.hpp"

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include <pwd.h>
#include <unistd.h>

#include "adapters/postgres/connection.hpp"

namespace outcry::test {

namespace {

namespace fs = std::filesystem;

/// Where the newest server's programs are; empty = not installed. Debian keeps them off the PATH.
fs::path programs() {
  fs::path best;
  int highest = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version <= highest || !fs::exists(entry.path() / "bin" / "initdb", ignored)) continue;
    highest = version;
    best = entry.path() / "bin";
  }
  return best;
}

/// Whom the server runs as; nullptr = nobody fits.
const passwd* server_user() {
  if (::geteuid() != 0) return ::getpwuid(::geteuid());
  const auto* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

/// `arguments` as that user, in the same process.
std::vector<std::string> as_server(std::vector<std::string> arguments) {
  if (::geteuid() != 0) return arguments;
  const auto* user = server_user();
  std::vector<std::string> result = {"setpriv", fmt::format("--reuid={}", user->pw_uid),
                                     fmt::format("--regid={}", user->pw_gid), "--clear-groups",
                                     "--pdeathsig=KILL"};
  result.insert(result.end(), arguments.begin(), arguments.end());
  return result;
}

std::string password_of(const std::string& role) {
  return "secret-of-" + role;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    std::ifstream file(entry.path() / "stat");
    std::string text;
    std::getline(file, text);
    // The name in parentheses may hold spaces; behind it come the state and the parent.
    std::istringstream rest(text.substr(std::min(text.rfind(')') + 1, text.size())));
    std::string state;
    pid_t of = 0;
    rest >> state >> of;
    if (of == parent) found.push_back(pid);
  }
  return found;
}

}  // namespace

bool postgres_server::available() {
  return !programs().empty() && server_user() != nullptr;
}

postgres_server::postgres_server() : port_(free_port()) {
  const auto* user = server_user();
  if (::geteuid() == 0 && ::chown(directory_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error("cannot give the cluster's directory to the server's user");
  const auto words = directory_.file("password");
  std::ofstream(words) << password_of("postgres") << "\n";
  fs::permissions(words, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  process::options init;
  init.arguments =
      as_server({(programs() / "initdb").string(), "-D", directory_.file("data"), "-U", "postgres",
                 "--auth=scram-sha-256", "--pwfile=" + words, "--encoding=UTF8", "--locale=C.UTF-8",
                 "--no-sync", "--no-instructions"});
  init.directory = "/";
  init.output_file = directory_.file("initdb.log");
  process made(std::move(init));
  if (made.wait() != 0) throw std::runtime_error("initdb failed: " + made.output());
  start();
  postgres::bell alarm;
  postgres::connection admin(
      postgres::connection_string(fmt::format("postgresql://postgres:{}@127.0.0.1:{}/postgres",
                                              password_of("postgres"), port_)),
      alarm);
  admin.run("CREATE DATABASE signals");
}

postgres_server::~postgres_server() {
  if (!process_.running()) return;
  thaw();
  process_.signal(SIGQUIT);
  process_.wait();
}

std::string postgres_server::url(const std::string& role) const {
  return fmt::format("postgresql://{}:{}@127.0.0.1:{}/signals", role, password_of(role), port_);
}

void postgres_server::start() {
  const auto ready = [&] {
    try {
      postgres::bell alarm;
      postgres::connection(
          postgres::connection_string(fmt::format("postgresql://postgres:{}@127.0.0.1:{}/postgres",
                                                  password_of("postgres"), port_)),
          alarm);
      return true;
    } catch (const postgres::failure&) {
      return false;
    }
  };
  const auto launch = [&] {
    process::options child;
    child.arguments =
        as_server({(programs() / "postgres").string(), "-D", directory_.file("data"), "-p",
                   std::to_string(port_), "-c", "listen_addresses=127.0.0.1", "-c",
                   "unix_socket_directories=" + directory_.path().string(), "-c",
                   "max_connections=40", "-c", "shared_buffers=16MB", "-c", "fsync=off"});
    child.directory = "/";
    child.output_file = directory_.file("server.log");
    process_ = process(std::move(child));
  };
  launch();
  // After kill -9 the old server's children may hold its memory for a moment: started again then.
  const bool up = eventually([&] {
    if (!process_.running()) launch();
    return ready();
  });
  if (!up) throw std::runtime_error("postgres did not start: " + process_.output());
}

void postgres_server::stop() {
  process_.signal(SIGINT);
  process_.wait();
}

void postgres_server::kill() {
  signal_all(SIGKILL);
  process_.wait();
}

void postgres_server::freeze() {
  signal_all(SIGSTOP);
}

void postgres_server::thaw() {
  signal_all(SIGCONT);
}

// The parent first: it would start anew what it sees end.
void postgres_server::signal_all(int signal) {
  const auto children = children_of(process_.pid());
  process_.signal(signal);
  for (const auto child : children) ::kill(child, signal);
}

}  // namespace outcry::test
