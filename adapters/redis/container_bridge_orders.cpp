#include <algorithm>
#include <chrono>
#include <utility>

#include <caf/send.hpp>

#include "adapters/redis/container_bridge.hpp"
#include "messages/channels.hpp"
#include "messages/error.hpp"

// The stream of orders: who places them, and what becomes of those that nobody places.

namespace outcry::redis {

namespace {

constexpr std::size_t max_early_orders = 1000;
constexpr std::string_view floors_own = "observed-";

using wish = container_order::wish;

}  // namespace

void container_bridge_state::offer_orders(const container_services& services) {
  if (!options_.orders) return;
  auto offered = std::make_shared<container_trader_services>();
  offered->orders = options_.orders;
  offered->journal = options_.journal;
  offered->market = options_.market;
  offered->performance = options_.performance;
  offered->house = services.house;
  offered->send = write_;
  offered->acknowledge = [this, to = inbox_](const std::string& entry_id) {
    // Without a reader it comes again, and is found answered.
    to->post_step([this, entry_id] {
      if (order_reader_) order_reader_->acknowledge(entry_id);
    });
  };
  trader_services_ = std::move(offered);
}

void container_bridge_state::start_order_reader() {
  auto in = reader_options(channels::orders);
  in.on_entries = [this, to = inbox_](std::span<const stream_entry> entries, delivery) {
    for (const auto& entry : entries) read_order(to, entry);
  };
  order_reader_ = std::make_shared<stream_reader>(std::move(in));
  order_reader_->start();
}

// On the reader's thread: only what is posted may touch the bridge.
void container_bridge_state::read_order(const std::shared_ptr<inbox>& to,
                                        const stream_entry& entry) {
  order_entry read;
  read.entry_id = entry.id;
  read.wrong = "expected a field order, cancel or settle";
  for (const char* field : {"order", "cancel", "settle"}) {
    const auto text = entry.find(field);
    if (!text) continue;
    if (auto parsed = parse_container_order(field, *text)) {
      read.content = std::move(*parsed);
      read.wrong.clear();
    } else {
      read.wrong = to_string(parsed.error());
      read.content = salvage_container_order(*text);
    }
    break;
  }
  to->post([this, read] { on_order(read); });
}

void container_bridge_state::on_order(order_entry entry) {
  if (!*holding_) return;  // read just before the lease went
  const auto& id = entry.content.bot_id;
  if (!entry.wrong.empty()) {
    unreadable_->add(channels::orders, entry.wrong, options_.house->time->now());
    if (id.empty()) {
      if (order_reader_) order_reader_->acknowledge(entry.entry_id);
      return;
    }
  }
  if (!options_.orders)
    return refuse_order(entry, ec::unsupported, "no bot can order through this floor");
  if (options_.taken.count(id) != 0)
    return refuse_order(entry, ec::not_controllable, "the floor has a bot of that id itself");
  if (id.starts_with(floors_own))
    return refuse_order(entry, ec::not_controllable,
                        "a bot that is only observed does not order through the floor");
  auto known = bots_.find(id);
  if (known != bots_.end() && known->second.actor && !known->second.leaving)
    return hand_on(known->second, entry);
  // After our restart its orders may come before it is seen again.
  bool waits =
      std::any_of(early_orders_.begin(), early_orders_.end(),
                  [&](const order_entry& other) { return other.entry_id == entry.entry_id; });
  if (!waits && early_orders_.size() < max_early_orders) early_orders_.push_back(std::move(entry));
}

// At a look, when all who are there have been seen.
void container_bridge_state::refuse_early_orders() {
  for (auto& entry : std::exchange(early_orders_, {})) {
    auto known = bots_.find(entry.content.bot_id);
    if (known == bots_.end())
      refuse_order(entry, ec::unknown_target, "no bot of that id has announced itself");
    else if (known->second.leaving)
      refuse_order(entry, ec::bot_absent, "it said farewell");
    else if (known->second.actor)
      hand_on(known->second, entry);
    // Else its actor is made anew, and the order comes again.
  }
}

// Nobody can tell the desk of it: whoever is not a bot of ours must not use up one's numbers.
void container_bridge_state::refuse_order(const order_entry& entry, ec code,
                                          const std::string& reason) {
  const auto& id = entry.content.bot_id;
  unreadable_->add(channels::orders, id + ": " + reason, options_.house->time->now());
  if (entry.content.what != wish::cancel) {
    order_record refused;
    refused.number = entry.content.number;
    refused.status = order_status::never_sent;
    refused.code = to_string(code);
    refused.reason = reason;
    if (!write_(id, "order_answer", container_order_answer(refused))) return;  // it comes again
  }
  if (order_reader_) order_reader_->acknowledge(entry.entry_id);
}

caf::actor container_bridge_state::trader_of(known_bot& bot) {
  if (!bot.trader) {
    auto child = self_->spawn(container_trader, bot.identity,
                              caf::actor_cast<container_interface>(bot.actor), trader_services_);
    bot.trader = caf::actor_cast<caf::actor>(child);
    self_->monitor(bot.trader);
  }
  return bot.trader;
}

void container_bridge_state::hand_on(known_bot& bot, const order_entry& entry) {
  const auto trader = trader_of(bot);
  const auto& [content, entry_id, wrong] = entry;
  if (!wrong.empty() || content.what == wish::settle) {
    caf::anon_send(trader, settle_order{content.bot_id, content.number}, entry_id, wrong);
  } else if (content.what == wish::cancel) {
    caf::anon_send(trader, cancel_order{content.bot_id, content.number}, entry_id);
  } else {
    place_order order;
    order.bot_id = content.bot_id;
    order.number = content.number;
    order.terms = content.terms;
    order.terms.ticker = bot.identity.ticker;
    caf::anon_send(trader, std::move(order), entry_id);
  }
}

void container_bridge_state::tell_trader(known_bot& bot, const container_presence& seen) {
  if (seen.orders && options_.orders && bot.identity.kind == bot_kind::controlled)
    caf::anon_send(trader_of(bot), seen.last_event, true);
}

}  // namespace outcry::redis
