#include "adapters/control/dial.hpp"

#include <cerrno>
#include <cstring>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include "adapters/control/server.hpp"

namespace outcry::control {

floor_unreachable connection_lost(const std::string& how) {
  return {unreachable::lost, "the floor closed the connection" + how + ": is it ending?"};
}

unique_fd dial(const std::filesystem::path& path, std::chrono::milliseconds limit) {
  auto text = path.string();
  if (text.size() > longest_socket_path())
    throw floor_unreachable{
        unreachable::no_socket,
        fmt::format("the socket's path {} has {} bytes, at most {} are possible", text, text.size(),
                    longest_socket_path())};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, text.data(), text.size());
  unique_fd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  auto end = std::chrono::steady_clock::now() + limit;
  while (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    auto error = errno;
    if (error == ENOENT || error == ENOTDIR)
      throw floor_unreachable{
          unreachable::no_socket,
          fmt::format("no floor has opened {}: start one with outcryd --config FILE", text)};
    if (error == ECONNREFUSED)
      throw floor_unreachable{
          unreachable::nobody_there,
          fmt::format("the floor of {} is not running: start it with outcryd --config FILE", text)};
    if (error == EACCES || error == EPERM)
      throw floor_unreachable{
          unreachable::not_allowed,
          fmt::format("{} belongs to another account: use the floor's own, or root", text)};
    // A full backlog has no event to wait for.
    if (error != EAGAIN && error != EINTR)
      throw floor_unreachable{unreachable::lost,
                              fmt::format("cannot connect to {}: {}", text, std::strerror(error))};
    if (std::chrono::steady_clock::now() > end)
      throw floor_unreachable{unreachable::silent,
                              fmt::format("the floor of {} takes no connection: it hangs", text)};
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return fd;
}

void throw_refusal(const nlohmann::json& error) {
  auto member = [&](const char* name) {
    return error.is_object() && error.contains(name) && error[name].is_string()
               ? error[name].get<std::string>()
               : std::string{"unknown"};
  };
  throw request_refused{member("code"), member("reason")};
}

void check_greeting(const nlohmann::json& hello) {
  if (hello.contains("error")) {
    try {
      throw_refusal(hello["error"]);
    } catch (const request_refused& refused) {
      auto why =
          refused.code() == "mailbox_full" ? unreachable::too_busy : unreachable::not_allowed;
      throw floor_unreachable{why, std::string{"the floor refuses us: "} + refused.what()};
    }
  }
  if (hello.value("outcry", nlohmann::json{}) != protocol_version)
    throw floor_unreachable{
        unreachable::other_version,
        fmt::format("the floor speaks version {} of the protocol, this program version {}: use the "
                    "outcry that came with the floor",
                    hello.contains("outcry") ? hello["outcry"].dump() : "?", protocol_version)};
}

}  // namespace outcry::control
