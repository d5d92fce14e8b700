#include "adapters/firebase/bridge.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <caf/send.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "messages/keys.hpp"
#include "messages/paths.hpp"

namespace outcry::firebase {

namespace {

void add_message(std::vector<mirrored_message>& to, std::string_view key,
                 const nlohmann::json& value) {
  if (value.is_null()) return;
  to.push_back({std::string(key), unescape_key(key).value_or(std::string{}), value.dump()});
}

/// When a message was written, by the server's clock, else by its sender's.
std::int64_t written_at(const nlohmann::json& message) {
  if (!message.is_object()) return 0;
  for (const char* field : {"createdAt", "pressedAt"})
    if (auto at = message.find(field); at != message.end() && at->is_number())
      return static_cast<std::int64_t>(at->get<double>());
  return 0;
}

/// Many messages at once, as after an outage, in the order in which they were written.
std::vector<mirrored_message> in_order(const nlohmann::json& all) {
  std::vector<std::pair<std::int64_t, std::string>> keys;
  for (const auto& [key, value] : all.items()) keys.emplace_back(written_at(value), key);
  std::sort(keys.begin(), keys.end());
  std::vector<mirrored_message> result;
  for (const auto& [at, key] : keys)
    add_message(result, key, all.is_array() ? all[std::stoul(key)] : all[key]);
  return result;
}

link_status to_link(const stream_status& status, std::int64_t now_ms, std::uint64_t reconnects) {
  link_status link;
  link.since_ms = now_ms;
  link.reason = status.reason;
  link.reconnects = reconnects;
  switch (status.state) {
    case stream_state::connecting:
      link.state = link_state::connecting;
      break;
    case stream_state::live:
      link.state = link_state::live;
      break;
    case stream_state::down:
      link.state = link_state::down;
      break;
    case stream_state::cancelled:
      link.state = link_state::refused;
      break;
    case stream_state::fallback_polling:
      link.state = link_state::live;
      link.reason = "the server does not stream this query: it is polled; " + status.reason;
      break;
  }
  return link;
}

}  // namespace

std::vector<mirrored_message> messages_in(const stream_event& event) {
  std::vector<mirrored_message> result;
  auto data = nlohmann::json::parse(event.data, nullptr, false);
  if (data.is_discarded()) return result;
  auto path = event.path;
  if (path == "/") {
    // Keys 0, 1, 2 come as an array, here as at Google's.
    return data.is_structured() ? in_order(data) : result;
  }
  path.remove_prefix(1);
  if (event.what == stream_event::kind::put && path.find('/') == std::string_view::npos)
    add_message(result, path, data);
  return result;
}

bridge_state::~bridge_state() {
  // CAF 0.17 says nothing to those whose promise is dropped.
  mirror_reply ended;
  ended.outcome = mirror_outcome::retry_later;
  ended.reason = "the bridge ended";
  for (auto& [ticket, waiting] : waiting_) waiting.second.deliver(ended);
}

void bridge_state::open(bridge_options options) {
  options_ = std::move(options);
  for (auto& writer : writers_) writer = make_writer();
  writer_links_[0].name = "firebase.prompt";
  writer_links_[1].name = "firebase.history";
  writer_links_[2].name = "firebase.actors";
}

std::unique_ptr<patch_writer> bridge_state::make_writer() {
  // The thread must not keep the actor alive: it knows its address only.
  auto me = caf::actor_cast<caf::actor_addr>(self_);
  auto done = [me](std::uint64_t ticket, const mirror_reply& reply) {
    if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(me))
      caf::anon_send(caf::actor_cast<bridge_interface>(alive), ticket, reply);
  };
  return std::make_unique<patch_writer>(options_.url, options_.identity, options_.client, done);
}

void bridge_state::listen(const listen_to_mirror& request) {
  auto who = caf::actor_cast<relay_actor>(request.listener);
  bool same = who == listener_ && !request.from_the_start;
  listener_ = std::move(who);
  auto open = [&](ear& which, const std::string& link_name, const std::string& state_json) {
    if (same && which.hears && !*which.cancelled) return;  // it says so now and then
    which = {};
    which = open_ear(link_name, state_json);
  };
  open(sent_, "firebase.stream", json_string("sent"));
  open(unmarked_, "firebase.unmarked", "null");
}

bridge_state::ear bridge_state::open_ear(const std::string& link_name,
                                         std::string state_json) const {
  auto to = listener_;
  auto time = options_.house->time;
  stream_options options;
  options.path = std::string(paths::messages);
  options.query.order_by = "state";
  options.query.equal_to = std::move(state_json);
  options.ca_file = options_.client.ca_file;
  options.stall_timeout = options_.stall_timeout;
  options.on_event = [to](const stream_event& event) {
    for (auto& message : messages_in(event)) caf::anon_send(to, std::move(message));
  };
  auto downs = std::make_shared<std::uint64_t>(0);
  auto cancelled = std::make_shared<std::atomic<bool>>(false);
  options.on_state = [to, time, downs, cancelled, link_name](const stream_status& status) {
    if (status.state == stream_state::down) {
      ++*downs;
      spdlog::warn("{}, which hears operator messages, is down: {}", link_name, status.reason);
    } else if (status.state == stream_state::live) {
      spdlog::info("{}, which hears operator messages, is live", link_name);
    } else if (status.state == stream_state::cancelled) {
      *cancelled = true;
      spdlog::error("{}: Firebase's rules do not let us hear operator messages: {}", link_name,
                    status.reason);
    }
    auto link = to_link(status, time->now_ms(), *downs);
    link.name = link_name;
    caf::anon_send(to, std::move(link));
  };
  return {std::make_unique<stream>(options_.url, options_.identity, std::move(options)), cancelled};
}

caf::result<mirror_reply> bridge_state::write(const mirror_patch& patch) {
  auto promise = self_->make_response_promise<mirror_reply>();
  auto ticket = ++last_ticket_;
  if (!writers_[static_cast<std::size_t>(patch.lane)]->write(ticket, patch)) {
    mirror_reply busy;
    busy.outcome = mirror_outcome::retry_later;
    busy.reason = "another write of this lane is on its way";
    return promise.deliver(busy);
  }
  waiting_[ticket] = {patch.lane, promise};
  return promise;
}

void bridge_state::written(std::uint64_t ticket, const mirror_reply& reply) {
  auto found = waiting_.extract(ticket);
  if (found.empty()) return;
  auto& [lane, promise] = found.mapped();
  note_write(lane, reply);
  promise.deliver(reply);
}

void bridge_state::note_write(mirror_lane lane, const mirror_reply& reply) {
  auto& link = writer_links_[static_cast<std::size_t>(lane)];
  auto state = reply.outcome == mirror_outcome::retry_later ? link_state::down : link_state::live;
  if (state == link.state && reply.reason == link.reason) return;
  if (state == link_state::down && link.state != link_state::down) ++link.reconnects;
  link.state = state;
  link.reason = reply.reason;
  link.since_ms = options_.house->time->now_ms();
  if (listener_) self_->send(listener_, link);
}

link_list bridge_state::links() const {
  return {{writer_links_.begin(), writer_links_.end()}};
}

bridge_interface::behavior_type bridge(bridge_actor* self, bridge_options options) {
  self->observe({"firebase", "firebase", 1000});
  self->state.open(std::move(options));
  return {
      // Who wants to hear.
      [self](const listen_to_mirror& request) { self->state.listen(request); },
      // One write.
      [self](const mirror_patch& patch) { return self->state.write(patch); },
      // The connections.
      [self](const get_links&) { return self->state.links(); },
      // A writer is done.
      [self](std::uint64_t ticket, const mirror_reply& reply) {
        self->state.written(ticket, reply);
      },
  };
}

}  // namespace outcry::firebase
