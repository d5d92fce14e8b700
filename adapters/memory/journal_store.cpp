#include "adapters/memory/journal_store.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include <fmt/format.h>

namespace outcry::memory {

namespace {

constexpr std::size_t recent_orders = 32;
constexpr std::uint32_t most_listed = 1000;
constexpr std::uint32_t most_rows = 10'000;
constexpr std::uint64_t highest_number = std::numeric_limits<std::int64_t>::max();

/// Nothing when `limit` is 1 to `most`.
std::string why_not_limit(std::uint32_t limit, std::uint32_t most) {
  if (limit >= 1 && limit <= most) return {};
  return fmt::format("limit: expected 1 to {}, found {}", most, limit);
}

bool is_open(message_state x) {
  return x == message_state::sent || x == message_state::working;
}

}  // namespace

journal_store::journal_store(std::string floor_id) : floor_id_(std::move(floor_id)) {}

const ledger* journal_store::find(const std::string& message_id) const {
  auto found = ledger_index_.find(message_id);
  return found == ledger_index_.end() ? nullptr : &ledgers_[found->second];
}

const ledger_line* journal_store::find(const std::string& message_id,
                                       const std::string& bot_id) const {
  const auto* message = find(message_id);
  if (message == nullptr) return nullptr;
  auto line = std::ranges::find(message->lines, bot_id, &ledger_line::bot_id);
  return line == message->lines.end() ? nullptr : &*line;
}

// -- writing --------------------------------------------------------------------------------------

std::string journal_store::why_not(const journal_write& write) const {
  std::set<std::string> adopted;
  auto expects = [&](const line_record& x) {
    for (const auto& made : write.adopted)
      if (made.message.id == x.message_id)
        return std::ranges::find(made.lines, x.line.bot_id, &ledger_line::bot_id) !=
               made.lines.end();
    return find(x.message_id, x.line.bot_id) != nullptr;
  };
  for (const auto& x : write.adopted)
    if (find(x.message.id) != nullptr || !adopted.insert(x.message.id).second)
      return fmt::format("message '{}' has been adopted already", x.message.id);
  for (const auto& x : write.states)
    if (find(x.message_id) == nullptr && !adopted.contains(x.message_id))
      return fmt::format("state: message '{}' is unknown", x.message_id);
  for (const auto& x : write.lines)
    if (!expects(x))
      return fmt::format("line of bot '{}': message '{}' is unknown or does not expect it",
                         x.line.bot_id, x.message_id);
  if (write.halt.size() > 1) return fmt::format("halt: at most one, found {}", write.halt.size());
  if (write.account_limits.size() > 1)
    return fmt::format("account_limits: at most one, found {}", write.account_limits.size());
  return why_not_trading(write);
}

std::string journal_store::why_not_trading(const journal_write& write) const {
  std::map<std::string, order_key> ids;
  std::set<order_key> orders;
  for (const auto& x : write.orders) {
    const auto& id = x.order.request.client_order_id;
    if (x.bot_id.empty() || id.empty())
      return "order: expected a bot id and a client_order_id, found none";
    if (x.number < 1 || x.number > highest_number)
      return fmt::format("order of bot '{}': number: expected 1 to {}, found {}", x.bot_id,
                         highest_number, x.number);
    order_key key{x.bot_id, x.number};
    auto stored = by_client_id_.find(id);
    auto own = stored == by_client_id_.end() || stored->second == key;
    if (!own || ids.try_emplace(id, key).first->second != key)
      return fmt::format("order {} of bot '{}': client_order_id '{}' is that of another", x.number,
                         x.bot_id, id);
    orders.insert(std::move(key));
  }
  auto last = events_.empty() ? 0 : events_.rbegin()->first;
  for (const auto& x : write.order_events) {
    if (x.seq <= last)
      return fmt::format("order event: seq: expected one above {}, found {}", last, x.seq);
    last = x.seq;
    order_key key{x.bot_id, x.number};
    if (!orders_.contains(key) && !orders.contains(key))
      return fmt::format("order event {}: order {} of bot '{}' is unknown", x.seq, x.number,
                         x.bot_id);
  }
  return {};
}

result<journal_receipt> journal_store::apply(const journal_write& write) {
  if (auto why = why_not(write); !why.empty()) return tl::unexpected(refusal{std::move(why)});
  put_ledgers(write);
  put_bots(write);
  for (const auto& x : write.halt) put_halt(x);
  for (const auto& x : write.owed) outbox_.push_back({++last_owed_, x});
  put_trading(write);
  return journal_receipt{last_owed_};
}

void journal_store::put_ledgers(const journal_write& write) {
  for (const auto& x : write.adopted) {
    ledger_index_[x.message.id] = ledgers_.size();
    ledgers_.push_back(x);
    std::ranges::sort(ledgers_.back().lines, {}, &ledger_line::bot_id);
  }
  for (const auto& x : write.states) {
    auto& message = ledgers_[ledger_index_.at(x.message_id)];
    message.state = x.state;
    message.code = x.code;
    message.reason = x.reason;
  }
  for (const auto& x : write.lines) {
    auto& lines = ledgers_[ledger_index_.at(x.message_id)].lines;
    *std::ranges::find(lines, x.line.bot_id, &ledger_line::bot_id) = x.line;
  }
}

void journal_store::put_bots(const journal_write& write) {
  for (const auto& x : write.bots) {
    auto [known, made] = bots_.try_emplace(x.bot_id, x);
    // Two writers share a bot's record, the bot and the order desk for it: the newest stays.
    if (!made && x.version >= known->second.version) known->second = x;
  }
  for (const auto& id : write.stopped_bots) {
    auto& bot = bots_[id];
    bot.bot_id = id;
    if (bot.desired == desired_state::stopped) continue;
    bot.desired = desired_state::stopped;
    ++bot.revision;
    bot.since_ms = write.stopped_at_ms;
  }
  for (const auto& x : write.guests) guests_[x.id] = x;
  for (const auto& id : write.departed_guests) guests_.erase(id);
}

void journal_store::put_halt(const halt_state& x) {
  // Only a start lifts a kill, even if only to a stop.
  const auto* message = find(x.message_id);
  bool stop = message != nullptr && message->message.type == "stop";
  if (stop && halt_.kind == halt_kind::killed) return;
  halt_ = x;
}

void journal_store::put_trading(const journal_write& write) {
  for (const auto& x : write.orders) {
    order_key key{x.bot_id, x.number};
    if (is_closed(x.status))
      open_.erase(key);
    else
      open_.insert(key);
    auto& stored = orders_[key];
    by_client_id_.erase(stored.order.request.client_order_id);
    by_client_id_[x.order.request.client_order_id] = key;
    stored = x;
  }
  for (const auto& x : write.order_events) {
    events_.emplace(x.seq, x);
    auto& own = events_of_[x.bot_id];
    own.insert(std::ranges::upper_bound(own, x.seq), x.seq);
  }
  for (const auto& x : write.holdings) holdings_[{x.bot_id, x.ticker}] = x;
  for (const auto& x : write.tickers) tickers_[x.ticker] = x;
  for (const auto& x : write.performance) performance_[{x.bot_id, x.day}] = x;
  if (!write.account_limits.empty()) limits_ = write.account_limits;
}

result<outbox_page> journal_store::apply(const outbox_delivered& delivered) {
  std::erase_if(outbox_, [&](const outbox_row& x) {
    return x.seq <= delivered.up_to_seq ||
           std::ranges::find(delivered.refused, x.seq) != delivered.refused.end();
  });
  return outbox_page{{}, static_cast<std::int64_t>(outbox_.size())};
}

// -- reading --------------------------------------------------------------------------------------

floor_image journal_store::read(const load_floor&) const {
  floor_image image{floor_id_, halt_, {}, {}};
  for (const auto& x : ledgers_)
    if (is_open(x.state)) image.open.push_back(x);
  std::ranges::stable_sort(image.open, {}, &ledger::adopted_at_ms);
  for (const auto& [id, x] : guests_) {
    image.guests.push_back(x);
    image.guests.back().kind = bot_kind::controlled;
  }
  return image;
}

bot_image journal_store::read(const load_bot& query) const {
  bot_image image;
  image.record.bot_id = query.bot_id;
  image.halt = halt_;
  if (auto known = bots_.find(query.bot_id); known != bots_.end()) {
    image.known = true;
    image.record = known->second;
  }
  auto end = orders_.lower_bound({query.bot_id + '\0', 0});
  auto begin = orders_.lower_bound({query.bot_id, 0});
  auto all = static_cast<std::size_t>(std::distance(begin, end));
  for (std::size_t i = 0; begin != end; ++begin, ++i)
    if (i + recent_orders >= all || !is_closed(begin->second.status))
      image.orders.push_back(begin->second);
  if (auto own = events_of_.find(query.bot_id); own != events_of_.end())
    for (auto at = std::ranges::upper_bound(own->second, image.record.last_event);
         at != own->second.end(); ++at)
      image.events.push_back(events_.at(*at));
  for (auto at = holdings_.lower_bound({query.bot_id, ""});
       at != holdings_.end() && at->first.first == query.bot_id; ++at)
    image.holdings.push_back(at->second);
  return image;
}

ledger_line journal_store::read(const find_line& query) const {
  if (const auto* line = find(query.message_id, query.bot_id)) return *line;
  ledger_line unknown;
  unknown.bot_id = query.bot_id;
  return unknown;
}

trading_image journal_store::read(const load_trading&) const {
  trading_image image;
  image.floor_id = floor_id_;
  image.halt = halt_;
  std::map<std::string, trading_bot> bots;
  for (const auto& [id, x] : bots_) bots[id] = {id, x.desired, 0, x.claimed};
  for (const auto& [key, x] : orders_) {
    auto& bot = bots[key.first];
    bot.bot_id = key.first;
    bot.last_number = std::max(bot.last_number, key.second);
  }
  for (auto& [id, x] : bots) image.bots.push_back(std::move(x));
  for (const auto& key : open_) image.open_orders.push_back(orders_.at(key));
  std::ranges::stable_sort(image.open_orders, {}, &order_record::asked_ns);
  std::set<order_key> parents;
  for (const auto& key : open_) parents.insert({key.first, orders_.at(key).parent});
  for (const auto& key : parents)
    if (auto known = orders_.find(key); known != orders_.end() && is_closed(known->second.status))
      image.parents.push_back(known->second);
  for (const auto& [seq, x] : events_)
    if (open_.contains({x.bot_id, x.number})) image.open_events.push_back(x);
  if (!events_.empty()) image.last_event = events_.rbegin()->first;
  for (const auto& [key, x] : holdings_) image.holdings.push_back(x);
  for (const auto& [ticker, x] : tickers_) image.tickers.push_back(x);
  image.has_account_limits = !limits_.empty();
  if (image.has_account_limits) image.account_limits = limits_[0];
  return image;
}

result<order_list> journal_store::read(const find_orders& query) const {
  if (auto why = why_not_limit(query.limit, most_listed); !why.empty())
    return tl::unexpected(refusal{std::move(why)});
  std::vector<const order_record*> found;
  auto look_at = [&](const order_record& x) {
    if (!query.bot_id.empty() && x.bot_id != query.bot_id) return;
    if (query.number != 0 && x.number != query.number) return;
    if (!query.client_order_id.empty() && x.order.request.client_order_id != query.client_order_id)
      return;
    if (!query.ticker.empty() && x.order.request.terms.ticker != query.ticker) return;
    if (query.only_open && is_closed(x.status)) return;
    if (query.before_asked_ns != 0 && x.asked_ns >= query.before_asked_ns) return;
    found.push_back(&x);
  };
  if (!query.client_order_id.empty()) {
    if (auto one = by_client_id_.find(query.client_order_id); one != by_client_id_.end())
      look_at(orders_.at(one->second));
  } else if (query.only_open) {
    for (const auto& key : open_) look_at(orders_.at(key));
  } else {
    for (const auto& [key, x] : orders_) look_at(x);
  }
  std::ranges::sort(found, [](const order_record* a, const order_record* b) {
    return std::tie(a->asked_ns, a->bot_id, a->number) >
           std::tie(b->asked_ns, b->bot_id, b->number);
  });
  order_list list;
  for (std::size_t i = 0; i < found.size() && i < query.limit; ++i)
    list.orders.push_back(*found[i]);
  return list;
}

result<order_event_list> journal_store::read(const read_order_events& query) const {
  if (auto why = why_not_limit(query.limit, most_rows); !why.empty())
    return tl::unexpected(refusal{std::move(why)});
  order_event_list list;
  if (query.bot_id.empty()) {
    for (auto at = events_.upper_bound(query.after_seq);
         at != events_.end() && list.events.size() < query.limit; ++at)
      list.events.push_back(at->second);
    return list;
  }
  auto own = events_of_.find(query.bot_id);
  if (own == events_of_.end()) return list;
  for (auto at = std::ranges::upper_bound(own->second, query.after_seq);
       at != own->second.end() && list.events.size() < query.limit; ++at)
    list.events.push_back(events_.at(*at));
  return list;
}

performance_list journal_store::read(const get_performance& query) const {
  performance_list list{query.day, {}};
  if (list.day.empty())
    for (const auto& [key, x] : performance_) list.day = std::max(list.day, key.second);
  for (const auto& [key, x] : performance_) {
    if (key.second > list.day) continue;
    if (!list.bots.empty() && list.bots.back().bot_id == key.first)
      list.bots.back() = x;
    else
      list.bots.push_back(x);
  }
  return list;
}

result<ledger_list> journal_store::read(const find_ledgers& query) const {
  if (auto why = why_not_limit(query.limit, most_listed); !why.empty())
    return tl::unexpected(refusal{std::move(why)});
  ledger_list list;
  if (!query.id.empty()) {
    if (const auto* one = find(query.id)) list.ledgers.push_back(*one);
    return list;
  }
  for (auto at = ledgers_.rbegin(); at != ledgers_.rend(); ++at)
    if (query.before_adopted_at_ms == 0 || at->adopted_at_ms < query.before_adopted_at_ms)
      list.ledgers.push_back(*at);
  std::ranges::stable_sort(list.ledgers, std::greater<>{}, &ledger::adopted_at_ms);
  if (list.ledgers.size() > query.limit) list.ledgers.resize(query.limit);
  return list;
}

result<outbox_page> journal_store::read(const read_outbox& query) const {
  if (auto why = why_not_limit(query.limit, most_rows); !why.empty())
    return tl::unexpected(refusal{std::move(why)});
  outbox_page page{{}, static_cast<std::int64_t>(outbox_.size())};
  for (const auto& x : outbox_) {
    if (page.rows.size() == query.limit) break;
    if (x.seq > query.after_seq) page.rows.push_back(x);
  }
  return page;
}

}  // namespace outcry::memory
