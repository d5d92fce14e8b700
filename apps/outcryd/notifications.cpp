#include "apps/outcryd/notifications.hpp"

#include <ctime>
#include <stdexcept>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/notify/notifier.hpp"
#include "adapters/ntfy/bridge.hpp"
#include "apps/config/notification_settings.hpp"

namespace outcry::app {

namespace {

constexpr std::int64_t ms_per_minute = 60'000;

int local_minute_of_day(std::int64_t unix_s) {
  const auto when = static_cast<std::time_t>(unix_s);
  std::tm local{};
  localtime_r(&when, &local);
  return local.tm_hour * 60 + local.tm_min;
}

std::set<notice_kind> muted_kinds(const config::notifications_section& section) {
  const std::pair<notice_kind, bool> switches[] = {
      {notice_kind::fill, section.fills},
      {notice_kind::order_rejected, section.orders_rejected},
      {notice_kind::bot, section.bots},
      {notice_kind::command, section.commands},
      {notice_kind::halt, section.halts},
      {notice_kind::broker, section.broker},
      {notice_kind::price, section.prices},
      {notice_kind::database, section.databases},
      {notice_kind::dead_man, section.dead_man},
      {notice_kind::signal, section.signals},
      {notice_kind::day_result, section.day_result},
  };
  std::set<notice_kind> muted;
  for (const auto& [kind, on] : switches)
    if (!on) muted.insert(kind);
  return muted;
}

notifier_options choose_notifier(const config::notifications_section& section) {
  notifier_options options;
  options.limits.budget_per_hour = static_cast<std::uint32_t>(section.budget_per_hour);
  options.limits.digest_ms = section.digest_minutes * ms_per_minute;
  options.limits.escalate_ms = section.escalate_after_minutes * ms_per_minute;
  options.limits.escalations = static_cast<std::uint32_t>(section.escalations);
  options.limits.page = section.click;
  options.muted = muted_kinds(section);
  options.quiet_from = section.quiet_from;
  options.quiet_to = section.quiet_to;
  options.minute_of_day = local_minute_of_day;
  return options;
}

}  // namespace

void open_notifications(open_house& at) {
  const auto& section = at.settings.notifications;
  if (section.url.empty()) return;
  auto secret = config::notification_secret(at.settings);
  if (!secret) throw std::runtime_error(secret.error());
  ntfy::client_options client;
  client.to = ntfy::parse_topic(section.url);
  client.secret = std::move(*secret);
  client.ca_file = section.ca_file.string();
  ntfy::authorization(client.secret);  // what is wrong with it is told to people
  spdlog::info("notifications go to {}", client.to.server);
  child_spec pusher;
  pusher.name = pusher.kind = "ntfy";
  pusher.start = [client, house = at.house](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn(ntfy::bridge, client, house));
  };
  at.links["ntfy"] = place(at, floor_tier::bridges, std::move(pusher));
  notifier_services services;
  services.pusher = caf::actor_cast<pusher_actor>(at.links["ntfy"]);
  services.desk = at.desk;
  services.roster = at.roster;
  services.journal = at.journal;
  services.house = at.house;
  services.options = choose_notifier(section);
  services.relay = at.relay;
  services.market = at.market;
  services.orders = at.orders;
  services.performance = at.performance;
  services.signals = at.signal_store;
  services.dead_man = at.dead_man;
  child_spec teller;
  teller.name = teller.kind = "notifier";
  teller.start = [services](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn(notifier, services));
  };
  place(at, floor_tier::bridges, std::move(teller));
}

}  // namespace outcry::app
