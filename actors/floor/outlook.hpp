#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/duration.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "messages/interfaces/dead_man.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/inspection.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

/// Whom the inspector asks. All may be invalid: what they tell is left out then.
struct outlook_people {
  roster_actor roster{};
  command_desk_actor desk{};
  market_actor market{};
  relay_actor relay{};
  dead_man_actor dead_man{};
  /// Who answers `get_links`, by the name of the link: feed, broker, redis, discord, postgres.
  std::map<std::string, caf::actor> links{};
};

/// What others tell the inspector of the floor: the last word of each, and who has not answered.
class outlook {
public:
  using host = typename inspector_actor::extend<caf::reacts_to<wake>>::base;

  explicit outlook(host* self) : self_(self) {}

  /// `settled` is called when an answer, or none in time, has come.
  void open(outlook_people people, std::function<void()> settled);

  /// Asks those who tell one of these parts, if they owe no answer and have not answered at
  /// `now_ms` or less than a quarter of a second before.
  void ask(std::uint32_t parts, std::int64_t now_ms);

  /// Is there anybody worth waiting for, of those who tell these parts? Who was waited for in vain
  /// is not, until he has answered.
  bool expects(std::uint32_t parts) const;

  /// Waits no longer for whom it waits for now.
  void give_up();

  std::string halt = "none";
  std::string bots = "{}";
  std::string dead_man = "null";
  std::vector<pit_status> pits;
  std::vector<message_row> messages;
  std::map<std::string, link_row> links;

private:
  struct source {
    std::uint32_t parts;
    std::function<void()> ask;
    bool asked = false;
    bool slow = false;
    std::int64_t answered_ms = -1'000'000;
  };

  template <class Answer, class Handle, class Question>
  void add(std::uint32_t parts, const Handle& whom, Question question,
           std::function<void(const Answer&)> take);
  void note_link(link_row row);
  void settle(std::size_t which);

  host* self_;
  std::vector<source> sources_;
  std::function<void()> settled_;
  std::int64_t now_ms_ = 0;
};

}  // namespace outcry
