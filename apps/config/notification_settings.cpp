#include "apps/config/notification_settings.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "apps/config/secret.hpp"
#include "apps/config/setting_kinds.hpp"

namespace outcry::config {

using namespace kinds;

namespace {

constexpr const char* topic_form =
    "\"\", or an https:// URL (http:// on this machine: 127.0.0.1, [::1] or localhost) of a server "
    "and a topic of 1 to 64 letters, digits, - and _: \"https://ntfy.sh/TOPIC\"";

/// https://docs.ntfy.sh/publish/: a topic is the last part of the address.
bool is_topic(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

bool is_this_machine(std::string_view host_and_port) {
  constexpr std::string_view local[] = {"127.0.0.1", "localhost", "[::1]"};
  return std::any_of(std::begin(local), std::end(local), [&](std::string_view host) {
    return host_and_port.starts_with(host) &&
           (host_and_port.size() == host.size() || host_and_port[host.size()] == ':');
  });
}

/// Secrets and trades must not pass a network readable, nor go where a "@" hides.
bool take_topic(config& c, const std::string& text) {
  if (!text.empty()) {
    if (!is_url(text, {"https://", "http://"}) || text.find_first_of("@?#\\%") != std::string::npos)
      return false;
    const auto begin = text.find("://") + 3;
    const auto slash = text.find('/', begin);
    if (slash == std::string::npos || !is_topic(text.substr(text.rfind('/') + 1))) return false;
    const auto host = std::string_view(text).substr(begin, slash - begin);
    if (text.starts_with("http://") && !is_this_machine(host)) return false;
  }
  c.notifications.url = text;
  return true;
}

bool take_click(config& c, const std::string& text) {
  if (!text.empty() &&
      (!is_url(text, {"https://", "http://"}) || text.find_first_of("@?#\\") != std::string::npos))
    return false;
  c.notifications.click = text;
  return true;
}

/// "HH:MM" as a minute of the day; -1 when it is none.
int quiet_minute(std::string_view text) {
  auto digit = [&](std::size_t i) {
    return std::isdigit(static_cast<unsigned char>(text[i])) != 0;
  };
  if (!digit(0) || !digit(1) || text[2] != ':' || !digit(3) || !digit(4)) return -1;
  const int hour = (text[0] - '0') * 10 + text[1] - '0';
  const int minute = (text[3] - '0') * 10 + text[4] - '0';
  return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

bool take_quiet(config& c, const std::string& text) {
  auto& section = c.notifications;
  if (text.empty()) return section.quiet_from = section.quiet_to = 0, true;
  if (text.size() != 11 || text[5] != '-') return false;
  const int from = quiet_minute(std::string_view(text).substr(0, 5));
  const int to = quiet_minute(std::string_view(text).substr(6));
  if (from < 0 || to < 0 || from == to) return false;
  section.quiet_from = from;
  section.quiet_to = to;
  return true;
}

std::string shown_quiet(const config& c) {
  const auto& x = c.notifications;
  if (x.quiet_from == x.quiet_to) return {};
  return fmt::format("{:02}:{:02}-{:02}:{:02}", x.quiet_from / 60, x.quiet_from % 60,
                     x.quiet_to / 60, x.quiet_to % 60);
}

constexpr const char* in_notifications = "notifications";

void add_server(std::vector<setting>& all) {
  all.push_back(text(in_notifications, "url",
                     "Server and topic, such as \"https://ntfy.sh/a-long-name-nobody-guesses\"; "
                     "\"\" = nobody is\ntold anything. Who knows the topic of an open server can "
                     "read it.",
                     topic_form, take_topic, [](const config& c) { return c.notifications.url; }));
  all.push_back(path(in_notifications, "token_file",
                     "A file that holds an access token (tk_...) or user:password; \"\" = none.\n"
                     "OUTCRY_NOTIFICATIONS_TOKEN may give it itself.",
                     [](config& c) { return &c.notifications.token_file; }));
  all.push_back(path(in_notifications, "ca_file",
                     "Certificates (PEM) trusted beside the system's, for a server of your own.",
                     [](config& c) { return &c.notifications.ca_file; }));
  all.push_back(text(in_notifications, "click",
                     "Address of the phone page, opened at the right place; \"\" = none.",
                     "\"\", or an http:// or https:// URL without user, ? and #", take_click,
                     [](const config& c) { return c.notifications.click; }));
}

void add_budget(std::vector<setting>& all) {
  all.push_back(number(
      in_notifications, "budget_per_hour",
      "How many that are not urgent are sent one by one within an hour; what is beyond it comes\n"
      "together in a digest. 0 = only digests.",
      [](config& c) -> std::int64_t& { return c.notifications.budget_per_hour; }, 0, 60));
  all.push_back(number(
      in_notifications, "digest_minutes", "Minutes between two digests, at least.",
      [](config& c) -> std::int64_t& { return c.notifications.digest_minutes; }, 1, 1440));
  all.push_back(number(
      in_notifications, "escalate_after_minutes",
      "Minutes until an urgent one that is not acknowledged is sent again, as loud as it gets.\n"
      "Whatever you send to the floor acknowledges.",
      [](config& c) -> std::int64_t& { return c.notifications.escalate_after_minutes; }, 1, 1440));
  all.push_back(number(
      in_notifications, "escalations", "How often it is sent again at most.",
      [](config& c) -> std::int64_t& { return c.notifications.escalations; }, 0, 10));
  all.push_back(text(in_notifications, "quiet",
                     "Hours of this machine's clock in which only urgent ones are sent, such as\n"
                     "\"22:00-07:00\"; \"\" = none.",
                     "\"\" or \"HH:MM-HH:MM\"", take_quiet, shown_quiet));
}

using member_of = bool& (*)(config&);

void add_types(std::vector<setting>& all) {
  const std::pair<std::pair<place, place>, member_of> types[] = {
      {{"fills", "Each kind may be switched off. Orders that were filled."},
       [](config& c) -> bool& { return c.notifications.fills; }},
      {{"orders_rejected", "Orders the broker or the floor refused."},
       [](config& c) -> bool& { return c.notifications.orders_rejected; }},
      {{"bots", "Bots that failed or stopped by themselves; urgent with a position."},
       [](config& c) -> bool& { return c.notifications.bots; }},
      {{"commands", "Messages that not every bot has confirmed; urgent for stop and kill."},
       [](config& c) -> bool& { return c.notifications.commands; }},
      {{"halts", "The floor is halted or goes on; a ticker is. Urgent."},
       [](config& c) -> bool& { return c.notifications.halts; }},
      {{"broker", "The broker's connection was lost or is back."},
       [](config& c) -> bool& { return c.notifications.broker; }},
      {{"prices", "Prices went stale or are back."},
       [](config& c) -> bool& { return c.notifications.prices; }},
      {{"databases", "Firebase or the journal cannot be reached, or can again."},
       [](config& c) -> bool& { return c.notifications.databases; }},
      {{"dead_man", "The dead-man's switch has stopped all bots; urgent."},
       [](config& c) -> bool& { return c.notifications.dead_man; }},
      {{"signals", "A call waits for your yes."},
       [](config& c) -> bool& { return c.notifications.signals; }},
      {{"day_result", "What the trading day brought."},
       [](config& c) -> bool& { return c.notifications.day_result; }},
  };
  for (const auto& [words, member] : types)
    all.push_back(flag(in_notifications, words.first, words.second, member));
}

}  // namespace

void add_notification_settings(std::vector<setting>& all) {
  add_server(all);
  add_budget(all);
  add_types(all);
}

tl::expected<std::string, std::string> notification_secret(const config& x) {
  const auto& section = x.notifications;
  if (!section.token.empty() || section.token_file.empty()) return section.token;
  auto read = read_secret(section.token_file);
  if (!read) return tl::unexpected("notifications.token_file: " + read.error());
  return read;
}

}  // namespace outcry::config
