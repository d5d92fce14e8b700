#include "adapters/redis/container_trader.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/trading/risk.hpp"
#include "adapters/redis/timers.hpp"
#include "messages/error.hpp"

namespace outcry::redis {

namespace {

constexpr std::chrono::seconds answer_timeout{30};
constexpr std::chrono::seconds price_timeout{2};
constexpr std::chrono::seconds trader_pause{1};
constexpr std::chrono::seconds look_interval{5};
constexpr std::int64_t patience_ms = 3'000;
constexpr std::size_t max_tasks = 1000;
constexpr std::uint32_t events_again = 100;
constexpr std::uint32_t events_at_once = 1000;
constexpr std::string_view from_elsewhere = "the bot was with another floor: start it anew";
const std::string never_taken(to_string(ec::unavailable));

// Nobody knows how many shares that will be.
bool is_of_money(const order_terms& terms) {
  return !terms.notional.is_zero();
}

}  // namespace

// -- opening --------------------------------------------------------------------------------------

void container_trader_state::open(bot_identity identity, container_interface bot,
                                  std::shared_ptr<const container_trader_services> services) {
  identity_ = std::move(identity);
  bot_ = std::move(bot);
  services_ = std::move(services);
  load();
  self_->delayed_send(self_, look_interval, wake{look_timer, 0});
}

// First the introduction: what happens from then on is told, and what happened before is
// journalled.
void container_trader_state::load() {
  meet_order_desk hello{identity_.id, identity_.ticker, caf::actor_cast<caf::actor>(self_)};
  self_->request(bot_, answer_timeout, std::move(hello))
      .then([this](const order_desk_greeting&) { find_last_event(false); },
            [this](caf::error& reason) { not_loaded(reason); });
}

// An image does not say which event was its last: it is the one before and after which there was
// nothing new.
void container_trader_state::find_last_event(bool then_compare) {
  self_
      ->request(services_->journal, answer_timeout,
                read_order_events{identity_.id, account_.seq, events_at_once})
      .then(
          [this, then_compare](const order_event_list& list) {
            if (list.events.empty() && then_compare) return on_image(image_);
            if (!list.events.empty()) account_.seq = list.events.back().seq;
            if (list.events.size() == events_at_once)
              find_last_event(false);
            else
              read_image();
          },
          [this](caf::error& reason) { not_loaded(reason); });
}

void container_trader_state::read_image() {
  self_->request(services_->journal, answer_timeout, load_bot{identity_.id})
      .then(
          [this](const bot_image& image) {
            image_ = image;
            find_last_event(true);
          },
          [this](caf::error& reason) { not_loaded(reason); });
}

void container_trader_state::not_loaded(const caf::error& reason) {
  self_->count_error();
  spdlog::warn("container bot {} cannot order yet: {}", identity_.id,
               self_->system().render(reason));
  self_->delayed_send(self_, trader_pause, wake{load_timer, 0});
}

void container_trader_state::on_image(const bot_image& image) {
  account_.position = {};
  account_.open.clear();
  has_traded_ = !image.holdings.empty();
  for (const auto& holding : image.holdings)
    if (holding.ticker == identity_.ticker) account_.position += holding.qty;
  for (const auto& order : image.orders) {
    account_.number = std::max(account_.number, order.number);
    if (is_closed(order.status)) continue;
    account_.open[order.number] = {order.order.request.terms, order.status, order.order.filled_qty,
                                   order.order.filled_avg_price};
  }
  image_ = {};
  loaded_ = true;
  find_out_whose();
  catch_up();
  serve_next();
}

// -- events ---------------------------------------------------------------------------------------

void container_trader_state::on_event(const order_event& event) {
  // Its place in the row is known only when what came before it has been read.
  if (!loaded_ || reading_)
    read_again_ = true;
  else
    take(event);
}

void container_trader_state::on_reopened() {
  if (!loaded_) return;
  catch_up();
  for (const auto& [number, entry_id] : cancels_)
    self_->send(services_->orders, cancel_order{identity_.id, number});
}

void container_trader_state::catch_up() {
  if (std::exchange(reading_, true)) {
    read_again_ = true;
    return;
  }
  read_again_ = false;
  self_
      ->request(services_->journal, answer_timeout,
                read_order_events{identity_.id, account_.seq, events_at_once})
      .then(
          [this](const order_event_list& list) {
            for (const auto& event : list.events) take(event);
            reading_ = false;
            if (read_again_ || list.events.size() == events_at_once) catch_up();
          },
          [this](caf::error&) {
            self_->count_error();
            reading_ = false;
            read_again_ = true;  // with the next look
          });
}

void container_trader_state::take(const order_event& event) {
  const auto before = account_.seq;
  if (!account_.take(event)) return;
  if (event.qty.is_positive()) has_traded_ = true;
  if (account_.open.count(event.number) == 0)
    if (auto done = cancels_.extract(event.number); !done.empty())
      services_->acknowledge(done.mapped());
  if (present_ && handled_ >= 0 && !elsewhere_) tell(event, before);
}

void container_trader_state::tell(const order_event& event, std::int64_t after) {
  services_->send(identity_.id, "order_event", container_order_event(event, after));
}

void container_trader_state::on_presence(std::int64_t last_event, bool present) {
  if (last_event != handled_ || !present) progress_ms_ = now_ms();
  present_ = present;
  handled_ = last_event;
  if (!loaded_) return;
  find_out_whose();
  if (!present_ || elsewhere_) return;
  if (handled_ < 0)
    services_->send(identity_.id, "orders", to_json(account_));
  else if (handled_ < account_.seq && now_ms() - progress_ms_ >= patience_ms)
    tell_again();
}

// Its position is not of this journal, and stays so when the seqs here have come as far: only a
// bot that asks how things stand is ours again.
void container_trader_state::find_out_whose() {
  if (!present_) return;
  if (handled_ < 0) {
    elsewhere_ = false;
  } else if (handled_ > account_.seq && !std::exchange(elsewhere_, true)) {
    self_->count_error();
    spdlog::error("container bot {} has heard of event {}, and the journal only knows {}: {}",
                  identity_.id, handled_, account_.seq, from_elsewhere);
  }
}

void container_trader_state::tell_again() {
  progress_ms_ = now_ms();
  self_
      ->request(services_->journal, answer_timeout,
                read_order_events{identity_.id, handled_, events_again})
      .then(
          [this, after = handled_](const order_event_list& list) mutable {
            for (const auto& event : list.events) tell(event, std::exchange(after, event.seq));
          },
          [this](caf::error&) { self_->count_error(); });
}

// -- wishes ---------------------------------------------------------------------------------------

void container_trader_state::on_wish(any_wish wish, std::string entry_id, std::string why) {
  bool waits = std::any_of(tasks_.begin(), tasks_.end(),
                           [&](const task& other) { return other.entry_id == entry_id; });
  if (waits || tasks_.size() >= max_tasks) return;
  tasks_.push_back({std::move(wish), std::move(entry_id), std::move(why)});
  serve_next();
}

// The stream's own time: an entry's id begins with the milliseconds of its writing.
bool container_trader_state::is_too_old(const std::string& entry_id) const {
  std::int64_t written = 0;
  std::from_chars(entry_id.data(), entry_id.data() + entry_id.size(), written);
  return now_ms() - written > services_->max_age_ms;
}

void container_trader_state::serve_next() {
  if (busy_ || !loaded_ || tasks_.empty()) return;
  busy_ = true;
  auto& [wish, entry_id, why] = tasks_.front();
  if (const auto* stop = std::get_if<cancel_order>(&wish)) return cancel(*stop);
  if (const auto* order = std::get_if<place_order>(&wish)) {
    if (elsewhere_ && order->number > account_.number) return refuse_front(order->number);
    if (!elsewhere_ && !is_too_old(entry_id)) return ask_price(*order);
    why = elsewhere_ ? from_elsewhere : "it has waited too long for the floor";
    wish = settle_order{order->bot_id, order->number};
  }
  settle(std::get<settle_order>(wish));
}

// The desk is not asked: a refusal in the journal would bring its seqs closer to the bot's.
void container_trader_state::refuse_front(std::uint64_t number) {
  order_record refused;
  refused.number = number;
  refused.status = order_status::never_sent;
  refused.code = to_string(ec::refused);
  refused.reason = from_elsewhere;
  services_->send(identity_.id, "order_answer", container_order_answer(refused));
  finish_front();
}

// The desk does not listen to prices: who orders says what he knows.
void container_trader_state::ask_price(const place_order& wish) {
  self_->request(services_->market, price_timeout, find_pit{identity_.ticker})
      .then(
          [this, wish](const pit_address& found) {
            self_->request(caf::actor_cast<pit_actor>(found.pit), price_timeout, get_pit{})
                .then(
                    [this, wish](const pit_status& pit) {
                      auto priced = wish;
                      priced.feed = pit.state;
                      if (pit.has_price) {
                        priced.last_price = pit.last.price;
                        priced.last_price_ns = pit.last.event_ns;
                      }
                      place(priced);
                    },
                    [this, wish](caf::error&) { place(wish); });
          },
          [this, wish](caf::error&) { place(wish); });
}

// What reduces a position is judged by the desk as well; here it is only told apart.
bool container_trader_state::closes_position(const order_terms& terms) const {
  const bool unknown =
      std::any_of(account_.open.begin(), account_.open.end(), [&](const auto& entry) {
        return entry.second.terms.side == terms.side && is_of_money(entry.second.terms);
      });
  if (unknown) return false;
  return !increases_exposure(terms, account_.position, left_to_do(order_side::buy),
                             left_to_do(order_side::sell));
}

/// Of orders in shares.
Quantity container_trader_state::left_to_do(order_side side) const {
  Quantity sum;
  for (const auto& [number, order] : account_.open)
    if (order.terms.side == side && !is_of_money(order.terms))
      sum += order.terms.qty - order.filled_qty;
  return sum;
}

void container_trader_state::place(place_order wish) {
  wish.limits = limits_;
  if (!exits_.empty() && closes_position(wish.terms)) wish.purpose = order_purpose::exit;
  self_->request(services_->orders, answer_timeout, wish)
      .then([this](const order_record& record) { answered(record); },
            [this, wish](caf::error& reason) { not_answered(wish.bot_id, wish.number, reason); });
}

void container_trader_state::settle(const settle_order& question) {
  self_->request(services_->orders, answer_timeout, question)
      .then([this](const order_record& record) { answered(record); },
            [this, question](caf::error& reason) {
              not_answered(question.bot_id, question.number, reason);
            });
}

void container_trader_state::answered(order_record record) {
  if (const auto& why = tasks_.front().why; !why.empty() && record.code == never_taken) {
    record.code = to_string(ec::invalid_input);
    record.reason = why;
  }
  account_.number = std::max(account_.number, record.number);
  // Its first event may come much later, or be here already: then it knows better.
  if (!is_closed(record.status))
    account_.open.try_emplace(
        record.number,
        container_account::open_order{record.order.request.terms, record.status,
                                      record.order.filled_qty, record.order.filled_avg_price});
  services_->send(identity_.id, "order_answer", container_order_answer(record));
  finish_front();
}

// Nobody knows whether the desk took it: from now on it is only asked about.
void container_trader_state::not_answered(const std::string& bot_id, std::uint64_t number,
                                          const caf::error& reason) {
  self_->count_error();
  spdlog::warn("order {} of container bot {} is not answered: {}", number, bot_id,
               self_->system().render(reason));
  tasks_.front().wish = settle_order{bot_id, number};
  self_->delayed_send(self_, trader_pause, wake{retry_timer, 0});
}

void container_trader_state::cancel(const cancel_order& wish) {
  const auto& entry_id = tasks_.front().entry_id;
  if (account_.open.count(wish.number) == 0) {
    services_->acknowledge(entry_id);
  } else {
    // One of them is enough to come again after a restart.
    auto first = cancels_.try_emplace(wish.number, entry_id).first;
    if (first->second != entry_id) services_->acknowledge(entry_id);
    self_->send(services_->orders, wish);
  }
  tasks_.pop_front();
  busy_ = false;
  serve_next();
}

void container_trader_state::finish_front() {
  services_->acknowledge(tasks_.front().entry_id);
  tasks_.pop_front();
  busy_ = false;
  serve_next();
}

// -- its end --------------------------------------------------------------------------------------

void container_trader_state::on_exit(const std::string& message_id, bool begins) {
  if (begins)
    exits_.insert(message_id);
  else
    exits_.erase(message_id);
}

// Wishes that are not served yet come again, and find nobody.
void container_trader_state::on_farewell() {
  for (auto side : {order_side::buy, order_side::sell}) {
    const auto may = side == order_side::sell ? account_.position : -account_.position;
    const bool too_much = left_to_do(side) > may;
    for (const auto& [number, order] : account_.open)
      if (order.terms.side == side && (too_much || is_of_money(order.terms)))
        self_->send(services_->orders, cancel_order{identity_.id, number});
  }
  self_->quit(caf::exit_reason::user_shutdown);
}

// -- what it has earned ---------------------------------------------------------------------------

void container_trader_state::ask_profit() {
  self_->request(services_->orders, answer_timeout, get_positions{})
      .then([this](const position_list& all) { tell_profit(all); },
            [this](caf::error&) { self_->count_error(); });
}

// Without a ladder there is no plan to be better than: the total is the profit.
void container_trader_state::tell_profit(const position_list& all) {
  for (const auto& [holding, claimed] : all.bots) {
    if (holding.bot_id != identity_.id || holding.ticker != identity_.ticker) continue;
    profit_figures figures;
    figures.profit = figures.total = multiply(holding.mark, holding.qty) - holding.spent;
    self_->send(services_->performance, bot_performance{identity_.id, identity_.ticker, figures,
                                                        services_->house->time->now()});
  }
}

void container_trader_state::on_timer(const wake& timer) {
  if (timer.timer == load_timer) return load();
  if (timer.timer == retry_timer) {
    busy_ = false;
    return serve_next();
  }
  if (loaded_ && read_again_) catch_up();
  if (loaded_ && has_traded_ && services_->performance) ask_profit();
  for (const auto& [number, entry_id] : cancels_)
    self_->send(services_->orders, cancel_order{identity_.id, number});
  self_->delayed_send(self_, look_interval, timer);
}

container_trader_interface::behavior_type container_trader(
    container_trader_actor* self, bot_identity identity, container_interface bot,
    std::shared_ptr<const container_trader_services> services) {
  self->observe({"orders:" + identity.id, "container_trader", 10'000});
  self->state.open(std::move(identity), std::move(bot), std::move(services));
  return {
      // -- order_owner_actor ---------------------------------------------------------------------
      // Something happened to one of its orders.
      [self](const order_event& event) { self->state.on_event(event); },
      // Events may be missing.
      [self](const orders_reopened&) { self->state.on_reopened(); },
      // The market's day; bots in containers have a calendar of their own.
      [](const market_session&) {},
      // -- from the bridge -----------------------------------------------------------------------
      // It wants to order.
      [self](const place_order& wish, const std::string& entry_id) {
        self->state.on_wish(wish, entry_id);
      },
      // It wants an order cancelled.
      [self](const cancel_order& wish, const std::string& entry_id) {
        self->state.on_wish(wish, entry_id);
      },
      // It asks what became of an order.
      [self](const settle_order& wish, const std::string& entry_id, const std::string& why) {
        self->state.on_wish(wish, entry_id, why);
      },
      // How far it has come with its events, and whether it is there.
      [self](std::int64_t last_event, bool present) {
        self->state.on_presence(last_event, present);
      },
      // It has left for good.
      [self](const unregister_bot&) { self->state.on_farewell(); },
      // -- from the bot's actor ------------------------------------------------------------------
      // Its limits.
      [self](const risk_limits& limits) { self->state.on_limits(limits); },
      // It is to leave its position.
      [self](const bot_command& exit) { self->state.on_exit(exit.message.id, true); },
      // That is over.
      [self](const command_outcome& exit) { self->state.on_exit(exit.message_id, false); },
      // Time to try again.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry::redis
