#include "apps/outcry/notify.hpp"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/ntfy/client.hpp"
#include "apps/config/notification_settings.hpp"
#include "apps/outcry/output.hpp"

namespace outcry::cli {

namespace {

const char* word_for(push_outcome x) {
  switch (x) {
    case push_outcome::delivered:
      return "delivered";
    case push_outcome::unauthorized:
      return "unauthorized";
    case push_outcome::refused:
      return "refused";
    case push_outcome::retry_later:
      break;
  }
  return "not_delivered";
}

ntfy::client_options ntfy_options_of(const config::config& settings) {
  const auto& section = settings.notifications;
  if (section.url.empty())
    throw std::invalid_argument(
        "notifications.url: expected a server and a topic, as in https://ntfy.sh/TOPIC, found "
        "nothing: notifications are off");
  auto secret = config::notification_secret(settings);
  if (!secret) throw std::invalid_argument(secret.error());
  ntfy::client_options options;
  options.to = ntfy::parse_topic(section.url);
  options.secret = std::move(*secret);
  options.ca_file = section.ca_file.string();
  return options;
}

}  // namespace

exit_code notify_test(const session& at) {
  const auto options = ntfy_options_of(at.settings);
  ntfy::client phone(options);
  push_request message;
  message.title = "A test";
  message.text = fmt::format("The floor \"{}\" can reach this phone.", at.settings.floor.name);
  message.tags = {"bell"};
  message.click = at.settings.notifications.click;
  const auto reply = phone.publish(message, {});
  const bool delivered = reply.outcome == push_outcome::delivered;
  output out;
  if (at.json) {
    out.line(nlohmann::json{{"server", options.to.server},
                            {"outcome", word_for(reply.outcome)},
                            {"reason", reply.reason}}
                 .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else if (delivered) {
    out.line(options.to.server + " has taken it: look at your phone");
  } else {
    complain(harmless(reply.reason));
    if (reply.outcome == push_outcome::unauthorized)
      complain("look at notifications.token_file, and whether its user may write to the topic");
  }
  return delivered ? all_done : not_done;
}

}  // namespace outcry::cli
