#include "adapters/firebase/bridge.hpp"

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
  auto id = unescape_key(key);
  if (!id) {
    spdlog::error("operator message with an impossible key: {}", id.error());
    return;
  }
  to.push_back({*id, value.dump()});
}

link_status to_link(const stream_status& status, std::int64_t now_ms, std::uint64_t reconnects) {
  link_status link;
  link.name = "firebase.stream";
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
    if (data.is_object())
      for (const auto& [key, value] : data.items()) add_message(result, key, value);
    return result;
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

void bridge_state::listen(const caf::actor& listener) {
  auto who = caf::actor_cast<relay_actor>(listener);
  if (stream_ && who == listener_ && !*cancelled_) return;  // it says so now and then
  listener_ = std::move(who);
  auto to = listener_;
  auto time = options_.house->time;
  stream_options options;
  options.path = std::string(paths::messages);
  options.query.order_by = "state";
  options.query.equal_to = json_string("sent");
  options.ca_file = options_.client.ca_file;
  options.stall_timeout = options_.stall_timeout;
  options.on_event = [to](const stream_event& event) {
    for (auto& message : messages_in(event)) caf::anon_send(to, std::move(message));
  };
  auto downs = std::make_shared<std::uint64_t>(0);
  auto cancelled = std::make_shared<std::atomic<bool>>(false);
  options.on_state = [to, time, downs, cancelled](const stream_status& status) {
    if (status.state == stream_state::down) {
      ++*downs;
      spdlog::warn("the stream of operator messages is down: {}", status.reason);
    } else if (status.state == stream_state::live) {
      spdlog::info("the stream of operator messages is live");
    } else if (status.state == stream_state::cancelled) {
      *cancelled = true;
      spdlog::error("Firebase's rules do not let us hear operator messages: {}", status.reason);
    }
    caf::anon_send(to, to_link(status, time->now_ms(), *downs));
  };
  stream_.reset();
  cancelled_ = cancelled;
  stream_ = std::make_unique<stream>(options_.url, options_.identity, std::move(options));
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
  return {{writer_links_[0], writer_links_[1]}};
}

bridge_interface::behavior_type bridge(bridge_actor* self, bridge_options options) {
  self->observe({"firebase", "firebase", 1000});
  self->state.open(std::move(options));
  return {
      // Who wants to hear.
      [self](const listen_to_mirror& request) { self->state.listen(request.listener); },
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
