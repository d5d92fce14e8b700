#include "adapters/control/client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <poll.h>
#include <sys/socket.h>

namespace outcry::control {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds tick{100};

}  // namespace

client::client(const std::filesystem::path& socket, milliseconds limit,
               const std::function<bool()>& go_on)
    : fd_(dial(socket, limit)), input_(longest_answer) {
  auto hello = next_line(limit, go_on);
  if (hello.is_null())
    throw floor_unreachable{unreachable::silent, "given up before the floor has said anything"};
  check_greeting(hello);
  greeting_ = std::make_shared<json>(std::move(hello));
}

const json& client::greeting() const {
  return *greeting_;
}

void client::write(const std::string& line, milliseconds limit) {
  auto end = steady_clock::now() + limit;
  std::size_t done = 0;
  while (done < line.size()) {
    auto sent = ::send(fd_.get(), line.data() + done, line.size() - done, MSG_NOSIGNAL);
    if (sent >= 0) {
      done += static_cast<std::size_t>(sent);
      continue;
    }
    if (errno == EPIPE || errno == ECONNRESET) return;  // what it said before closing is read next
    if (errno != EAGAIN && errno != EINTR) throw connection_lost("");
    if (steady_clock::now() > end)
      throw floor_unreachable{unreachable::silent, "the floor does not read our request: it hangs"};
    pollfd waiting{fd_.get(), POLLOUT, 0};
    ::poll(&waiting, 1, static_cast<int>(tick.count()));
  }
}

json client::next_line(milliseconds limit, const std::function<bool()>& go_on) {
  auto end = steady_clock::now() + limit;
  for (;;) {
    if (auto line = input_.next()) {
      auto result = json::parse(*line, nullptr, false);
      if (!result.is_object())
        throw floor_unreachable{unreachable::misunderstood,
                                "what answers at the socket is no floor: no JSON object"};
      return result;
    }
    if (input_.overflowed())
      throw floor_unreachable{unreachable::misunderstood, "the floor's answer is too long"};
    if (go_on && !go_on()) return nullptr;
    if (steady_clock::now() > end)
      throw floor_unreachable{
          unreachable::silent,
          fmt::format("the floor has not answered for {} s: it hangs", limit.count() / 1000)};
    pollfd waiting{fd_.get(), POLLIN, 0};
    ::poll(&waiting, 1, static_cast<int>(std::min(limit, tick).count()));
    std::array<char, 65536> bytes;
    auto got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    if (got > 0)
      input_.add({bytes.data(), static_cast<std::size_t>(got)});
    else if (got == 0)
      throw connection_lost("");
    else if (errno != EAGAIN && errno != EINTR)
      throw connection_lost(std::string{" ("} + std::strerror(errno) + ")");
  }
}

json client::call(const std::string& op, const json& arguments, const listener& on) try {
  auto request = arguments;
  auto id = ++last_id_;
  request["id"] = id;
  request["op"] = op;
  write(request.dump(-1, ' ', false, json::error_handler_t::replace) + "\n", on.silence);
  for (;;) {
    auto line = next_line(on.silence, on.go_on);
    if (line.is_null()) {
      fd_.reset();
      return line;
    }
    if (line.contains("error") && line.value("id", id) == id) throw_refusal(line["error"]);
    if (line.value("id", std::uint64_t{0}) != id) continue;
    if (line.contains("item") && on.item) on.item(line["item"]);
    if (line.contains("dropped") && on.dropped) on.dropped(line["dropped"].get<std::uint64_t>());
    if (line.contains("end")) return line;
    // While much is coming, nobody waits, and still the caller wants a say.
    if (on.go_on && !on.go_on()) {
      fd_.reset();
      return nullptr;
    }
  }
} catch (const json::exception& e) {
  throw floor_unreachable{unreachable::misunderstood,
                          std::string{"the floor's answer makes no sense: "} + e.what()};
}

}  // namespace outcry::control
