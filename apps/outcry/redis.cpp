#include <atomic>
#include <chrono>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/redis/subscriber.hpp"
#include "apps/config/secret.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/redis_options.hpp"
#include "apps/outcry/verbs.hpp"
#include "apps/outcry/waiting.hpp"
#include "messages/channels.hpp"
#include "messages/market_codec.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// What Redis itself answered is no question of reaching it.
[[noreturn]] void give_up(const redis::failure& why) {
  auto text = "Redis: " + to_string(why);
  if (why.kind == redis::failure_kind::auth_failed || why.kind == redis::failure_kind::server_error)
    throw std::runtime_error(text);
  throw redis_unreachable(text);
}

redis::connection connect(const session& at) {
  auto opened = redis::connection::open(redis_options(at.settings));
  if (!opened) give_up(opened.error());
  return std::move(*opened);
}

/// One object becomes one message; an object that is an envelope already travels as it is.
void publish_one(redis::connection& to, output& out, const session& at, const std::string& channel,
                 const std::string& text) {
  auto data = json::parse(text, nullptr, false);
  if (!data.is_object()) throw std::invalid_argument("expected a JSON object, found " + text);
  auto payload = data.contains("data") ? text : to_envelope(text, "outcry", now_ns());
  auto answer = to.command({"PUBLISH", channel, payload});
  if (!answer) give_up(answer.error());
  auto count = answer->integer();
  if (at.json)
    out.line(json{{"channel", channel}, {"subscribers", count}}.dump());
  else
    out.line(fmt::format("{}: heard by {}", channel, count));
}

void show(output& out, const session& at, const redis::message& x) {
  std::string payload{x.payload};
  auto now_ms = now_ns() / ns_per_ms;
  if (!at.json)
    return out.line(
        {{local_time(now_ms), colour::dim}, {std::string{x.channel}, colour::bold}, {payload}});
  auto parsed = json::parse(payload, nullptr, false);
  json line = {{"at", now_ms}, {"channel", std::string{x.channel}}};
  line["payload"] = parsed.is_discarded() ? json(payload) : parsed;
  out.line(line.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

redis::connection_options redis_options(const config::config& settings) {
  if (settings.redis.url.empty())
    throw std::invalid_argument("redis.url is empty: this floor has no Redis");
  std::string password;
  if (!settings.redis.password_file.empty()) {
    auto read = config::read_secret(settings.redis.password_file);
    if (!read) throw std::invalid_argument("redis.password_file: " + read.error());
    password = *read;
  }
  auto address = redis::parse_url(settings.redis.url, password);
  if (!address) throw std::invalid_argument("redis.url: " + to_string(address.error()));
  redis::connection_options result;
  result.address = *address;
  result.client_name = "outcry-cli";
  return result;
}

exit_code publish(const session& at, const std::string& channel, const std::string& text) {
  auto to = connect(at);
  output out;
  if (text != "-") return publish_one(to, out, at, channel, text), all_done;
  std::string line;
  while (!interrupted() && !out.closed() && std::getline(std::cin, line))
    if (!line.empty()) publish_one(to, out, at, channel, line);
  return all_done;
}

exit_code subscribe(const session& at, const std::vector<std::string>& channels) {
  connect(at);  // a wrong address or password is told at once; later losses are waited out
  std::mutex mutex;
  output out;
  redis::subscriber_options options;
  options.connection = redis_options(at.settings);
  options.on_batch = [&](std::span<const redis::message> batch) {
    std::lock_guard lock{mutex};
    for (const auto& x : batch) show(out, at, x);
  };
  options.on_state = [](const redis::link_report& report) {
    if (report.reason) complain("Redis: " + to_string(*report.reason) + "; trying again");
  };
  options.on_error = [](std::string_view name, const redis::failure& reason) {
    complain(fmt::format("{}: {}", name, to_string(reason)));
  };
  redis::subscriber from{std::move(options)};
  for (const auto& channel : channels)
    if (channel.find_first_of("*?[") == std::string::npos) {
      // We are no bot: the floor shall not take us for one.
      if (auto ticker = channels::ticker_of(channel)) from.subscribe(channels::listeners(*ticker));
      from.subscribe(channel);
    } else {
      from.psubscribe(channel);
    }
  from.start();
  for (bool go_on = true; go_on;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    std::lock_guard lock{mutex};
    go_on = !interrupted() && !out.closed();
  }
  from.stop();
  return all_done;
}

}  // namespace outcry::cli
