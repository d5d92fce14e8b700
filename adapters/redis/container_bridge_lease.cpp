#include <atomic>
#include <random>

#include <fmt/format.h>

#include "adapters/redis/container_bridge.hpp"
#include "adapters/redis/streams.hpp"
#include "messages/channels.hpp"

// One floor for one Redis: two would take each other's acknowledgements and brief each other's
// bots. And what the floor's word on the connection is while Redis answers, but refuses.

namespace outcry::redis {

namespace {

/// Takes or renews the lease in one step; answers nothing when it is ours, else whose it is.
constexpr std::string_view take_or_renew =
    "local holder = redis.call('GET', KEYS[1]) "
    "if holder and holder ~= ARGV[1] then return holder end "
    "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) "
    "return ''";

constexpr unsigned polls_until_read = 3;

constexpr const char* writing = "commands to bots";
constexpr const char* reading = "the reading of acknowledgements and orders";
constexpr const char* looking = "the look for bots";

/// For a floor whose journal cannot be asked: after a restart it waits until its lease has ended.
std::string random_name() {
  std::random_device source;
  return fmt::format("{:08x}{:08x}", source(), source());
}

}  // namespace

void container_bridge_state::know_floor(const std::string& floor_id) {
  if (!lease_value_.empty()) return;
  lease_value_ = options_.floor_name + " " + (floor_id.empty() ? random_name() : floor_id);
  poll();
}

void container_bridge_state::poll() {
  arguments words{"EVAL",       std::string(take_or_renew),
                  "1",          std::string(channels::floor),
                  lease_value_, std::to_string(options_.lease.count())};
  auto read = [](const reply& answer) { return std::optional(std::string(answer.text())); };
  redis_->ask(words, read, [this](const std::string& holder) {
    if (!holder.empty()) {
      stay_out(holder);
      poll_later();
      return;
    }
    hold();
    scan("0", std::make_shared<std::vector<std::string>>());
  });
}

void container_bridge_state::hold() {
  if (*holding_) return;
  *holding_ = true;
  set_trouble("lease", {});
  start_reader();
  start_order_reader();
  refresh_all();
}

void container_bridge_state::stay_out(const std::string& holder) {
  auto reason = "the floor " + holder + " has this Redis: its bots are not ours until it ends";
  set_trouble("lease", reason);
  let_lease_go();
  all_unheard(reason);
}

// What was read and not dealt with comes again to whoever holds the lease next.
void container_bridge_state::let_lease_go() {
  *holding_ = false;
  early_.clear();
  early_orders_.clear();
  farewells_.clear();
  for (auto* reader : {&reader_, &order_reader_}) {
    if (!*reader) continue;
    (*reader)->stop();
    reader->reset();
  }
}

// -- what Redis refuses ---------------------------------------------------------------------------

void container_bridge_state::set_trouble(const std::string& source, const std::string& reason) {
  if (reason.empty())
    troubles_.erase(source);
  else
    troubles_[source] = reason;
  auto changed = link_.trouble(troubles_.empty() ? std::string{} : troubles_.begin()->second,
                               options_.house->time->now_ms());
  if (changed && options_.relay) self_->send(options_.relay, *changed);
}

void container_bridge_state::on_refused(const std::string& what, const failure& reason) {
  refusals_->add("redis.bots", what + ": " + reason.text, options_.house->time->now());
  set_trouble(what, "Redis refuses " + what + ": " + reason.text);
}

void container_bridge_state::on_reader(const link_report& report) {
  if (!report.reason) return;
  reader_live_polls_ = 0;
  if (report.reason->kind == failure_kind::server_error) on_refused(reading, *report.reason);
}

void container_bridge_state::looked() {
  set_trouble(looking, {});
  look_at_reader();
  poll_later();
}

void container_bridge_state::look_refused(const failure& reason) {
  on_refused(looking, reason);
}

// That the reader reads again shows in nothing but its staying connected.
void container_bridge_state::look_at_reader() {
  if (troubles_.count(reading) == 0) return;
  auto reads = [](const auto& reader) { return reader && reader->is_live(); };
  bool all = reads(reader_) && (!options_.orders || reads(order_reader_));
  reader_live_polls_ = all ? reader_live_polls_ + 1 : 0;
  if (reader_live_polls_ >= polls_until_read) set_trouble(reading, {});
}

// Also on the container bots' threads: of the bridge it touches what it holds itself, the rest only
// in what it posts.
container_bridge_state::writer container_bridge_state::make_writer() {
  auto refused = std::make_shared<std::atomic<bool>>(false);
  return [this, out = publisher_, to = inbox_, holding = holding_, refused,
          cap = options_.command_stream_cap](const std::string& bot_id, std::string_view kind,
                                             const std::string& json) {
    // What waited through an outage would come twice: it is sent again when Redis is back.
    if (!out->is_live() || !*holding) return false;
    auto done = [this, to, refused](const result<reply>& answer) {
      if (answer) {
        if (refused->exchange(false)) to->post_step([this] { set_trouble(writing, {}); });
      } else if (answer.error().kind == failure_kind::server_error) {
        *refused = true;
        to->post([this, reason = answer.error()] { on_refused(writing, reason); });
      }
    };
    stream_field field{kind, json};
    return out->command(xadd(channels::commands(bot_id), {&field, 1}, cap), done) ==
           submitted::queued;
  };
}

}  // namespace outcry::redis
