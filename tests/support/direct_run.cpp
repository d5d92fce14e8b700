#include "tests/support/direct_run.hpp"

#include <deque>
#include <map>
#include <memory>
#include <stdexcept>

#include "actors/bots/strategies/strategy.hpp"
#include "adapters/calendar/new_york.hpp"
#include "adapters/calendar/us_equity_calendar.hpp"
#include "adapters/paper/exchange.hpp"
#include "adapters/replay/tick_file.hpp"

namespace outcry::test {

namespace {

/// Strategy and exchange, face to face.
class face_to_face final : public trader {
public:
  face_to_face(const std::string& name, const std::string& ticker, const std::string& parameters,
               const paper::exchange_options& broker)
      : tried_(make_strategy(name, ticker)),
        broker_(broker, std::make_unique<calendar::us_equity_calendar>(),
                std::make_unique<paper::memory_store>()),
        handle_(broker_.handle_of(ticker)) {
    tried_->set_parameters(tried_->check_parameters(parameters).value());
  }

  void start(timestamp_ns t) {
    now_ = t;
    broker_.on_time(t);
    tried_->on_start(*this);
    settle();
  }

  void hear(const price_tick& tick) {
    now_ = tick.init_ns;
    broker_.on_trade(handle_, tick, now_);
    // A strategy hears the price before it hears what the price did to its orders.
    tried_->on_price(tick, *this);
    settle();
  }

  void end(timestamp_ns t) {
    now_ = t;
    broker_.on_time(t);
    settle();
  }

  direct_result conclude() {
    auto account = broker_.account();
    auto positions = broker_.positions();
    result_.orders = last_number_;
    result_.cash = account.cash;
    result_.equity = account.equity;
    if (!positions.empty()) result_.shares = positions[0].qty;
    return std::move(result_);
  }

  std::uint64_t submit(const order_terms& terms) override { return submit(terms, {}); }
  std::uint64_t submit(const order_terms& terms, const std::vector<order_terms>& exits) override {
    const auto number = ++last_number_;
    last_number_ += exits.size();
    wishes_.push_back({number, false, terms, 0, exits});
    return number;
  }
  std::uint64_t submit_exit(std::uint64_t parent, const order_terms& terms) override {
    wishes_.push_back({++last_number_, false, terms, parent, {}});
    return last_number_;
  }
  void cancel(std::uint64_t number) override { wishes_.push_back({number, true, {}, 0, {}}); }
  timestamp_ns now() const override { return now_; }
  session_phase phase() const override { return broker_.session().phase; }

private:
  struct wish {
    std::uint64_t number = 0;
    bool is_cancel = false;
    order_terms terms;
    std::uint64_t parent = 0;
    std::vector<order_terms> exits;
  };

  /// Until nobody wants or has to say anything more.
  void settle() {
    while (!wishes_.empty() || broker_.has_updates()) {
      for (const auto& update : broker_.take_updates()) tell(update);
      if (wishes_.empty()) continue;
      auto next = std::move(wishes_.front());
      wishes_.pop_front();
      carry_out(next);
    }
  }

  void carry_out(const wish& next) {
    auto id = std::to_string(next.number);
    if (next.is_cancel) {
      if (auto known = broker_.find_by_client_id(id)) (void)broker_.cancel(known->id, now_);
      return;
    }
    order_request request{id, next.terms};
    if (next.parent != 0) request.parent = std::to_string(next.parent);
    auto number = next.number;
    for (const auto& exit : next.exits) request.exits.push_back({std::to_string(++number), exit});
    if (broker_.submit(request, now_)) return;
    refuse("rejected", next.number, next.terms, next.parent);
    number = next.number;
    for (const auto& exit : next.exits) refuse("refused", ++number, exit, next.number);
  }

  void refuse(const char* event, std::uint64_t number, const order_terms& terms,
              std::uint64_t parent) {
    const auto status = parent == 0 ? order_status::rejected : order_status::never_sent;
    tried_->on_own_order({event, {number, terms, status, {}, {}, parent}, {}, {}, "", now_}, *this);
  }

  void tell(const broker_update& update) {
    const auto& order = update.order;
    if (update.qty.is_positive())
      result_.fills.push_back({update.at_ns, order.request.terms.side, update.price, update.qty});
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
    event.at_ns = update.at_ns;
    tried_->on_own_order(event, *this);
  }

  std::unique_ptr<strategy> tried_;
  paper::exchange broker_;
  paper::ticker_handle handle_;
  std::deque<wish> wishes_;
  std::uint64_t last_number_ = 0;
  timestamp_ns now_ = 0;
  direct_result result_;
};

}  // namespace

direct_result run_directly(const std::string& strategy, const std::string& ticker,
                           const std::string& parameters, const std::string& file,
                           const std::string& day, const paper::exchange_options& broker) {
  auto midnight = calendar::new_york_time(calendar::parse_day(day).value(), {});
  face_to_face run{strategy, ticker, parameters, broker};
  replay::tick_file rows{file};
  auto row = rows.next();
  if (!row) throw std::runtime_error(file + ": no trades");
  std::uint64_t trades = 0;
  run.start(midnight + row->time_ms * ns_per_ms - ns_per_s);
  for (; row; row = rows.next(), ++trades) {
    auto at = midnight + row->time_ms * ns_per_ms;
    run.hear({row->price, row->size, at, at});
  }
  run.end(midnight + 20 * 3600 * ns_per_s + ns_per_s);
  auto result = run.conclude();
  result.trades = trades;
  return result;
}

}  // namespace outcry::test
