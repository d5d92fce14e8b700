#include "apps/outcry/console/wire.hpp"

#include <cerrno>
#include <cstring>
#include <vector>

#include <nlohmann/json.hpp>

#include <poll.h>
#include <sys/socket.h>

#include "adapters/control/dial.hpp"

namespace outcry::console {

wire::wire(std::filesystem::path socket, events on)
    : socket_(std::move(socket)), on_(std::move(on)) {}

void wire::open() {
  close();
  try {
    fd_ = control::dial(socket_, std::chrono::milliseconds(0));
    input_.emplace(control::longest_answer);
  } catch (const control::floor_unreachable& e) {
    on_.lost(e.what());
  }
}

void wire::close() {
  fd_.reset();
  input_.reset();
  output_.clear();
  greeted_ = false;
}

void wire::send(const std::string& line) {
  if (fd_) output_ += line + "\n";
}

short wire::wants() const {
  return static_cast<short>(POLLIN | (output_.empty() ? 0 : POLLOUT));
}

void wire::lose(const std::string& why) {
  close();
  on_.lost(why);
}

void wire::work() {
  if (fd_) write_some();
  if (fd_) read_some();
}

void wire::write_some() {
  while (!output_.empty()) {
    auto sent = ::send(fd_.get(), output_.data(), output_.size(), MSG_NOSIGNAL);
    // A connection that broke is noticed by reading, after what was said before.
    if (sent < 0) return;
    output_.erase(0, static_cast<std::size_t>(sent));
  }
}

void wire::read_some() {
  static thread_local std::vector<char> bytes(1u << 16);
  for (int turn = 0; turn < 16 && fd_; ++turn) {
    auto got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    if (got == 0) return lose(control::connection_lost("").what());
    if (got < 0) {
      if (errno == EAGAIN || errno == EINTR) return;
      return lose(control::connection_lost(std::string{" ("} + std::strerror(errno) + ")").what());
    }
    input_->add({bytes.data(), static_cast<std::size_t>(got)});
    take_lines();
  }
}

void wire::take_lines() {
  // What is told may close the connection.
  while (fd_) {
    auto line = input_->next();
    if (!line) break;
    if (greeted_) {
      on_.line(*line);
      continue;
    }
    try {
      auto hello = nlohmann::json::parse(*line, nullptr, false);
      if (!hello.is_object()) return lose("what answers at the socket is no floor: no JSON object");
      control::check_greeting(hello);
    } catch (const control::floor_unreachable& e) {
      return lose(e.what());
    }
    greeted_ = true;
    on_.opened(*line);
  }
  if (fd_ && input_->overflowed()) lose("the floor's answer is too long");
}

}  // namespace outcry::console
