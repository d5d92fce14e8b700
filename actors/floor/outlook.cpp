#include "actors/floor/outlook.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "messages/detail/json_writer.hpp"

namespace outcry {

namespace {

constexpr std::int64_t fresh_ms = 250;
constexpr std::chrono::seconds longest_answer{30};
constexpr std::uint32_t most_messages = 20;

std::string bots_json(const bot_list& list) {
  std::map<std::string_view, std::uint64_t> by_state;
  for (const auto& bot : list.bots) ++by_state[to_string(bot.state)];
  detail::object_writer result;
  for (const auto& [state, count] : by_state) result.count(state, count);
  return result.finish();
}

message_row row_of(const ledger& x) {
  message_row result;
  result.id = x.message.id;
  result.type = x.message.type;
  result.state = to_string(x.state);
  result.pressed_ms = x.message.pressed_at_ms;
  for (const auto& line : x.lines) {
    switch (line.status) {
      case line_status::done:
        ++result.done;
        break;
      case line_status::ignored:
        ++result.ignored;
        break;
      case line_status::error:
        ++result.error;
        break;
      case line_status::no_answer:
        ++result.no_answer;
        break;
      case line_status::expired:
        ++result.expired;
        break;
      default:
        ++result.open;
    }
  }
  return result;
}

std::vector<message_row> rows_of(const ledger_list& list) {
  std::vector<message_row> result;
  result.reserve(list.ledgers.size());
  for (const auto& x : list.ledgers) result.push_back(row_of(x));
  return result;
}

/// Several connections of one kind are as good as the worst of them.
link_row worst_of(const std::string& name, const std::vector<link_status>& all) {
  constexpr auto badness = [](link_state x) {
    return x == link_state::live ? 0 : x == link_state::connecting ? 1 : 2;
  };
  link_row result;
  result.name = name;
  int worst = -1;
  for (const auto& x : all) {
    result.reconnects += x.reconnects;
    result.lag_ms = std::max(result.lag_ms, x.lag_ms);
    if (x.backlog >= 0) result.backlog = std::max<std::int64_t>(result.backlog, 0) + x.backlog;
    if (badness(x.state) < worst || (badness(x.state) == worst && x.since_ms < result.since_ms))
      continue;
    worst = badness(x.state);
    result.state = to_string(x.state);
    result.since_ms = x.since_ms;
    // Of a live one it is a description.
    if (!x.reason.empty() && x.state != link_state::live)
      result.last_error = x.name + ": " + x.reason;
  }
  return result;
}

}  // namespace

template <class Answer, class Handle, class Question>
void outlook::add(std::uint32_t parts, const Handle& whom, Question question,
                  std::function<void(const Answer&)> take) {
  if (!whom) return;
  const auto which = sources_.size();
  auto ask = [this, which, whom, question, take = std::move(take)] {
    self_->request(whom, longest_answer, question)
        .then(
            [this, which, take](const Answer& x) {
              take(x);
              settle(which);
            },
            [this, which](const caf::error&) { settle(which); });
  };
  sources_.push_back({parts, std::move(ask)});
}

void outlook::open(outlook_people people, std::function<void()> settled) {
  settled_ = std::move(settled);
  add<bot_list>(part::floor, people.roster, list_bots{},
                [this](const bot_list& x) { bots = bots_json(x); });
  add<halt_state>(part::floor, people.desk, get_halt{},
                  [this](const halt_state& x) { halt = to_string(x.kind); });
  add<dead_man_status>(part::floor, people.dead_man, get_dead_man{},
                       [this](const dead_man_status& x) { dead_man = to_json(x); });
  add<pit_list>(part::pits, people.market, list_pits{},
                [this](const pit_list& x) { pits = x.pits; });
  add<ledger_list>(part::messages, people.desk, find_ledgers{"", most_messages, 0},
                   [this](const ledger_list& x) { messages = rows_of(x); });
  add<relay_status>(part::links, people.relay, get_relay{}, [this](const relay_status& x) {
    auto row = worst_of("firebase", x.links);
    row.backlog = x.outbox_backlog;
    note_link(std::move(row));
  });
  for (const auto& [name, whom] : people.links)
    add<link_list>(part::links, whom, get_links{},
                   [this, name = name](const link_list& x) { note_link(worst_of(name, x.links)); });
}

void outlook::note_link(link_row row) {
  auto& known = links[row.name];
  if (row.last_error.empty()) row.last_error = std::move(known.last_error);
  known = std::move(row);
}

void outlook::ask(std::uint32_t parts, std::int64_t now_ms) {
  now_ms_ = now_ms;
  for (auto& x : sources_) {
    if ((x.parts & parts) == 0 || x.asked || now_ms - x.answered_ms < fresh_ms) continue;
    x.asked = true;
    x.ask();
  }
}

bool outlook::expects(std::uint32_t parts) const {
  return std::any_of(sources_.begin(), sources_.end(),
                     [&](const source& x) { return (x.parts & parts) != 0 && x.asked && !x.slow; });
}

void outlook::give_up() {
  for (auto& x : sources_)
    if (x.asked) x.slow = true;
}

void outlook::settle(std::size_t which) {
  auto& x = sources_[which];
  x.asked = x.slow = false;
  x.answered_ms = now_ms_;
  settled_();
}

}  // namespace outcry
