#include "adapters/discord/bridge.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace outcry::discord {

namespace {

/// How long the client's thread waits for the store's word on a thread of a channel.
constexpr std::chrono::seconds thread_cursor_timeout{2};

std::string cursor_name(snowflake place) {
  return "discord:" + std::to_string(place);
}

std::string threads_name(snowflake channel) {
  return cursor_name(channel) + ":threads";
}

/// Worth any number of tries: it is not the message that is wrong. A full disk, or a desk that has
/// failed, is waited for.
bool is_away(const caf::error& reason) {
  return reason != ec::invalid_input && reason != ec::refused && reason != ec::unsupported &&
         reason != caf::sec::runtime_error && reason != caf::sec::unexpected_message;
}

}  // namespace

void bridge_state::open(bridge_options options) {
  options_ = std::move(options);
  link_.name = "discord";
  link_.since_ms = options_.house->time->now_ms();
  options_.client.channels.clear();
  for (const auto& rule : options_.channels) {
    rules_[rule.channel] = rule;
    unknown_.insert(cursor_name(rule.channel));
    unknown_.insert(threads_name(rule.channel));
    options_.client.channels.push_back(rule.channel);
    if (!rule.roles.empty()) options_.client.fetch_roles = true;
  }
  load_cursors();
}

void bridge_state::load_cursors() {
  if (unknown_.empty()) return connect();
  for (const auto& [channel, rule] : rules_) {
    load_cursor(cursor_name(channel), cursors_, channel);
    load_cursor(threads_name(channel), beginnings_, channel);
  }
}

void bridge_state::load_cursor(const std::string& key, std::map<snowflake, snowflake>& into,
                               snowflake channel) {
  if (!unknown_.contains(key)) return;
  self_->request(options_.store, options_.answer_timeout, get_cursor{key})
      .then(
          [this, key, channel, &into](const cursor_value& value) {
            if (unknown_.erase(key) == 0) return;
            if (auto id = parse_snowflake(value.value)) into[channel] = *id;
            if (unknown_.empty()) connect();
          },
          [this](caf::error& reason) {
            spdlog::warn("discord: where to go on is not known: {}",
                         self_->system().render(reason));
            if (std::exchange(load_planned_, true)) return;
            later(load_timer);
          });
}

void bridge_state::connect() {
  if (client_) return;
  overflowed_ = false;
  // Of channels followed before beginnings were kept.
  for (const auto& [channel, rule] : rules_)
    if (const auto found = cursors_.find(channel); found != cursors_.end())
      began(channel, found->second);
  save_cursors();
  letters_ =
      std::make_shared<letterbox>(caf::actor_cast<caf::actor_addr>(self_), options_.max_waiting);
  try {
    client_ = std::make_unique<client>(options_.client, events());
  } catch (const std::exception& problem) {
    note_state({client_state::failed, problem.what()});
  }
}

/// Of the client's thread: nothing here may touch the actor.
client_events bridge_state::events() {
  client_events to;
  auto box = letters_;
  auto time = options_.house->time;
  auto rules = rules_;
  const auto said = [box, time, rules](const message& m) {
    const auto which = m.parent_id != 0 ? m.parent_id : m.channel_id;
    const auto rule = rules.find(which);
    if (m.own || rule == rules.end()) return;
    box->leave(
        letter{which, m.channel_id, m.is_edit ? 0 : m.id, to_raw(m, rule->second, time->now())});
  };
  to.on_message = said;
  to.on_edit = said;
  to.on_delete = [box, time](const deletion& d) {
    const auto which = d.parent_id != 0 ? d.parent_id : d.channel_id;
    for (auto& gone : to_raw(d, time->now()))
      box->leave(letter{which, d.channel_id, 0, std::move(gone)});
  };
  to.on_beginning = [box](snowflake place, snowflake after) {
    box->leave(first_mark{place, after});
  };
  to.on_state = [box](client_state state, const std::string& reason) {
    box->leave(state_report{state, reason});
  };
  to.on_trouble = [](snowflake channel, const std::string& what) {
    spdlog::warn("discord: channel {}: {}", channel, what);
  };
  to.last_seen = [known = cursors_, store = options_.store, rules,
                  &system = self_->system()](snowflake place) -> std::optional<snowflake> {
    if (const auto found = known.find(place); found != known.end()) return found->second;
    if (rules.contains(place)) return std::nullopt;
    std::optional<snowflake> result;
    caf::scoped_actor asker(system);
    asker->request(store, thread_cursor_timeout, get_cursor{cursor_name(place)})
        .receive([&](const cursor_value& value) { result = parse_snowflake(value.value); },
                 [](const caf::error&) {});  // it goes on from its channel's beginning, then
    return result;
  };
  to.threads_from = [known = beginnings_](snowflake channel) -> std::optional<snowflake> {
    const auto found = known.find(channel);
    return found == known.end() ? std::nullopt : std::optional(found->second);
  };
  return to;
}

void bridge_state::on_wake(const wake& timer) {
  switch (timer.timer) {
    case letterbox::timer:
      return empty_letterbox();
    case load_timer:
      load_planned_ = false;
      return load_cursors();
    case deliver_timer:
      retry_planned_ = false;
      for (const auto which : std::exchange(retries_, {})) deliver(which);
      return;
    case save_timer:
      save_planned_ = false;
      return save_cursors();
    default:
      return;
  }
}

void bridge_state::later(std::uint8_t timer) {
  self_->delayed_send(self_, options_.retry_pause, wake{timer, 0});
}

void bridge_state::empty_letterbox() {
  if (!letters_) return;
  bool refused = false;
  for (auto& one : letters_->take(refused)) {
    if (auto* report = std::get_if<state_report>(&one)) {
      note_state(*report);
    } else if (auto* mark = std::get_if<first_mark>(&one)) {
      if (rules_.contains(mark->place)) began(mark->place, mark->cursor);
      advance(mark->place, mark->cursor);
    } else {
      auto& next = std::get<letter>(one);
      const auto which = next.lane;
      lanes_[which].waiting.push_back(std::move(next));
      ++waiting_;
      deliver(which);
    }
  }
  save_cursors();
  if (!client_ || overflowed_ || (!refused && waiting_ < options_.max_waiting)) return;
  // From here on messages are not taken. The client ends and begins again from the cursors, when
  // the desk has what is here.
  spdlog::warn("discord: the signal desk is {} messages behind; reading pauses", waiting_);
  overflowed_ = true;
  client_.reset();
  letters_.reset();
  link_.state = link_state::down;
  link_.reason = "the signal desk is behind";
  link_.since_ms = options_.house->time->now_ms();
  if (waiting_ == 0) connect();
}

link_list bridge_state::links() const {
  auto link = link_;
  link.backlog = static_cast<std::int64_t>(waiting_);
  if (client_ && link.state == link_state::live) link.lag_ms = client_->counted().round_trip_ms;
  return {{std::move(link)}};
}

void bridge_state::note_state(const state_report& report) {
  auto next = link_state::down;
  if (report.state == client_state::live) next = link_state::live;
  if (report.state == client_state::failed) next = link_state::refused;
  if (report.state == client_state::connecting && report.reason.empty())
    next = link_.reconnects == 0 && link_.state == link_state::connecting ? link_state::connecting
                                                                          : link_state::down;
  if (next == link_.state && report.reason == link_.reason) return;
  if (next == link_state::live) {
    spdlog::info("discord is live");
  } else if (next == link_state::refused) {
    spdlog::error("discord: {}", report.reason);
  } else if (next != link_.state && next == link_state::down) {
    spdlog::warn("discord is down: {}; it is tried again until it is back", report.reason);
    if (link_.state == link_state::live) ++link_.reconnects;
  }
  link_.state = next;
  link_.reason = report.reason;
  link_.since_ms = options_.house->time->now_ms();
}

void bridge_state::deliver(snowflake which) {
  auto& one = lanes_[which];
  if (one.under_way || one.waiting.empty() || retries_.contains(which)) return;
  one.under_way = true;
  self_->request(options_.desk, options_.answer_timeout, one.waiting.front().message)
      .then([this, which](const desk_verdict&) { delivered(which); },
            [this, which](caf::error& reason) { failed(which, reason); });
}

void bridge_state::delivered(snowflake which) {
  auto& one = lanes_[which];
  one.under_way = false;
  one.failures = 0;
  const auto& done = one.waiting.front();
  if (done.cursor != 0) advance(done.place, done.cursor);
  one.waiting.pop_front();
  --waiting_;
  save_cursors();
  deliver(which);
  if (overflowed_ && waiting_ == 0) connect();
}

void bridge_state::failed(snowflake which, const caf::error& reason) {
  auto& one = lanes_[which];
  one.under_way = false;
  self_->count_error();
  if (!is_away(reason) && ++one.failures >= options_.max_tries) {
    const auto& message = one.waiting.front().message;
    spdlog::error("discord: message {} of {} is left out, the signal desk fails on it: {}",
                  message.source_id, message.source, self_->system().render(reason));
    return delivered(which);
  }
  retries_.insert(which);
  if (std::exchange(retry_planned_, true)) return;
  later(deliver_timer);
}

void bridge_state::began(snowflake channel, snowflake cursor) {
  if (beginnings_.emplace(channel, cursor).second) unsaved_beginnings_.insert(channel);
}

void bridge_state::advance(snowflake place, snowflake cursor) {
  auto& known = cursors_[place];
  if (cursor <= known) return;
  known = cursor;
  unsaved_.insert(place);
}

/// One at a time. Beginnings first: once a channel's own cursor has moved on, nothing else says
/// where its threads begin.
void bridge_state::save_cursors() {
  if (saving_ || save_planned_ || (unsaved_.empty() && unsaved_beginnings_.empty())) return;
  const bool begins = !unsaved_beginnings_.empty();
  auto& from = begins ? unsaved_beginnings_ : unsaved_;
  const auto place = *from.begin();
  from.erase(from.begin());
  saving_ = true;
  const auto value = std::to_string(begins ? beginnings_[place] : cursors_[place]);
  self_
      ->request(options_.store, options_.answer_timeout,
                save_cursor{begins ? threads_name(place) : cursor_name(place), value})
      .then(
          [this](const cursor_value&) {
            saving_ = false;
            save_cursors();
          },
          [this, place, &from](caf::error&) {
            saving_ = false;
            from.insert(place);
            self_->count_error();
            save_planned_ = true;
            later(save_timer);
          });
}

bridge_interface::behavior_type bridge(bridge_actor* self, bridge_options options) {
  self->observe({"discord", "discord", 1000});
  self->state.open(std::move(options));
  return {
      // The client has something, or it is time to try again.
      [self](const wake& timer) { self->state.on_wake(timer); },
      // How the connection is.
      [self](const get_links&) { return self->state.links(); },
  };
}

}  // namespace outcry::discord
