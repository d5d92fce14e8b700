#include "adapters/redis/subscriber.hpp"

#include <fmt/format.h>

#include "adapters/redis/subscriber_session.hpp"

namespace outcry::redis {

/// What the public object, its tokens and its thread share.
struct subscriber::core {
  explicit core(subscriber_options given) : options(std::move(given)) {}

  subscriber_options options;
  detail::wanted_channels wanted;
  detail::topic_table topics;
  detail::subscriber_figures figures;
  stop_signal stop;

  void run();
  void report(link_state state, std::optional<failure> reason, unsigned attempt,
              std::chrono::milliseconds retry_in);
};

void subscriber::core::report(link_state state, std::optional<failure> reason, unsigned attempt,
                              std::chrono::milliseconds retry_in) {
  figures.live = state == link_state::live;
  if (!options.on_state) return;
  try {
    options.on_state({state, std::move(reason), attempt, retry_in});
  } catch (...) {
    ++figures.callback_errors;
  }
}

void subscriber::core::run() {
  unsigned attempt = 0;
  while (!stop.requested) {
    report(link_state::connecting, std::nullopt, attempt, {});
    bool was_live = false;
    bool backlog = false;
    auto opened = connection::open(options.connection, &stop.event);
    failure reason;
    if (opened) {
      detail::subscriber_session session(options, wanted, topics, figures, stop, *opened, [&] {
        was_live = true;
        report(link_state::live, std::nullopt, 0, {});
      });
      reason = session.run();
      backlog = session.closed_with_backlog();
    } else {
      reason = opened.error();
    }
    wanted.disconnected();
    if (stop.requested) break;
    attempt = was_live ? 1 : attempt + 1;
    auto pause = backoff_delay(attempt, options.link.backoff, options.link.uniform());
    if (backlog) {
      ++figures.cut_offs;
      reason.text += "; a backlog was pending: we were too slow for its client-output-buffer-limit";
    }
    report(backlog ? link_state::cut_off : link_state::down, reason, attempt, pause);
    if (!pause_until(std::chrono::steady_clock::now() + pause, stop.event)) break;
  }
  report(link_state::stopped, std::nullopt, attempt, {});
}

subscriber::subscriber(subscriber_options options)
    : core_(std::make_shared<core>(std::move(options))) {}

subscriber::~subscriber() {
  stop();
  // An actor may end with the last reference to it, which this very thread held to wake it. What
  // the thread still needs it owns.
  if (thread_.joinable()) thread_.detach();
}

void subscriber::start() {
  if (thread_.joinable() || core_->stop.requested) return;
  thread_ = start_thread("redis-sub", [core = core_] { core->run(); });
}

void subscriber::stop() {
  core_->stop.request();
  if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
}

void subscriber::subscribe(std::string_view channel) {
  core_->wanted.want(channel, false);
}

void subscriber::unsubscribe(std::string_view channel) {
  core_->wanted.drop(channel, false);
}

void subscriber::psubscribe(std::string_view pattern) {
  core_->wanted.want(pattern, true);
}

void subscriber::punsubscribe(std::string_view pattern) {
  core_->wanted.drop(pattern, true);
}

subscription subscriber::add_topic(const std::string& channel, std::type_index type,
                                   void (*identity)(), detail::erased_decoder decode,
                                   detail::erased_callback call) {
  auto slot = core_->topics.add(channel, type, identity, std::move(decode), std::move(call));
  core_->wanted.want_token(channel);
  return subscription([weak = std::weak_ptr(core_), channel, slot] {
    auto held = weak.lock();
    if (!held) return;
    held->topics.remove(channel, slot);
    held->wanted.drop_token(channel);
  });
}

bool subscriber::is_live() const {
  return core_->figures.live;
}

bool subscriber::confirmed(std::string_view name) const {
  return core_->wanted.confirmed(name);
}

subscriber_counters subscriber::counters() const {
  const auto& figures = core_->figures;
  subscriber_counters now;
  now.messages = figures.messages;
  now.batches = figures.batches;
  now.bytes = figures.bytes;
  now.connects = figures.connects;
  now.reconnects = now.connects > 0 ? now.connects - 1 : 0;
  now.malformed = figures.malformed;
  now.oversized = figures.oversized;
  now.callback_errors = figures.callback_errors;
  now.cut_offs = figures.cut_offs;
  now.last_message = steady_time(steady_time::duration(figures.last_message));
  return now;
}

}  // namespace outcry::redis
