#include "actors/trading/performance.hpp"

#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/trading/owed_performance.hpp"

namespace outcry {

namespace {

constexpr std::chrono::seconds journal_timeout{30};

}  // namespace

void performance_state::open(performance_services services) {
  services_ = std::move(services);
  load();
  self_->delayed_send(self_, std::chrono::milliseconds(services_.options.interval_ms), wake{});
}

std::int64_t performance_state::steady_ms() const {
  auto since = self_->clock().now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

// Until the journal has answered nobody knows where a bot's day began.
void performance_state::load() {
  if (loading_) return;
  loading_ = true;
  self_->request(services_.journal, journal_timeout, get_performance{})
      .then(
          [this](const performance_list& known) {
            book_.restore(known.bots);
            book_.advance(services_.trading_day(services_.house->time->now()));
            loaded_ = true;
            for (const auto& [id, word] : std::exchange(early_, {})) take(word);
            mark_all();
          },
          [this](caf::error&) {
            loading_ = false;
            self_->count_error();
          });
}

void performance_state::on_word(const bot_performance& word) {
  if (loaded_) {
    take(word);
  } else if (early_.size() < performance_book::max_bots || early_.count(word.bot_id) != 0) {
    early_[word.bot_id] = word;
  }
}

void performance_state::take(const bot_performance& word) {
  const auto change = book_.note(word, services_.trading_day(word.at_ns));
  if (change == performance_change::none) return;
  if (change == performance_change::refused) {
    self_->count_error();
    if (!std::exchange(said_refused_, true))
      spdlog::warn("performance: the figures of {} are not taken: nonsense, or too many bots",
                   word.bot_id);
    return;
  }
  if (change == performance_change::booked) urgent_ = true;
  untold_.insert(word.ticker);
  unwritten_.insert(word.ticker);
}

void performance_state::mark_all() {
  untold_ = book_.tickers();
  unwritten_ = untold_;
  urgent_ = true;
}

caf::result<performance_list> performance_state::list(const get_performance& query) {
  if (!loaded_ || (!query.day.empty() && query.day < book_.day()))
    return self_->delegate(services_.journal, query);
  return performance_list{query.day.empty() ? book_.day() : query.day, book_.records()};
}

void performance_state::on_timer() {
  self_->delayed_send(self_, std::chrono::milliseconds(services_.options.interval_ms), wake{});
  if (!loaded_) {
    load();
    return;
  }
  if (book_.advance(services_.trading_day(services_.house->time->now()))) mark_all();
  tell();
  if (is_write_due()) write();
}

void performance_state::tell() {
  if (untold_.empty()) return;
  const auto updates = book_.sums(std::exchange(untold_, {}), services_.house->time->now());
  for (const auto& listener : services_.listeners)
    for (const auto& update : updates) self_->send(listener, update);
}

bool performance_state::is_write_due() const {
  if (writing_ || unwritten_.empty()) return false;
  return urgent_ || steady_ms() - written_ms_ >= services_.options.marks_interval_ms;
}

// One write in flight; what changes meanwhile goes with the next.
void performance_state::write() {
  auto tickers = std::exchange(unwritten_, {});
  urgent_ = false;
  writing_ = true;
  written_ms_ = steady_ms();
  journal_write write;
  write.performance = book_.unsaved();
  if (services_.house->has_mirror)
    write.owed = owed_performance(book_.sums(tickers, services_.house->time->now()),
                                  services_.options.mirror_services);
  auto records = write.performance;
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then([this, records = std::move(records)](const journal_receipt&) { written(records); },
            [this, tickers = std::move(tickers)](caf::error&) { not_written(tickers); });
}

void performance_state::written(const std::vector<performance_record>& records) {
  writing_ = false;
  book_.saved(records);
  if (services_.relay && services_.house->has_mirror) self_->send(services_.relay, owed_hint{});
}

void performance_state::not_written(std::set<std::string> tickers) {
  self_->count_error();
  writing_ = false;
  urgent_ = true;
  unwritten_.merge(tickers);
}

performance_impl::behavior_type performance(performance_self* self, performance_services services) {
  self->observe({"performance", "performance", 100'000});
  self->state.open(std::move(services));
  return {
      // A bot's word.
      [self](const bot_performance& word) { self->state.on_word(word); },
      // A day, bot by bot.
      [self](const get_performance& query) { return self->state.list(query); },
      // Time to tell and to write.
      [self](const wake&) { self->state.on_timer(); },
  };
}

}  // namespace outcry
