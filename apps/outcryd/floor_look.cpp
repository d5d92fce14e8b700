#include "apps/outcryd/floor_look.hpp"

#include <atomic>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <unistd.h>

#include "apps/outcryd/version.hpp"
#include "messages/detail/json_writer.hpp"
#include "messages/roster_codec.hpp"

namespace outcry::app {

namespace {

constexpr std::chrono::seconds look_limit{2};

/// Whom to ask.
struct people {
  roster_actor roster;
  market_actor market;
  relay_actor relay;
  house_ptr house;
  std::string name;
  std::int64_t started_ms = 0;
  std::atomic<std::uint64_t> seq = 0;
};

/// 0 where the system does not say.
std::uint64_t resident_bytes() {
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// `json` with further members.
std::string extended(std::string json, const std::string& members) {
  json.pop_back();
  return std::move(json) + ',' + members + '}';
}

std::string pit_row(const pit_status& x, std::int64_t now_ms) {
  const auto age = x.has_price ? std::to_string(now_ms - x.last.event_ns / 1'000'000) : "null";
  return extended(to_json(x), "\"age_ms\":" + age + ",\"received\":" + std::to_string(x.ticks));
}

std::string link_row(const link_status& x, const relay_status& of) {
  const auto backlog =
      x.name == "firebase.prompt" ? std::to_string(of.outbox_backlog) : std::string{"null"};
  return extended(to_json(x),
                  "\"last_error\":" + detail::json_string(x.reason) + ",\"backlog\":" + backlog);
}

/// One look: answers when the last one asked has answered, or has had its time.
class one_look {
public:
  one_look(std::shared_ptr<people> whom, floor_view_sink to)
      : people_(std::move(whom)), to_(std::move(to)), now_ms_(people_->house->time->now_ms()) {}

  ~one_look() {
    if (actors_.empty()) {
      to_({nullptr, "the roster has not answered"});
      return;
    }
    auto seen = std::make_shared<floor_view>();
    seen->snapshot = detail::object_writer{}
                         .count("seq", ++people_->seq)
                         .number("at_ms", now_ms_)
                         .raw("floor", floor_json())
                         .raw("actors", actors_)
                         .raw("pits", pits_)
                         .raw("links", links_)
                         .finish();
    to_({std::move(seen), {}});
  }
  one_look(const one_look&) = delete;
  one_look& operator=(const one_look&) = delete;

  void keep(const actor_list& x) {
    actors_ = detail::json_array(x.actors, [](const actor_status& one) { return to_json(one); });
    for (const auto& one : x.actors) handled_ += one.handled;
  }
  void keep(const bot_list& x) {
    for (const auto& one : x.bots) ++bots_[std::string{to_string(one.state)}];
  }
  void keep(const pit_list& x) {
    pits_ =
        detail::json_array(x.pits, [&](const pit_status& one) { return pit_row(one, now_ms_); });
  }
  void keep(const relay_status& x) {
    links_ = detail::json_array(x.links, [&](const link_status& one) { return link_row(one, x); });
  }

private:
  std::string floor_json() const {
    detail::object_writer bots;
    for (const auto& [state, count] : bots_) bots.count(state, count);
    return detail::object_writer{}
        .text("name", people_->name)
        .text("version", version)
        .number("started_ms", people_->started_ms)
        .number("now_ms", now_ms_)
        .number("pid", ::getpid())
        .count("rss_bytes", resident_bytes())
        .raw("bots", bots.finish())
        .count("handled", handled_)
        .finish();
  }

  std::shared_ptr<people> people_;
  floor_view_sink to_;
  std::int64_t now_ms_;
  std::string actors_;
  std::string pits_ = "[]";
  std::string links_ = "[]";
  std::map<std::string, std::uint64_t> bots_;
  std::uint64_t handled_ = 0;
};

template <class Answer, class Actor, class Question>
void ask_one(caf::event_based_actor& self, const Actor& whom, Question question,
             const std::shared_ptr<one_look>& into) {
  if (!whom) return;
  self.request(whom, look_limit, std::move(question))
      .then([into](const Answer& x) { into->keep(x); }, [into](caf::error&) {});
}

}  // namespace

std::function<void(caf::event_based_actor&, floor_view_sink)> look_at_floor(const open_house& at) {
  auto whom = std::make_shared<people>();
  whom->roster = at.roster;
  whom->market = at.market;
  whom->relay = at.relay;
  whom->house = at.house;
  whom->name = at.settings.floor.name;
  whom->started_ms = at.house->time->now_ms();
  return [whom](caf::event_based_actor& self, floor_view_sink to) {
    const auto into = std::make_shared<one_look>(whom, std::move(to));
    ask_one<actor_list>(self, whom->roster, list_actors{}, into);
    ask_one<bot_list>(self, whom->roster, list_bots{}, into);
    ask_one<pit_list>(self, whom->market, list_pits{}, into);
    ask_one<relay_status>(self, whom->relay, get_relay{}, into);
  };
}

}  // namespace outcry::app
