#include <spdlog/spdlog.h>

#include "actors/operator/command_desk.hpp"
#include "actors/operator/desk_patience.hpp"
#include "actors/operator/surfaced_line.hpp"
#include "messages/error.hpp"

// A stop that was done while an order of its bot lived on unknown: its line is amended.

namespace outcry {

namespace {

/// How many of the latest messages are looked through: as many as the journal gives at once.
constexpr std::uint32_t most_messages = 1000;

bool is_unwritten(const open_message& message, const std::string& bot_id) {
  return message.unsaved.count(bot_id) != 0 || message.being_saved.count(bot_id) != 0;
}

}  // namespace

caf::result<ledger_list> command_desk_state::surfaced(const order_surfaced& news) {
  auto promise = self_->make_response_promise<ledger_list>();
  if (!loaded_) return promise.deliver(caf::make_error(ec::unavailable, "the desk is loading"));
  self_->request(services_.journal, journal_timeout, find_ledgers{{}, most_messages, 0})
      .then(
          [this, news, promise](const ledger_list& recent) mutable {
            promise.deliver(amend(news, recent.ledgers));
          },
          [this, promise](caf::error& reason) mutable {
            self_->count_error();
            promise.deliver(reason);
          });
  return promise;
}

// What is over is taken up again until the journal has its amended line. Who asks again hears of
// those that are not there yet.
ledger_list command_desk_state::amend(const order_surfaced& news,
                                      const std::vector<ledger>& recent) {
  ledger_list unwritten;
  for (const auto& stored : recent) {
    const auto& id = stored.message.id;
    if (!is_brake(parse_verb(stored.message.type))) continue;
    auto open = open_.find(id);
    // A copy: an amended line goes back into the message it is of.
    const auto entry = open == open_.end() ? stored : open->second.adopted.entry;
    for (const auto& line : entry.lines) {
      if (!is_belied_by(line, news.event, news.asked_at_ms)) continue;
      auto amended_line = amended_by(line, news.event);
      if (amended_line == line) {
        if (open != open_.end() && is_unwritten(open->second, line.bot_id))
          unwritten.ledgers.push_back(entry);
        continue;
      }
      if (open == open_.end()) {
        open = open_.try_emplace(id).first;
        auto& message = open->second;
        message.adopted.entry = entry;
        message.deadline_passed = true;
        for (std::size_t i = 0; i < entry.lines.size(); ++i)
          message.line_of[entry.lines[i].bot_id] = i;
      }
      spdlog::critical("message {}: the {} of {} was not done: order {} has come up at the broker",
                       id, entry.message.type, line.bot_id, news.event.number);
      set_line(id, std::move(amended_line), false);
      unwritten.ledgers.push_back(open_.at(id).adopted.entry);
    }
  }
  arm_timer();
  return unwritten;
}

}  // namespace outcry
