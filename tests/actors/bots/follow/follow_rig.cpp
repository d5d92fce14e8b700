#include "tests/actors/bots/follow/follow_rig.hpp"

#include <stdexcept>
#include <utility>

#include "actors/signals/reading_json.hpp"
#include "adapters/calendar/always_open.hpp"

namespace outcry::test {

namespace {

constexpr const char* ticker = "AAPL";
constexpr const char* source = "discord:1";

std::unique_ptr<follow> make(const std::string& parameters) {
  auto result = std::make_unique<follow>(ticker);
  result->set_parameters(result->check_parameters(parameters).value());
  return result;
}

}  // namespace

follow_rig::follow_rig(std::string parameters, const paper::exchange_options& broker)
    : strategy_(make(parameters)),
      broker_(broker, std::make_unique<calendar::always_open>(),
              std::make_unique<paper::memory_store>()),
      handle_(broker_.handle_of(ticker)),
      parameters_(std::move(parameters)),
      snapshot_(strategy_->snapshot()) {
  broker_.on_time(now_);
}

follow_receipt follow_rig::call(const std::string& id, const signals::signal& x) {
  follow_task task;
  task.source = source;
  task.source_id = id;
  task.body = to_json(x);
  auto result = strategy_->on_task(task, *this);
  note();
  return result;
}

follow_receipt follow_rig::update(const std::string& id, const std::string& about,
                                  const std::vector<signals::update_step>& steps) {
  signals::update said;
  said.steps = steps;
  follow_task task;
  task.what = follow_kind::update;
  task.source = task.target_source = source;
  task.source_id = id;
  task.target_source_id = about;
  task.body = to_json(said);
  auto result = strategy_->on_task(task, *this);
  note();
  return result;
}

follow_receipt follow_rig::withdraw(const std::string& about) {
  follow_task task;
  task.what = follow_kind::withdraw;
  task.source = task.target_source = source;
  task.source_id = about + "/withdrawn";
  task.target_source_id = about;
  auto result = strategy_->on_task(task, *this);
  note();
  return result;
}

void follow_rig::price(const std::string& at) {
  now_ += ns_per_s;
  const price_tick tick{price_of(at), {}, now_, now_};
  broker_.on_trade(handle_, tick, now_);
  strategy_->on_price(tick, *this);
  note();
}

void follow_rig::pass(std::int64_t seconds) {
  now_ += seconds * ns_per_s;
  broker_.on_time(now_);
  if (strategy_->wants_time()) strategy_->on_time(*this);
  note();
}

bool follow_rig::step() {
  for (auto& update : broker_.take_updates()) told_late_.push_back(std::move(update));
  if (!told_late_.empty()) {
    const auto next = std::move(told_late_.front());
    told_late_.pop_front();
    tell(next);
    if (tells_twice) tell(next);
    return true;
  }
  if (wishes_.empty()) return false;
  const auto next = std::move(wishes_.front());
  wishes_.pop_front();
  carry_out(next);
  return true;
}

void follow_rig::settle() {
  for (int i = 0; step(); ++i)
    if (i > 10'000) throw std::runtime_error("they never come to rest");
}

// What it asked for is journalled with its snapshot and goes on; nothing it was told is lost.
void follow_rig::restart() {
  strategy_ = make(parameters_);
  strategy_->restore(snapshot_);
  strategy_->on_start(*this);
  note();
}

// Neither the desk nor the journal ever heard of its wishes; the next life is told so.
void follow_rig::die_before_the_desk_hears() {
  const auto lost = std::exchange(wishes_, {});
  strategy_ = make(parameters_);
  strategy_->restore(snapshot_);
  strategy_->on_start(*this);
  note();
  for (const auto& one : lost)
    if (!one.is_cancel) refuse(one.request, "the order desk never took it");
}

void follow_rig::note() {
  snapshot_ = strategy_->snapshot();
  for (auto& trade : strategy_->take_trades()) trades_.push_back(std::move(trade));
}

std::uint64_t follow_rig::submit(const order_terms& terms, const std::vector<order_terms>& exits) {
  wish next;
  const auto number = ++last_number_;
  next.request = {std::to_string(number), terms};
  for (const auto& exit : exits)
    next.request.exits.push_back({std::to_string(++last_number_), exit});
  wishes_.push_back(std::move(next));
  return number;
}

std::uint64_t follow_rig::submit_exit(std::uint64_t parent, const order_terms& terms) {
  wish next;
  next.request = {std::to_string(++last_number_), terms};
  next.request.parent = std::to_string(parent);
  wishes_.push_back(std::move(next));
  return last_number_;
}

void follow_rig::cancel(std::uint64_t number) {
  wishes_.push_back({true, std::to_string(number), {}});
}

void follow_rig::carry_out(const wish& next) {
  if (next.is_cancel) {
    if (auto known = broker_.find_by_client_id(next.cancelled))
      (void)broker_.cancel(known->id, now_);
    return;
  }
  if (!lets_through(next.request)) return refuse(next.request, "not let through");
  if (auto taken = broker_.submit(next.request, now_); !taken)
    refuse(next.request, taken.error().reason);
}

void follow_rig::refuse(const order_request& request, const std::string& why) {
  const auto one = [&](const std::string& id, const order_terms& terms, const std::string& parent) {
    own_order_event event;
    event.event = "refused";
    event.order = {std::stoull(id),
                   terms,
                   order_status::never_sent,
                   {},
                   {},
                   parent.empty() ? 0 : std::stoull(parent)};
    event.reason = why;
    event.at_ns = now_;
    tell(event);
  };
  one(request.client_order_id, request.terms, request.parent);
  for (const auto& exit : request.exits)
    one(exit.client_order_id, exit.terms, request.client_order_id);
}

void follow_rig::tell(const broker_update& update) {
  const auto& order = update.order;
  own_order_event event;
  event.event = update.event;
  event.order = {std::stoull(order.request.client_order_id),
                 order.request.terms,
                 order.status,
                 order.filled_qty,
                 order.filled_avg_price,
                 order.request.parent.empty() ? 0 : std::stoull(order.request.parent)};
  event.price = update.price;
  event.qty = update.qty;
  event.reason = order.reason;
  event.at_ns = update.at_ns;
  tell(event);
}

void follow_rig::tell(const own_order_event& event) {
  strategy_->on_own_order(event, *this);
  note();
}

Quantity follow_rig::position() const {
  const auto all = broker_.positions();
  return all.empty() ? Quantity{} : all.front().qty;
}

std::vector<broker_order> follow_rig::open(order_type type) const {
  std::vector<broker_order> result;
  for (auto& order : broker_.open_orders())
    if (order.request.terms.type == type) result.push_back(order);
  return result;
}

// Per entry, since exits of one entry share what it has bought: any one stop, or all sales at the
// market together.
Quantity follow_rig::covered() const {
  std::map<std::string, Quantity> by_stops;
  std::map<std::string, Quantity> by_sales;
  for (const auto& order : broker_.open_orders()) {
    const auto& terms = order.request.terms;
    if (order.request.parent.empty()) continue;
    const auto left = terms.qty - order.filled_qty;
    auto& stop = by_stops[order.request.parent];
    if (terms.type == order_type::stop) stop = std::max(stop, left);
    if (terms.type == order_type::market) by_sales[order.request.parent] += left;
  }
  Quantity result;
  for (const auto& [parent, qty] : by_stops) result += std::max(qty, by_sales[parent]);
  return result;
}

std::optional<trade_record> follow_rig::last() const {
  if (trades_.empty()) return std::nullopt;
  return trades_.back();
}

signals::signal long_call() {
  signals::signal x;
  x.ticker = "AAPL";
  x.asset = signals::asset_kind::stock;
  x.entries = {price_of("100")};
  x.stop = signals::stop_rule{price_of("90"), signals::stop_trigger::touch, ""};
  x.targets = {price_of("110"), price_of("120")};
  return x;
}

Price price_of(const std::string& text) {
  return Price::parse(text).value();
}

Quantity shares(std::int64_t n) {
  return Quantity::from_integer(n);
}

}  // namespace outcry::test
