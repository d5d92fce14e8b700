#include "apps/config/config.hpp"

#include <fmt/format.h>

namespace outcry::config {

std::filesystem::path socket_path(const config& x) {
  return x.floor.data_dir / "outcry.sock";
}

std::string firebase_base_url(const config& x) {
  if (x.firebase.url != "local") return x.firebase.url;
  auto listen = x.local_firebase.listen;
  auto colon = listen.rfind(':');
  auto host = listen.substr(0, colon);
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "[::]") host = "[::1]";
  return fmt::format("http://{}{}", host, listen.substr(colon));
}

std::filesystem::path firebase_token_file(const config& x) {
  if (!x.firebase.token_file.empty()) return x.firebase.token_file;
  if (x.firebase.url == "local") return x.floor.data_dir / "floor.token";
  return {};
}

bool trades(const bot_section& x) {
  return x.strategy != "counter";
}

std::string to_string(const session_hours& x) {
  switch (x.when) {
    case session_hours::kind::always:
      return "always";
    case session_hours::kind::closed:
      return "closed";
    case session_hours::kind::daily:
      break;
  }
  return fmt::format("{:02}:{:02}-{:02}:{:02}", x.from_minute / 60, x.from_minute % 60,
                     x.to_minute / 60, x.to_minute % 60);
}

}  // namespace outcry::config
