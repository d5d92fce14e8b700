#pragma once

#include <map>
#include <set>
#include <string>

#include "actors/notify/notice.hpp"
#include "messages/roster.hpp"

namespace outcry {

/// Notices bots that failed, left or stopped by themselves, and actors of the floor that failed.
class bot_watch {
public:
  /// `holders`: bots that own a position; trouble with one of those is urgent.
  news look(const bot_list& bots, const std::set<std::string>& holders);
  news look(const actor_list& actors);

private:
  std::set<std::string> present_;           ///< bots that were seen at work on this floor
  std::map<std::string, notice> troubled_;  ///< by bot id
  std::set<std::string> failed_actors_;
};

}  // namespace outcry
