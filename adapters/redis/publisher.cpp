#include "adapters/redis/publisher.hpp"

#include "adapters/redis/publisher_core.hpp"

namespace outcry::redis {

namespace {

/// What the wire form adds to the texts of a command, at most.
constexpr std::size_t framing_bytes = 32;

}  // namespace

publisher::publisher(publisher_options options)
    : core_(std::make_shared<core>(std::move(options))) {}

publisher::~publisher() {
  stop();
  // An actor may end with the last reference to it, which this very thread held to wake it. What
  // the thread still needs it owns.
  if (thread_.joinable()) thread_.detach();
}

void publisher::start() {
  if (thread_.joinable() || core_->stop.requested) return;
  thread_ = start_thread("redis-pub", [core = core_] { core->run(); });
}

void publisher::stop() {
  {
    // Under the lock: no command is accepted after the thread has emptied the queue.
    std::lock_guard lock(core_->mutex);
    core_->stop.request();
  }
  if (!thread_.joinable())
    core_->fail_everything();
  else if (thread_.get_id() != std::this_thread::get_id())
    thread_.join();
}

bool publisher::drain(std::chrono::milliseconds limit) {
  std::unique_lock lock(core_->mutex);
  return core_->drained.wait_for(lock, limit, [&] { return core_->outstanding == 0; });
}

submitted publisher::publish(std::string_view channel, std::string_view payload, published done) {
  answered translated;
  if (done)
    translated = [done = std::move(done)](const result<reply>& answer) {
      if (!answer)
        done(answer.error());
      else if (answer->is_integer())
        done(answer->integer());
      else
        done(failure{failure_kind::protocol, "PUBLISH was not answered with a number"});
    };
  auto about = channel.size() + payload.size() + 3 * framing_bytes;
  return core_->submit(
      [&](std::string& out) {
        append_command(out, {"PUBLISH", channel, payload});
      },
      about, std::move(translated));
}

submitted publisher::command(const arguments& words, answered done) {
  std::size_t about = framing_bytes;
  for (const auto& word : words) about += word.size() + framing_bytes;
  return core_->submit([&](std::string& out) { append_command(out, words); }, about,
                       std::move(done));
}

bool publisher::is_live() const {
  return core_->live;
}

publisher_counters publisher::counters() const {
  std::lock_guard lock(core_->mutex);
  auto now = core_->figures;
  now.reconnects = now.connects > 0 ? now.connects - 1 : 0;
  now.outstanding = core_->outstanding;
  const auto at = ms_of(std::chrono::steady_clock::now());
  now.lag_ms = core_->given_ms.empty() ? core_->lag.lag_ms(at)
                                       : core_->lag.lag_ms(at, core_->given_ms.front());
  return now;
}

}  // namespace outcry::redis
