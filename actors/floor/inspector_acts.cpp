#include <algorithm>
#include <array>
#include <exception>
#include <string_view>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "actors/floor/actor_log.hpp"
#include "actors/floor/inspector.hpp"
#include "actors/floor/looks.hpp"
#include "actors/floor/pausing.hpp"
#include "actors/floor/supervisor.hpp"
#include "messages/error.hpp"

namespace outcry {

namespace {

constexpr std::size_t most_recent = 20;

/// Whom a brake goes through: one of them paused or gone for good, a stop would not stop. Paused,
/// the dead-man's switch would keep its own timer waiting, too.
constexpr std::array<std::string_view, 12> brake_path{
    "floor", "inspector", "socket", "firebase", "relay",      "desk",
    "inlet", "orders",    "broker", "journal",  "redis.bots", "dead-man"};

std::string_view word_of(actor_action x) {
  switch (x) {
    case actor_action::restart:
      return "restart";
    case actor_action::pause:
      return "pause";
    case actor_action::resume:
      return "resume";
    case actor_action::stop:
      return "stop";
    case actor_action::reset_backoff:
      return "reset_backoff";
  }
  return "unknown";
}

std::vector<handled_message> recent_of(const gauge& who, std::int64_t now_ms) {
  std::vector<handled_message> result;
  const auto handled = who.handled.load(std::memory_order_relaxed);
  for (auto n = handled - std::min<std::uint64_t>(handled, most_recent); n < handled; ++n) {
    const auto& slot = who.recent[n % remembered_messages];
    const auto* type = slot.type.load(std::memory_order_relaxed);
    if (type == nullptr) continue;
    handled_message one{message_name(*type),
                        whole_ms(slot.began.load(std::memory_order_relaxed), now_ms)};
    for (const auto& x : who.times) {
      const auto time = x.load(std::memory_order_relaxed);
      if (time >> 32 == (n & 0xFFFF'FFFF) && time != 0)
        one.took_ns = static_cast<std::int64_t>(time & 0xFFFF'FFFF);
    }
    result.push_back(std::move(one));
  }
  return result;
}

/// Further ones would only fill the mailbox of somebody who is stuck.
constexpr std::uint32_t most_questions = 4;

std::uint32_t questions_open(const seat& place) {
  auto counters = place.counters();
  return counters ? counters->wishes.load(std::memory_order_relaxed) / gauge_wish::question : 0;
}

caf::error nobody(const std::string& name) {
  return caf::make_error(ec::unknown_target, fmt::format("no actor is called {}", name));
}

supervisor* supervisor_of(const caf::actor& handle) {
  if (!handle) return nullptr;
  return dynamic_cast<supervisor*>(caf::actor_cast<caf::abstract_actor*>(handle));
}

}  // namespace

caf::result<actor_seen> inspector_state::on_inspect(const inspect_actor& asked) {
  auto place = board_->known(asked.name);
  if (!place) return nobody(asked.name);
  const auto now = now_ms();
  watched_until_ms_ = now + 10'000;
  auto page = std::make_shared<actor_page>();
  page->row = place->row(now);
  page->row.oldest_wait_ms = page->row.status.mailbox == 0 ? 0 : place->looks.oldest_wait_ms(now);
  page->row.handler.max_ns = place->looks.longest_ns(now);
  if (auto counters = place->counters()) page->recent = recent_of(*counters, now);
  if (options_.log) page->log = options_.log->lines(asked.name);
  if (!page->row.parent.empty()) page->links.push_back(page->row.parent);
  for (const auto& other : *board_->all())
    if (page->links.size() < 100 && other->row(now).parent == asked.name)
      page->links.push_back(other->name());
  auto who = caf::actor_cast<caf::actor>(place->occupant());
  auto unanswered = [page, asked] {
    if (asked.state) page->unanswered.emplace_back("state");
    if (asked.mailbox) page->unanswered.emplace_back("mailbox");
  };
  if (!(asked.state || asked.mailbox)) return actor_seen{page};
  if (!who || questions_open(*place) >= most_questions) {
    unanswered();
    return actor_seen{page};
  }
  auto promise = self_->make_response_promise<actor_seen>();
  expect_question(*place);
  self_
      ->request<caf::message_priority::high>(who, caf::duration{options_.near_patience},
                                             look_inside{asked.state, asked.mailbox})
      .then(
          [page, promise](const inside_view& x) mutable {
            page->state = x.state;
            page->mailbox = x.mailbox;
            promise.deliver(actor_seen{page});
          },
          [page, promise, unanswered](const caf::error&) mutable {
            unanswered();
            promise.deliver(actor_seen{page});
          });
  return promise;
}

caf::result<action_taken> inspector_state::on_act(const act_on_actor& asked) {
  auto place = board_->known(asked.name);
  if (!place) return nobody(asked.name);
  const bool ends = asked.action == actor_action::pause || asked.action == actor_action::stop;
  if (ends && std::find(brake_path.begin(), brake_path.end(), place->name()) != brake_path.end())
    return caf::make_error(ec::refused,
                           fmt::format("{} is not to be {}: a stop goes through it", asked.name,
                                       asked.action == actor_action::pause ? "paused" : "ended"));
  std::string written;
  try {
    if (options_.note)
      options_.note(
          {now_ms(), asked.who, std::string{word_of(asked.action)}, asked.name, asked.why});
  } catch (const std::exception& e) {
    written = fmt::format(" It could not be written down: {}.", e.what());
  }
  spdlog::warn("{} {} by {}: {}", word_of(asked.action), asked.name, asked.who, asked.why);
  auto done = act(*place, asked);
  if (!done) return caf::make_error(ec::refused, done.error());
  return action_taken{*done + written};
}

tl::expected<std::string, std::string> inspector_state::act(seat& place,
                                                            const act_on_actor& asked) {
  const auto& label = asked.name;
  if (asked.action == actor_action::pause) {
    if (!pause(place, now_ms())) return tl::unexpected(label + " is down or paused already");
    return fmt::format("{} is paused; up to {} messages wait for it.", label, pause_bound);
  }
  if (asked.action == actor_action::resume) {
    if (!resume(place, now_ms())) return tl::unexpected(label + " is not paused");
    return label + " goes on.";
  }
  auto handle = caf::actor_cast<caf::actor>(place.supervisor());
  auto* keeper = supervisor_of(handle);
  if (keeper == nullptr) return tl::unexpected(label + " has no supervisor");
  auto why = fmt::format("{} by {}: {}", word_of(asked.action), asked.who, asked.why);
  switch (asked.action) {
    case actor_action::restart:
      if (!keeper->restart(why)) return tl::unexpected(label + " is ending");
      return label + " is being restarted; a handler that hangs must return first.";
    case actor_action::stop:
      keeper->stop(why);
      return label + " is being ended; only a restart of the floor brings it back.";
    default:
      keeper->reset_backoff();
      return "The crashes of " + label + " are forgiven.";
  }
}

caf::result<action_taken> inspector_state::on_level(const set_log_level& asked) {
  if (!options_.log) return caf::make_error(ec::unsupported, "no lines are kept here");
  if (!board_->known(asked.name)) return nobody(asked.name);
  if (!options_.log->set_level(asked.name, asked.level))
    return caf::make_error(ec::invalid_config, "no such level: " + asked.level);
  spdlog::info("{} sets the level of {} to {}", asked.who, asked.name, asked.level);
  return action_taken{fmt::format("Lines of {} are kept from {} on.", asked.name, asked.level)};
}

}  // namespace outcry
