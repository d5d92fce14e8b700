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

bool has_signal_database(const config& x) {
  return !x.signals.database.empty() || !x.signals.database_file.empty();
}

bool has_discord_token(const config& x) {
  return !x.discord.token.empty() || !x.discord.token_file.empty();
}

bool has_notification_token(const config& x) {
  return !x.notifications.token.empty() || !x.notifications.token_file.empty();
}

std::filesystem::path signal_token_file(const config& x, const signal_token_section& token) {
  if (!token.token_file.empty()) return token.token_file;
  return x.floor.data_dir / ("signals-" + token.name + ".token");
}

std::filesystem::path inspection_token_file(const config& x) {
  if (!x.inspection.token_file.empty()) return x.inspection.token_file;
  return x.floor.data_dir / "inspection.token";
}

std::filesystem::path tradingview_secret_file(const config& x, const tradingview_section& page) {
  if (!page.secret_file.empty()) return page.secret_file;
  return x.floor.data_dir / ("tradingview-" + page.name + ".secret");
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
