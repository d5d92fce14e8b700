#include "actors/market/broker_feed.hpp"

#include <algorithm>
#include <chrono>

#include <spdlog/spdlog.h>

namespace outcry {

namespace {

enum feed_timer : std::uint8_t { poll_timer, watch_timer };

constexpr std::chrono::seconds pit_timeout{90};

}  // namespace

void feed_state_machine::open(std::shared_ptr<feed_book> book, feed_options options,
                              house_ptr house) {
  book_ = std::move(book);
  options_ = options;
  house_ = std::move(house);
  if (book_->source->pace() != source_pace::external) {
    book_->link.state = link_state::live;
    book_->link.since_ms = house_->time->now_ms();
    book_->link.reason = book_->source->describe();
  }
  arm_watch();
  if (book_->open) schedule_poll(house_->time->now());
}

void feed_state_machine::on_demand(const demand& request) {
  if (!request.pit) return forget(request.ticker);
  auto& watched = book_->tickers[request.ticker];
  bool was_wanted = watched.wanted_by > 0;
  watched.wanted_by = request.wanted_by;
  if (was_wanted != (request.wanted_by > 0)) {
    book_->source->want(request.ticker, request.wanted_by > 0);
    watched.last_heard_ns = house_->time->now();
    watched.heard = false;
  }
  auto pit = caf::actor_cast<pit_actor>(request.pit);
  if (watched.pit != pit) {
    watched.pit = pit;
    watched.told_once = false;
  }
  // A ticker that nobody wants any more is told too: its last price is no longer fresh.
  tell(request.ticker, watched);
}

void feed_state_machine::forget(const std::string& ticker) {
  auto known = book_->tickers.find(ticker);
  if (known == book_->tickers.end()) return;
  if (known->second.wanted_by > 0) book_->source->want(ticker, false);
  book_->tickers.erase(known);
}

void feed_state_machine::on_open() {
  if (book_->open) return;
  book_->open = true;
  spdlog::info("the feed opens: {}", book_->source->describe());
  schedule_poll(house_->time->now());
}

void feed_state_machine::schedule_poll(std::optional<timestamp_ns> at) {
  if (book_->source->pace() == source_pace::external) return;
  if (!at) {
    book_->ended = true;
    book_->link.reason = book_->source->describe() + ", ended";
    spdlog::info("the feed has ended: {}", book_->source->describe());
    watch();
    return;
  }
  auto wait = std::max<duration_ns>(0, *at - house_->time->now());
  auto next = wake{poll_timer, ++poll_generation_};
  if (wait == 0)
    self_->send(self_, next);
  else
    self_->delayed_send(self_, std::chrono::nanoseconds(wait), next);
}

void feed_state_machine::poll() {
  auto batches = std::make_shared<std::vector<price_batch>>();
  std::optional<timestamp_ns> again;
  try {
    again = book_->source->poll(house_->time->now(), *batches);
  } catch (const std::exception& e) {
    spdlog::error("the feed's source broke: {}", e.what());
    book_->link = {"feed", link_state::down, house_->time->now_ms(), e.what(), 0};
    watch();
    throw;
  }
  for (const auto& batch : *batches) note_heard(batch.ticker);
  if (book_->source->pace() == source_pace::lockstep) {
    send_lockstep(std::move(batches), 0, again);
    return;
  }
  for (const auto& batch : *batches) send_batch(batch);
  schedule_poll(again);
}

void feed_state_machine::send_lockstep(std::shared_ptr<std::vector<price_batch>> batches,
                                       std::size_t next, std::optional<timestamp_ns> again) {
  if (next == batches->size()) {
    schedule_poll(again);
    return;
  }
  auto& batch = (*batches)[next];
  auto go_on = [this, batches, next, again] { send_lockstep(batches, next + 1, again); };
  auto to = book_->tickers.find(batch.ticker);
  if (to == book_->tickers.end() || !to->second.pit) return go_on();
  self_->request(to->second.pit, pit_timeout, lockstep_batch{batch})
      .then([go_on](const batch_receipt&) { go_on(); },
            [this, go_on, &batch](caf::error& reason) {
              self_->count_error();
              spdlog::error("pit {} missed a batch: {}", batch.ticker,
                            self_->system().render(reason));
              go_on();
            });
}

void feed_state_machine::send_batch(const price_batch& batch) {
  auto found = book_->tickers.find(batch.ticker);
  if (found == book_->tickers.end() || !found->second.pit) return;
  self_->send(found->second.pit, batch);
}

void feed_state_machine::note_heard(const std::string& ticker) {
  auto& watched = book_->tickers[ticker];
  watched.heard = true;
  watched.last_heard_ns = house_->time->now();
  if (watched.told != feed_state::live) tell(ticker, watched);
}

void feed_state_machine::on_external_prices(const price_batch& batch) {
  auto found = book_->tickers.find(batch.ticker);
  if (found == book_->tickers.end() || found->second.wanted_by == 0) return;
  note_heard(batch.ticker);
  note_lag(batch);
  send_batch(batch);
}

void feed_state_machine::note_lag(const price_batch& batch) {
  if (batch.ticks.empty()) return;
  const auto& last = batch.ticks.back();
  if (last.event_ns > 0)
    book_->lag.took((last.init_ns - last.event_ns) / ns_per_ms, house_->time->now_ms());
}

void feed_state_machine::on_external_order(const order_update& update) {
  auto found = book_->tickers.find(update.ticker);
  if (found != book_->tickers.end() && found->second.pit) self_->send(found->second.pit, update);
}

void feed_state_machine::on_link(const link_status& link) {
  book_->link = link;
  watch();
}

feed_state feed_state_machine::judge(const watched_ticker& watched) const {
  auto now = house_->time->now();
  if (book_->link.state == link_state::down) return feed_state::down;
  if (book_->ended || !book_->source->in_session(now)) return feed_state::closed;
  bool silent = now - watched.last_heard_ns > options_.stale_after_ns;
  if (silent && book_->open && watched.wanted_by > 0) return feed_state::stale;
  return watched.heard ? feed_state::live : feed_state::waiting;
}

void feed_state_machine::arm_watch() {
  self_->delayed_send(self_, std::chrono::milliseconds(options_.watch_interval_ms),
                      wake{watch_timer, 0});
}

void feed_state_machine::watch() {
  for (auto all = book_->source->unreadable(); book_->unreadable < all; ++book_->unreadable)
    self_->count_error();
  for (auto& [ticker, watched] : book_->tickers)
    if (watched.wanted_by > 0 && judge(watched) != watched.told) tell(ticker, watched);
}

void feed_state_machine::tell(const std::string& ticker, watched_ticker& watched) {
  auto state = judge(watched);
  if (watched.told_once && state == watched.told) return;
  if (!watched.pit) return;
  watched.told = state;
  watched.told_once = true;
  std::string reason;
  if (state == feed_state::down) reason = book_->link.reason;
  if (state == feed_state::stale) {
    reason = "no price since " + to_iso(watched.last_heard_ns);
    spdlog::warn("{} is stale: {}", ticker, reason);
  }
  self_->send(watched.pit, feed_status{ticker, state, house_->time->now(), reason});
}

void feed_state_machine::on_timer(const wake& timer) {
  if (timer.timer == watch_timer) {
    watch();
    arm_watch();
  } else if (timer.generation == poll_generation_) {
    poll();
  }
}

link_list feed_state_machine::links() const {
  auto link = book_->link;
  link.lag_ms = book_->lag.lag_ms(house_->time->now_ms());
  return {{std::move(link)}};
}

feed_impl::behavior_type broker_feed(feed_self* self, std::shared_ptr<feed_book> book,
                                     feed_options options, house_ptr house) {
  self->observe({"feed", "feed", 100'000});
  self->state.open(std::move(book), options, std::move(house));
  return {
      // Who wants what.
      [self](const demand& request) { self->state.on_demand(request); },
      // Everybody configured has subscribed.
      [self](const open_feed&) { self->state.on_open(); },
      // Ticks from a bridge.
      [self](const price_batch& batch) { self->state.on_external_prices(batch); },
      // An order event from a bridge.
      [self](const order_update& update) { self->state.on_external_order(update); },
      // The bridge's connection came or went.
      [self](const link_status& link) { self->state.on_link(link); },
      // The state of the source.
      [self](const get_links&) { return self->state.links(); },
      // Time to poll or to watch.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry
