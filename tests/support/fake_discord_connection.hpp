#pragma once

#include <map>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include <zlib.h>

#include "tests/support/fake_discord.hpp"

/// Between the files of the fake Discord.
namespace outcry::test {

inline constexpr fake_discord::id usual_author = 2000;

inline std::string text_id(fake_discord::id n) {
  return std::to_string(n);
}

/// A parameter of a request's target; empty when it is not there.
std::string parameter(const std::string& target, const std::string& name);

/// One TCP connection on a thread of its own: requests, and at an upgrade the gateway.
class fake_discord_connection {
public:
  fake_discord_connection(fake_discord& owner, int socket);
  ~fake_discord_connection();
  fake_discord_connection(const fake_discord_connection&) = delete;
  fake_discord_connection& operator=(const fake_discord_connection&) = delete;
  bool is_gateway() const { return gateway_; }
  bool in_session() const { return gateway_ && !session.empty(); }

  void shut();

  /// A payload, compressed where that was asked for.
  void say(const std::string& text);
  void say(int op, const nlohmann::json& data);
  void frame(int opcode, const std::string& bytes);
  void half_a_frame();
  void close(int code);

  std::string session;  ///< guarded by the owner's mutex

private:
  void send(const std::string& bytes);
  bool more();
  bool take(std::size_t n, std::string& out);
  void run();
  bool request();
  void upgrade(const std::string& target, std::map<std::string, std::string>& headers);
  bool read_frame(int& code);

  fake_discord& owner_;
  int socket_;
  std::string in_;
  bool gateway_ = false;
  bool compressing_ = false;
  z_stream deflater_{};
  std::thread thread_;
};

}  // namespace outcry::test
