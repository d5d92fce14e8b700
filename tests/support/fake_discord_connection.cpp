#include "tests/support/fake_discord_connection.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/websocket_frames.hpp"

namespace outcry::test {

using nlohmann::json;

namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

std::string parameter(const std::string& target, const std::string& name) {
  auto at = target.find('?');
  while (at != std::string::npos) {
    const auto end = std::min(target.find('&', at + 1), target.size());
    const auto pair = target.substr(at + 1, end - at - 1);
    if (pair.starts_with(name + "=")) return pair.substr(name.size() + 1);
    at = end == target.size() ? std::string::npos : end;
  }
  return {};
}

fake_discord_connection::fake_discord_connection(fake_discord& owner, int socket)
    : owner_(owner), socket_(socket) {
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval limit{5, 0};
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  thread_ = std::thread([this] { run(); });
}

fake_discord_connection::~fake_discord_connection() {
  shut();
  thread_.join();
  ::close(socket_);
  if (compressing_) deflateEnd(&deflater_);
}

void fake_discord_connection::say(const std::string& text) {
  if (!compressing_) return frame(0x1, text);
  std::string out;
  std::array<char, 4096> piece{};
  deflater_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  deflater_.avail_in = static_cast<uInt>(text.size());
  do {
    deflater_.next_out = reinterpret_cast<Bytef*>(piece.data());
    deflater_.avail_out = static_cast<uInt>(piece.size());
    deflate(&deflater_, Z_SYNC_FLUSH);
    out.append(piece.data(), piece.size() - deflater_.avail_out);
  } while (deflater_.avail_out == 0);
  if (!owner_.split_) return frame(0x2, out);
  frame(0x2, out.substr(0, out.size() / 2));
  frame(0x2, out.substr(out.size() / 2));
}

void fake_discord_connection::say(int op, const json& data) {
  say(json{{"op", op}, {"d", data}}.dump());
}

void fake_discord_connection::frame(int opcode, const std::string& bytes) {
  send(websocket_frame(opcode, bytes));
}

void fake_discord_connection::shut() {
  ::shutdown(socket_, SHUT_RDWR);
}

void fake_discord_connection::half_a_frame() {
  const auto whole = websocket_frame(0x1, std::string(500, 'x'));
  send(whole.substr(0, whole.size() / 2));
  shut();
}

void fake_discord_connection::close(int code) {
  frame(0x8, {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)});
  ::shutdown(socket_, SHUT_WR);
}

void fake_discord_connection::send(const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto n = ::send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (n <= 0) return;
    done += static_cast<std::size_t>(n);
  }
}

bool fake_discord_connection::more() {
  std::array<char, 16384> piece;
  const auto n = ::recv(socket_, piece.data(), piece.size(), 0);
  if (n <= 0) return false;
  in_.append(piece.data(), static_cast<std::size_t>(n));
  return true;
}

bool fake_discord_connection::take(std::size_t n, std::string& out) {
  while (in_.size() < n)
    if (!more()) return false;
  out = in_.substr(0, n);
  in_.erase(0, n);
  return true;
}

void fake_discord_connection::run() {
  while (request()) {
  }
  if (gateway_) {
    const std::lock_guard lock(owner_.mutex_);
    gateway_ = false;
  }
}

bool fake_discord_connection::request() {
  while (in_.find("\r\n\r\n") == std::string::npos)
    if (!more()) return false;
  const auto end = in_.find("\r\n\r\n") + 4;
  const auto head = in_.substr(0, end);
  in_.erase(0, end);
  const auto first = head.find(' ');
  const auto target = head.substr(first + 1, head.find(' ', first + 1) - first - 1);
  std::map<std::string, std::string> headers;
  for (auto at = head.find("\r\n") + 2; at + 2 < head.size();) {
    const auto line_end = head.find("\r\n", at);
    const auto colon = head.find(':', at);
    if (colon < line_end) {
      auto value = head.substr(colon + 1, line_end - colon - 1);
      value.erase(0, value.find_first_not_of(' '));
      headers[lower(head.substr(at, colon - at))] = value;
    }
    at = line_end + 2;
  }
  if (lower(headers["upgrade"]) == "websocket") {
    upgrade(target, headers);
    return false;
  }
  int status = 200;
  std::vector<std::pair<std::string, std::string>> extra;
  const auto body = owner_.answer(target, headers, status, extra);
  auto text = "HTTP/1.1 " + std::to_string(status) +
              " Answer\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n";
  for (const auto& [name, value] : extra) text += name + ": " + value + "\r\n";
  send(text + "\r\n" + body);
  return true;
}

void fake_discord_connection::upgrade(const std::string& target,
                                      std::map<std::string, std::string>& headers) {
  send(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      websocket_accept_key(headers["sec-websocket-key"]) + "\r\n\r\n");
  {
    const std::lock_guard lock(owner_.mutex_);
    gateway_ = true;
    if (parameter(target, "compress") == "zlib-stream") {
      compressing_ = deflateInit(&deflater_, Z_DEFAULT_COMPRESSION) == Z_OK;
    }
    ++owner_.log_.connections;
    owner_.log_.upgrades.push_back(target);
    if (!owner_.silent_) say(10, {{"heartbeat_interval", owner_.options_.heartbeat_ms}});
    owner_.changed_.notify_all();
  }
  int code = 0;
  while (read_frame(code)) {
  }
  const std::lock_guard lock(owner_.mutex_);
  // Whoever closes so says that he will not come back.
  if (code == 1000 || code == 1001) owner_.sessions_.erase(session);
  session.clear();
  owner_.log_.closes.push_back(code);
  if (std::exchange(owner_.close_ends_silence_, false)) owner_.silent_ = false;
  owner_.changed_.notify_all();
}

bool fake_discord_connection::read_frame(int& code) {
  std::string head;
  if (!take(2, head)) return false;
  const int opcode = head[0] & 0x0f;
  auto size = static_cast<std::size_t>(head[1] & 0x7f);
  std::string more_size;
  if (size >= 126) {
    if (!take(size == 126 ? 2 : 8, more_size)) return false;
    size = 0;
    for (const char c : more_size) size = (size << 8) | static_cast<unsigned char>(c);
  }
  std::string mask;
  std::string body;
  if (!take(4, mask) || !take(size, body)) return false;
  websocket_mask(body, mask);
  const std::lock_guard lock(owner_.mutex_);
  if (opcode == 0x9) {
    if (!owner_.silent_) frame(0xA, body);
  } else if (opcode == 0x8) {
    if (body.size() >= 2)
      code = (static_cast<unsigned char>(body[0]) << 8) | static_cast<unsigned char>(body[1]);
    frame(0x8, body.substr(0, 2));
    shut();
    return false;
  } else if (opcode == 0x1) {
    owner_.payload(*this, json::parse(body));
  }
  return true;
}

}  // namespace outcry::test
