#include "adapters/redis/stream_reader.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

namespace outcry::redis {

namespace {

/// Acknowledgements in one XACK.
constexpr std::size_t ack_batch = 512;

}  // namespace

struct stream_reader::core {
  explicit core(stream_reader_options wanted) : options(std::move(wanted)) {}

  stream_reader_options options;
  stop_signal stop;
  std::atomic<bool> live = false;
  mutable std::mutex mutex;
  stream_reader_counters figures;
  std::vector<std::string> acks;

  void run();

private:
  void report(link_state state, std::optional<failure> reason, unsigned attempt,
              std::chrono::milliseconds retry_in);
  failure serve(connection& link);
  std::optional<failure> read_own_pending(connection& link);
  std::optional<failure> claim(connection& link);
  std::optional<failure> send_acks(connection& link);
  std::optional<failure> mend(connection& link, const failure& what);
  void hand_over(const entry_batch& batch, delivery how);
  void forget_deleted(const entry_batch& batch);
  template <class Call>
  void guarded(Call call);
};

template <class Call>
void stream_reader::core::guarded(Call call) {
  try {
    call();
  } catch (...) {
    std::lock_guard lock(mutex);
    ++figures.callback_errors;
  }
}

void stream_reader::core::report(link_state state, std::optional<failure> reason, unsigned attempt,
                                 std::chrono::milliseconds retry_in) {
  live = state == link_state::live;
  if (options.on_state)
    guarded([&] { options.on_state({state, std::move(reason), attempt, retry_in}); });
}

void stream_reader::core::run() {
  unsigned attempt = 0;
  while (!stop.requested) {
    report(link_state::connecting, std::nullopt, attempt, {});
    failure reason;
    auto connects_before = figures.connects;
    auto opened = connection::open(options.connection, &stop.event);
    try {
      reason = opened ? serve(*opened) : opened.error();
    } catch (const std::bad_alloc&) {
      reason = {failure_kind::out_of_memory, "no memory for the stream reader"};
    }
    if (stop.requested) break;
    attempt = figures.connects > connects_before ? 1 : attempt + 1;
    auto pause = backoff_delay(attempt, options.link.backoff, options.link.uniform());
    report(link_state::down, reason, attempt, pause);
    if (!pause_until(std::chrono::steady_clock::now() + pause, stop.event)) break;
  }
  report(link_state::stopped, std::nullopt, attempt, {});
}

failure stream_reader::core::serve(connection& link) {
  auto made = create_group(link, options.stream, options.group, options.from);
  if (!made) return made.error();
  {
    std::lock_guard lock(mutex);
    ++figures.connects;
  }
  report(link_state::live, std::nullopt, 0, {});
  // First what we may have done already: acknowledged entries must not come again.
  if (auto bad = send_acks(link)) return *bad;
  if (auto bad = read_own_pending(link)) return *bad;
  auto next_claim = std::chrono::steady_clock::now();
  while (!stop.requested) {
    if (auto bad = send_acks(link)) return *bad;
    if (options.claim_idle.count() > 0 && std::chrono::steady_clock::now() >= next_claim) {
      if (auto bad = claim(link)) return *bad;
      next_claim = std::chrono::steady_clock::now() + options.claim_every;
    }
    auto batch = read_group(link, options.stream, options.group, options.consumer, ">",
                            {options.batch, options.block});
    if (batch) {
      hand_over(*batch, delivery::fresh);
    } else if (auto bad = mend(link, batch.error())) {
      return *bad;
    }
  }
  return {failure_kind::cancelled, "stopped"};
}

/// Makes the group again when that is what is wrong; otherwise the failure ends the connection,
/// unless it was a single unreadable answer.
std::optional<failure> stream_reader::core::mend(connection& link, const failure& what) {
  if (what.kind == failure_kind::malformed) {
    if (options.on_error) guarded([&] { options.on_error(what); });
    return std::nullopt;
  }
  if (!group_is_gone(what)) return what;
  // From the beginning: whatever was written since the loss is for us too.
  auto made = create_group(link, options.stream, options.group, "0");
  if (!made) return made.error();
  {
    std::lock_guard lock(mutex);
    ++figures.groups_lost;
    acks.clear();
  }
  if (options.on_group_lost) guarded([&] { options.on_group_lost(); });
  return std::nullopt;
}

std::optional<failure> stream_reader::core::read_own_pending(connection& link) {
  std::string after = "0";
  while (!stop.requested) {
    auto batch = read_group(link, options.stream, options.group, options.consumer, after,
                            {options.batch, std::nullopt});
    if (!batch) return mend(link, batch.error());
    if (batch->entries.empty() && batch->deleted.empty()) return std::nullopt;
    // Entries and deleted ones come mixed and in order: go on behind the last of both.
    auto all = batch->raw[0][1];
    after = all[all.size() - 1][0].text();
    hand_over(*batch, delivery::pending);
  }
  return std::nullopt;
}

std::optional<failure> stream_reader::core::claim(connection& link) {
  std::string start = "0-0";
  do {
    auto batch = auto_claim(link, options.stream, options.group, options.consumer,
                            options.claim_idle, start, options.batch);
    if (!batch) return mend(link, batch.error());
    start = batch->next;
    hand_over(*batch, delivery::claimed);
    if (auto bad = send_acks(link)) return bad;
  } while (start != "0-0" && !stop.requested);
  return std::nullopt;
}

void stream_reader::core::forget_deleted(const entry_batch& batch) {
  std::lock_guard lock(mutex);
  for (const auto& id : batch.deleted)
    if (acks.size() < options.max_acknowledgements) acks.push_back(id);
}

void stream_reader::core::hand_over(const entry_batch& batch, delivery how) {
  if (!batch.deleted.empty()) forget_deleted(batch);
  if (batch.entries.empty()) return;
  {
    std::lock_guard lock(mutex);
    figures.entries += batch.entries.size();
    if (how == delivery::claimed) figures.claimed += batch.entries.size();
  }
  if (options.on_entries) guarded([&] { options.on_entries(batch.entries, how); });
}

std::optional<failure> stream_reader::core::send_acks(connection& link) {
  while (true) {
    std::vector<std::string> ids;
    {
      std::lock_guard lock(mutex);
      if (acks.empty()) return std::nullopt;
      auto count = std::min(ack_batch, acks.size());
      ids.assign(acks.begin(), acks.begin() + static_cast<std::ptrdiff_t>(count));
    }
    auto taken = redis::acknowledge(link, options.stream, options.group, ids);
    if (!taken) return taken.error();
    std::lock_guard lock(mutex);
    // Only now: a connection that broke before its answer leaves them for the next one.
    acks.erase(acks.begin(),
               acks.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), acks.size())));
    figures.acknowledged += static_cast<std::uint64_t>(*taken);
  }
}

stream_reader::stream_reader(stream_reader_options options)
    : core_(std::make_shared<core>(std::move(options))) {}

stream_reader::~stream_reader() {
  stop();
  // An actor may end with the last reference to it, which this very thread held to wake it. What
  // the thread still needs it owns.
  if (thread_.joinable()) thread_.detach();
}

void stream_reader::start() {
  if (thread_.joinable() || core_->stop.requested) return;
  thread_ = start_thread("redis-stream", [core = core_] { core->run(); });
}

void stream_reader::stop() {
  core_->stop.request();
  if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
}

bool stream_reader::acknowledge(std::string_view id) {
  std::lock_guard lock(core_->mutex);
  if (core_->acks.size() >= core_->options.max_acknowledgements) {
    ++core_->figures.acks_dropped;
    return false;
  }
  core_->acks.emplace_back(id);
  return true;
}

bool stream_reader::is_live() const {
  return core_->live;
}

stream_reader_counters stream_reader::counters() const {
  std::lock_guard lock(core_->mutex);
  return core_->figures;
}

}  // namespace outcry::redis
