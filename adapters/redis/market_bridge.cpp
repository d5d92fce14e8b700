#include "adapters/redis/market_bridge.hpp"

#include <algorithm>
#include <utility>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "adapters/redis/ticker_publisher.hpp"
#include "adapters/redis/timers.hpp"
#include "messages/channels.hpp"

namespace outcry::redis {

namespace {

constexpr std::chrono::seconds market_timeout{10};

}  // namespace

market_bridge_state::~market_bridge_state() {
  for (auto& [ticker, entry] : tickers_)
    if (entry.publisher) caf::anon_send_exit(entry.publisher, caf::exit_reason::kill);
}

void market_bridge_state::open(market_bridge_options options) {
  options_ = std::move(options);
  inbox_ = std::make_shared<inbox>(caf::actor_cast<caf::actor_addr>(self_));
  start_clients();
  poll();
}

// The threads know the inbox and never the actor.
void market_bridge_state::start_clients() {
  publisher_options out;
  out.connection = options_.connection;
  out.link = options_.link;
  out.on_state = [this, to = inbox_](const link_report& report) {
    to->post_step([this, report] { on_link(report); });
  };
  outlet_ = std::make_shared<price_outlet>(std::move(out), options_.sender, options_.house);
  outlet_->wire().start();
  redis_ = std::make_unique<questions>(std::shared_ptr<publisher>(outlet_, &outlet_->wire()),
                                       inbox_, [this] { poll_later(); });
  subscriber_options in;
  in.connection = options_.connection;
  in.link = options_.link;
  in.on_batch = [this, to = inbox_, bad = unreadable_,
                 time = options_.house->time](std::span<const message> batch) {
    for (const auto& entry : batch) {
      auto wish = parse_registration(entry.payload);
      if (!wish)
        bad->add(entry.channel, to_string(wish.error()), time->now());
      else if (!to->post([this, wish = *wish] { on_registration(wish); }))
        bad->add(entry.channel, "too many registrations at once", time->now());
    }
  };
  registrations_ = std::make_unique<subscriber>(std::move(in));
  registrations_->subscribe(channels::broker_registration);
  registrations_->start();
}

// -- who wants what -------------------------------------------------------------------------------

void market_bridge_state::poll() {
  redis_->count_subscribers([this](const std::vector<channel_count>& all) { on_counts(all); });
}

void market_bridge_state::poll_later() {
  self_->delayed_send(self_, options_.poll_interval, wake{poll_timer, 0});
}

void market_bridge_state::on_counts(const std::vector<channel_count>& counts) {
  auto now = options_.house->time->now_ms();
  std::map<std::string, std::int64_t> seen;
  for (const auto& [channel, subscribers] : counts)
    if (auto ticker = channels::ticker_of(channel); ticker && subscribers > 0)
      seen[*ticker] = subscribers;
  for (auto& [ticker, entry] : tickers_)
    if (seen.count(ticker) == 0) entry.subscribers = 0;
  for (const auto& [ticker, subscribers] : seen) {
    auto* entry = find(ticker);
    if (entry == nullptr) continue;
    bool more = subscribers > entry->subscribers;
    entry->subscribers = subscribers;
    entry->seen_until_ms = now + options_.linger.count();
    if (entry->leased_until_ms != 0) entry->leased_until_ms = now + options_.lease.count();
    // Whoever makes a pit's publisher start hears the last price from the pit.
    if (more && entry->publisher) caf::anon_send(entry->publisher, wake{repeat_timer, 0});
  }
  decide();
  poll_later();
}

void market_bridge_state::on_registration(const registration& wish) {
  auto* entry = find(wish.ticker);
  if (entry == nullptr) return;
  entry->leased_until_ms =
      wish.subscribe ? options_.house->time->now_ms() + options_.lease.count() : 0;
  decide();
}

market_bridge_state::wanted_ticker* market_bridge_state::find(const std::string& ticker) {
  if (auto known = tickers_.find(ticker); known != tickers_.end()) return &known->second;
  if (tickers_.size() < options_.max_tickers) return &tickers_[ticker];
  if (!std::exchange(said_too_many_, true))
    spdlog::error("redis: more than {} tickers are wanted; {} and later ones are not served",
                  options_.max_tickers, ticker);
  return nullptr;
}

void market_bridge_state::decide() {
  auto now = options_.house->time->now_ms();
  for (auto entry = tickers_.begin(); entry != tickers_.end();) {
    auto& [ticker, state] = *entry;
    bool wanted = now < std::max(state.seen_until_ms, state.leased_until_ms);
    if (wanted && !state.publisher && !state.opening) open_ticker(ticker, state);
    if (!wanted && !state.opening) {
      close_ticker(ticker, state);
      entry = tickers_.erase(entry);
    } else {
      ++entry;
    }
  }
}

void market_bridge_state::open_ticker(const std::string& ticker, wanted_ticker& entry) {
  entry.opening = true;
  self_->request(options_.market, market_timeout, find_pit{ticker})
      .then(
          [this, ticker](const pit_address& found) {
            auto& opened = tickers_[ticker];
            opened.opening = false;
            auto child = self_->spawn(ticker_publisher, ticker, outlet_);
            opened.publisher = caf::actor_cast<caf::actor>(child);
            self_->monitor(opened.publisher);
            self_->send(caf::actor_cast<pit_actor>(found.pit),
                        subscribe_pit{opened.publisher, true});
            spdlog::info("redis: {} is published", ticker);
          },
          [this, ticker](caf::error& reason) {
            self_->count_error();
            tickers_[ticker].opening = false;  // asked again at the next poll
            spdlog::warn("redis: no pit for {}: {}", ticker, self_->system().render(reason));
          });
}

// The pit forgets a subscriber that ends.
void market_bridge_state::close_ticker(const std::string& ticker, wanted_ticker& entry) {
  if (!entry.publisher) return;
  self_->demonitor(entry.publisher.address());
  caf::anon_send_exit(entry.publisher, caf::exit_reason::user_shutdown);
  if (auto board = board_of(self_->system())) board->remove("redis:" + ticker);
  spdlog::info("redis: nobody wants {} any more", ticker);
}

void market_bridge_state::on_down(const caf::down_msg& message) {
  self_->count_error();
  for (auto& [ticker, entry] : tickers_)
    if (entry.publisher && entry.publisher.address() == message.source) entry.publisher = {};
}

// -- the rest -------------------------------------------------------------------------------------

void market_bridge_state::on_link(const link_report& report) {
  auto changed = link_.note(report, options_.house->time->now_ms());
  if (!changed) return;
  if (changed->state == outcry::link_state::live) outlet_->back();
  if (options_.relay) self_->send(options_.relay, *changed);
}

void market_bridge_state::on_timer(const wake& timer) {
  for (auto more = unreadable_->take_new(); more > 0; --more) self_->count_error();
  if (timer.timer == inbox_timer)
    inbox_->run();
  else
    poll();
}

market_bridge_interface::behavior_type market_bridge(market_bridge_actor* self,
                                                     market_bridge_options options) {
  self->observe({"redis", "redis", 0});
  self->set_down_handler([self](const caf::down_msg& message) { self->state.on_down(message); });
  self->state.open(std::move(options));
  return {
      // Time to poll, or a client has something.
      [self](const wake& timer) { self->state.on_timer(timer); },
      // The connection.
      [self](const get_links&) { return self->state.links(); },
  };
}

}  // namespace outcry::redis
