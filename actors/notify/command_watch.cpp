#include "actors/notify/command_watch.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace outcry {

namespace {

constexpr std::size_t most_named = 10;

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

bool is_over(message_state x) {
  return x != message_state::sent && x != message_state::working;
}

/// One line for each addressed bot that has not done it.
std::string who_has_not(const ledger& entry, std::size_t& count) {
  std::string text = entry.reason;
  for (const auto& name : entry.unmatched)
    text += fmt::format("{}{}: there is no such bot", text.empty() ? "" : "\n", name);
  for (const auto& line : entry.lines) {
    if (!line.addressed || line.status == line_status::done) continue;
    if (++count > most_named) continue;
    if (!text.empty()) text += '\n';
    text += fmt::format("{}: {}", line.bot_id, to_string(line.status));
    if (!line.reason.empty()) text += ", " + line.reason;
  }
  if (count > most_named) text += fmt::format("\nand {} more", count - most_named);
  return text;
}

std::string word_of(const ledger& entry) {
  return capitalised(entry.message.type);
}

/// About that message, without words yet.
notice notice_about_message(const ledger& entry) {
  notice result;
  result.kind = notice_kind::command;
  result.key = "command:" + entry.message.id;
  result.urgent = is_brake(parse_verb(entry.message.type));
  result.page = message_page(entry.message.id);
  return result;
}

notice unconfirmed(const ledger& entry) {
  auto result = notice_about_message(entry);
  std::size_t count = 0;
  result.text = who_has_not(entry, count);
  result.title = word_of(entry) + " is not confirmed";
  if (count > 0) result.title += fmt::format(" by {} {}", count, count == 1 ? "bot" : "bots");
  return result;
}

}  // namespace

bool command_watch::wants_all(const ledger_list& newest) const {
  if (!looked_) return true;
  for (const auto& x : newest.ledgers)
    if (!known_.contains(x.message.id)) return true;
  return std::any_of(known_.begin(), known_.end(),
                     [](const auto& x) { return !is_over(x.second.state); });
}

std::optional<std::string> command_watch::sender_of(const std::string& id) const {
  const auto found = known_.find(id);
  if (found == known_.end()) return std::nullopt;
  return found->second.sender;
}

void command_watch::judge_one(const ledger& entry, known_message& known, std::int64_t now_ms,
                              news& to) {
  known.state = entry.state;
  if (entry.state == message_state::done) {
    if (std::exchange(known.told, false)) {
      auto end = notice_about_message(entry);
      end.title = word_of(entry) + " is confirmed now";
      end.text = "Every bot it was meant for has done it.";
      (end.urgent ? to.over : to.raised).push_back(std::move(end));
    }
    return;
  }
  const bool brake = is_brake(parse_verb(entry.message.type));
  const bool late = brake && now_ms >= entry.adopted_at_ms + patience_ms;
  if (!is_over(entry.state) && !late) return;
  auto trouble = unconfirmed(entry);
  if (known.told && known.text == trouble.text) return;
  known.told = true;
  known.text = trouble.text;
  to.raised.push_back(std::move(trouble));
}

news command_watch::look(const ledger_list& latest, std::int64_t now_ms) {
  news result;
  std::set<std::string> here;
  for (const auto& entry : latest.ledgers) {
    const auto& id = entry.message.id;
    here.insert(id);
    auto [found, is_new] = known_.try_emplace(id);
    auto& known = found->second;
    if (is_new) {
      known.sender = entry.message.created_by;
      known.state = entry.state;
      if (!looked_ && is_over(entry.state)) {
        // It was told of before, or nobody asked for it: only a change is news.
        known.told = entry.state != message_state::done;
        if (known.told) known.text = unconfirmed(entry).text;
        continue;
      }
      if (looked_ && known.sender != dead_man_sender)
        heard_ms_ = std::max(heard_ms_, entry.adopted_at_ms);
    }
    judge_one(entry, known, now_ms, result);
  }
  std::erase_if(known_, [&](const auto& x) { return !here.contains(x.first); });
  looked_ = true;
  return result;
}

}  // namespace outcry
