// Messages per second from one Redis channel into a callback: a bare blocking hiredis loop, our
// subscriber's batch callback, and a typed topic, in turns against the same server. Everything is
// published before the reader begins, so that it is the reader that is measured: the server only
// empties its buffer. Processor time per message is the reader's alone.
// Usage: redis_subscriber_bench [messages] [rounds]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hiredis/hiredis.h>

#include <time.h>

#include "adapters/redis/subscriber.hpp"
#include "tests/support/redis_server.hpp"

namespace {

using outcry::test::redis_server;
using steady = std::chrono::steady_clock;

constexpr std::string_view channel = "TICKER_UPDATES_AAPL";
constexpr std::string_view payload =
    R"({"data":{"type":"price","timestamp":"2013-10-08 14:30:00.123000+00:00","price":"482.9200",)"
    R"("volume":"100","symbol":"AAPL"},"timestamp":"2013-10-08T14:30:00.124000","sender":"bench"})";

/// Called when the reader is subscribed, on its thread: publishes everything.
using publish_all = std::function<void()>;

void bare_loop(std::uint16_t port, std::size_t total, const publish_all& ready) {
  auto* link = redisConnect("127.0.0.1", port);
  freeReplyObject(redisCommand(link, "SUBSCRIBE %s", channel.data()));
  ready();
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < total; ++i) {
    void* raw = nullptr;
    if (redisGetReply(link, &raw) != REDIS_OK) std::abort();
    auto* answer = static_cast<redisReply*>(raw);
    bytes += answer->element[2]->len;
    freeReplyObject(answer);
  }
  redisFree(link);
  if (bytes != total * payload.size()) std::abort();
}

/// Runs a subscriber until `all` is set. Its thread publishes before it reads on.
template <class Prepare>
void our_loop(std::uint16_t port, const publish_all& ready, std::promise<void>& all,
              outcry::redis::subscriber_options options, Prepare prepare) {
  options.connection.address.host = "127.0.0.1";
  options.connection.address.port = port;
  options.on_confirmed = [&](std::string_view, bool active) {
    if (active) ready();
  };
  outcry::redis::subscriber client(options);
  [[maybe_unused]] auto token = prepare(client);
  client.start();
  all.get_future().wait();
  client.stop();
}

void batch_loop(std::uint16_t port, std::size_t total, const publish_all& ready) {
  std::size_t messages = 0;
  std::size_t bytes = 0;
  std::promise<void> all;
  outcry::redis::subscriber_options options;
  options.on_batch = [&](std::span<const outcry::redis::message> batch) {
    for (const auto& message : batch) bytes += message.payload.size();
    messages += batch.size();
    if (messages == total) all.set_value();
  };
  our_loop(port, ready, all, options, [](auto& client) {
    client.subscribe(channel);
    return 0;
  });
  if (bytes != total * payload.size()) std::abort();
}

outcry::redis::result<std::size_t> decode_size(std::string_view text) {
  return text.size();
}

void topic_loop(std::uint16_t port, std::size_t total, const publish_all& ready) {
  std::size_t messages = 0;
  std::promise<void> all;
  outcry::redis::topic<std::size_t> where{std::string(channel), decode_size};
  our_loop(port, ready, all, {}, [&](auto& client) {
    return client.template on<std::size_t>(where, [&](const std::size_t&) {
      if (++messages == total) all.set_value();
    });
  });
}

/// What publishes: commands made beforehand, sent without looking at the answers one by one.
void flood(std::uint16_t port, std::size_t total) {
  auto* link = redisConnect("127.0.0.1", port);
  std::size_t owed = 0;
  for (std::size_t i = 0; i < total; ++i) {
    redisAppendCommand(link, "PUBLISH %s %b", channel.data(), payload.data(), payload.size());
    if (++owed < 1000 && i + 1 < total) continue;
    for (; owed > 0; --owed) {
      void* raw = nullptr;
      if (redisGetReply(link, &raw) != REDIS_OK) std::abort();
      freeReplyObject(raw);
    }
  }
  redisFree(link);
}

struct measured {
  double per_second = 0;
  double cpu_ns = 0;  ///< processor time of the reading side per message
};

double process_cpu_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

using loop = void (*)(std::uint16_t port, std::size_t total, const publish_all& ready);

measured measure(std::uint16_t port, std::size_t total, loop read) {
  steady::time_point start;
  double cpu = 0;
  read(port, total, [&] {
    flood(port, total);
    cpu = process_cpu_ns();
    start = steady::now();
  });
  auto seconds = std::chrono::duration<double>(steady::now() - start).count();
  auto count = static_cast<double>(total);
  return {count / seconds, (process_cpu_ns() - cpu) / count};
}

struct contender {
  const char* name;
  loop read;
  std::vector<double> rates;
  std::vector<double> costs;
};

double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (!redis_server::available()) {
    std::puts("SKIPPED: redis-server is not installed");
    return 0;
  }
  std::size_t total = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 300'000;
  int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  redis_server::options options;
  options.more = {"--client-output-buffer-limit", "pubsub 0 0 0"};
  redis_server server(options);
  contender contenders[] = {{"bare hiredis loop", bare_loop, {}, {}},
                            {"subscriber, batch callback", batch_loop, {}, {}},
                            {"subscriber, typed topic", topic_loop, {}, {}}};
  for (int round = 0; round < rounds; ++round)
    for (auto& who : contenders) {
      auto result = measure(server.port(), total, who.read);
      who.rates.push_back(result.per_second);
      who.costs.push_back(result.cpu_ns);
    }
  double bare_rate = median(contenders[0].rates);
  double bare_cost = median(contenders[0].costs);
  std::printf("%zu messages of %zu bytes, median of %d rounds\n", total, payload.size(), rounds);
  for (const auto& who : contenders)
    std::printf("%-28s %10.0f messages/s  ratio %5.2f   %6.0f ns cpu/message  ratio %5.2f\n",
                who.name, median(who.rates), median(who.rates) / bare_rate, median(who.costs),
                bare_cost / median(who.costs));
}
