#include "adapters/control/bridge.hpp"

#include <algorithm>
#include <random>

#include <caf/send.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/control/sessions.hpp"
#include "messages/push_id.hpp"

namespace outcry::control {

namespace {

std::uint64_t system_random() {
  thread_local std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

server::options server_options(const bridge_options& x) {
  auto result = x.limits;
  result.path = x.socket;
  result.greeting =
      nlohmann::json{{"outcry", protocol_version}, {"name", x.floor_name}, {"version", x.version}}
          .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return result;
}

}  // namespace

bridge_state::~bridge_state() {
  end_sessions();
  if (server_) server_->stop();
}

void bridge_state::open(bridge_options options) {
  if (!options.random_bits) options.random_bits = system_random;
  // The server's thread must not keep this actor alive, only reach it while it lives.
  auto to = caf::actor_cast<caf::actor_addr>(self_);
  server::events on;
  on.line = [to](connection_id from, const peer& who, std::string line) {
    if (auto alive = caf::actor_cast<caf::actor>(to))
      caf::anon_send(alive, from, std::move(line), who.user);
  };
  on.closed = [to](connection_id connection) {
    if (auto alive = caf::actor_cast<caf::actor>(to)) caf::anon_send(alive, connection);
  };
  server_ = std::make_shared<server>(server_options(options), std::move(on));
  context_ = std::make_shared<const bridge_options>(std::move(options));
}

void bridge_state::on_line(connection_id from, const std::string& line, const std::string& user) {
  auto now_ms = context_->house->time->now_ms();
  auto parsed = parse_request(line, now_ms, "local:" + user);
  if (!parsed) {
    const auto& refused = parsed.error();
    server_->finish(from, error_line(refused.id, to_string(refused.code), to_string(refused.why)));
    return;
  }
  if (parsed->op == operation::send && parsed->message.id.empty())
    parsed->message.id =
        make_random_push_id(now_ms, context_->random_bits(), context_->random_bits());
  answer(from, std::move(*parsed));
}

void bridge_state::answer(connection_id from, request asked) {
  auto answer = std::make_shared<reply>(server_, from, asked.id);
  auto& system = self_->system();
  switch (asked.op) {
    case operation::send:
      return keep(from, spawn_send_session(system, context_, std::move(asked), answer));
    case operation::tail:
      return keep(from, spawn_tail_session(system, context_, std::move(asked), answer));
    case operation::inspect:
      return watch(from, std::move(asked), answer, spawn_inspect_session);
    case operation::trace:
      return watch(from, std::move(asked), answer, spawn_trace_session);
    case operation::actor:
    case operation::act:
    case operation::log_level:
      return ask_inspector(self_, context_, asked, answer);
    default:
      return ask(self_, context_, asked, answer);
  }
}

void bridge_state::watch(connection_id from, request asked, const reply_ptr& answer,
                         session_start start) {
  if (!context_->inspector)
    return answer->error(to_string(ec::unsupported), "nobody can look into this floor");
  keep(from, start(self_->system(), context_, std::move(asked), answer));
}

void bridge_state::keep(connection_id connection, const caf::actor& session) {
  sessions_.push_back({connection, session});
  self_->monitor(session);
}

void bridge_state::on_closed(connection_id connection) {
  for (const auto& x : sessions_)
    if (x.connection == connection) self_->send_exit(x.handle, caf::exit_reason::user_shutdown);
}

void bridge_state::end_sessions() {
  for (const auto& x : sessions_) self_->send_exit(x.handle, caf::exit_reason::user_shutdown);
  sessions_.clear();
}

void bridge_state::forget(const caf::actor_addr& session) {
  std::erase_if(sessions_, [&](const auto& x) { return x.handle.address() == session; });
}

caf::behavior bridge(bridge_self* self, bridge_options options) {
  self->observe({"socket", "bridge", 0});
  try {
    self->state.open(std::move(options));
  } catch (const socket_error& e) {
    self->quit(caf::make_error(ec::refused, std::string{e.what()}));
    return {};
  }
  self->set_down_handler([self](caf::down_msg& down) { self->state.forget(down.source); });
  return {
      // A line of a client, and the client's account.
      [self](connection_id from, const std::string& line, const std::string& user) {
        self->state.on_line(from, line, user);
      },
      // A client has left.
      [self](connection_id connection) { self->state.on_closed(connection); },
  };
}

}  // namespace outcry::control
