#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "actors/operator/owed_values.hpp"
#include "actors/trading/desk_timing.hpp"
#include "actors/trading/exit_cover.hpp"
#include "actors/trading/order_desk.hpp"
#include "messages/trading_codec.hpp"

// What the order desk says of orders, positions and risk, and the account's verbs.

namespace outcry {

namespace {

std::string account_json(const risk_report& x) {
  return nlohmann::json{{"limits", nlohmann::json::parse(to_json(x.account.limits))},
                        {"position", to_string(x.account.position)},
                        {"today", to_string(x.account.today)},
                        {"orders_last_minute", x.account.orders_last_minute},
                        {"blocked", x.account.blocked},
                        {"cash", to_string(x.broker.cash)},
                        {"buying_power", to_string(x.broker.buying_power)},
                        {"equity", to_string(x.broker.equity)},
                        {"unknown_orders", x.unknown_orders}}
      .dump();
}

}  // namespace

// -- figures --------------------------------------------------------------------------------------

Quantity order_desk_state::own_position(const std::string& bot_id,
                                        const std::string& ticker) const {
  auto holding = holdings_.find({bot_id, ticker});
  auto own = holding == holdings_.end() ? Quantity{} : holding->second.qty;
  return own + claim_of(bot_id);
}

Quantity order_desk_state::claim_of(const std::string& bot_id) const {
  auto claimed = claimed_.find(bot_id);
  return claimed == claimed_.end() ? Quantity{} : claimed->second;
}

// An order of money is as many shares as it buys at `at`. All exits of an entry together are what
// is left of the entry to close, however many they are.
Quantity order_desk_state::open_qty(const std::string& bot_id, const std::string& ticker,
                                    order_side side, Price at, std::uint64_t but_exits_of) const {
  Quantity sum;
  std::set<std::uint64_t> counted{but_exits_of};
  for (const auto& [key, order] : live_) {
    const auto& terms = order.record.order.request.terms;
    if (key.first != bot_id || is_closed(order.record.status)) continue;
    if (terms.ticker != ticker || terms.side != side) continue;
    if (order.record.parent != 0) {
      if (counted.insert(order.record.parent).second)
        sum += closable(live_, bot_id, order.record.parent);
      continue;
    }
    if (terms.notional.is_positive() && at.is_positive())
      sum += divide(terms.notional, at, 9, rounding::up);
    else
      sum += left_of(order.record);
  }
  return sum;
}

Price order_desk_state::mark_of(const std::string& ticker) const {
  auto mark = marks_.find(ticker);
  return mark == marks_.end() ? Price{} : mark->second;
}

// Of one bot; of all, each for itself, with an empty id.
Money order_desk_state::value_of(const std::string& bot_id) const {
  Money sum;
  for (const auto& [key, holding] : holdings_) {
    if (!bot_id.empty() && key.first != bot_id) continue;
    const auto value = multiply(mark_of(key.second), own_position(key.first, key.second));
    sum += value < Money{} ? -value : value;
  }
  for (const auto& [key, order] : live_) {
    const auto& terms = order.record.order.request.terms;
    if (!bot_id.empty() && key.first != bot_id) continue;
    if (is_closed(order.record.status) || terms.side != order_side::buy) continue;
    if (order.record.parent != 0) continue;
    const auto price = terms.limit_price.is_positive() ? terms.limit_price : mark_of(terms.ticker);
    sum += terms.notional.is_positive() ? terms.notional : multiply(price, left_of(order.record));
  }
  // What is to be sold beyond what is owned makes a short position.
  std::set<holding_key> selling;
  for (const auto& [key, order] : live_) {
    const auto& terms = order.record.order.request.terms;
    if (!bot_id.empty() && key.first != bot_id) continue;
    if (order.record.parent != 0) continue;
    if (!is_closed(order.record.status) && terms.side == order_side::sell)
      selling.insert({key.first, terms.ticker});
  }
  for (const auto& [bot, ticker] : selling) {
    const auto own = std::max(own_position(bot, ticker), Quantity{});
    const auto shorted = open_qty(bot, ticker, order_side::sell, mark_of(ticker)) - own;
    if (shorted.is_positive()) sum += multiply(mark_of(ticker), shorted);
  }
  return sum;
}

Money order_desk_state::today(const std::string& bot_id) const {
  Money sum;
  for (const auto& [key, holding] : holdings_)
    if (bot_id.empty() || key.first == bot_id) sum += profit_today(holding, claim_of(key.first));
  return sum;
}

// -- reports --------------------------------------------------------------------------------------

caf::result<order_list> order_desk_state::find(const find_orders& query) {
  auto promise = self_->make_response_promise<order_list>();
  return promise.delegate(services_.journal, query);
}

position_list order_desk_state::positions() const {
  position_list result;
  for (const auto& [key, holding] : holdings_) {
    auto with_mark = holding;
    if (auto mark = mark_of(key.second); mark.is_positive()) with_mark.mark = mark;
    result.bots.push_back({std::move(with_mark), claim_of(key.first)});
  }
  for (const auto& [ticker, account] : tickers_) result.tickers.push_back(account);
  result.at_broker = at_broker_;
  result.reconciled = reconciled_;
  return result;
}

risk_report order_desk_state::risk() const {
  risk_report result;
  result.account.owner = "account";
  result.account.limits = account_limits_;
  result.account.position = value_of({});
  result.account.today = today({});
  result.account.orders_last_minute = account_rate_.count(now());
  result.account.gate_closed = book_->floor_closed;
  if (!connected_)
    result.account.blocked = "the broker cannot be reached";
  else if (!journal_works_)
    result.account.blocked = "the journal cannot be written";
  else if (book_->floor_closed)
    result.account.blocked = "the floor is killed; start with config.confirm=true lifts it";
  std::set<std::string> bots;
  for (const auto& [id, owner] : book_->owners) bots.insert(id);
  for (const auto& [key, holding] : holdings_) bots.insert(key.first);
  for (const auto& id : bots) {
    risk_status bot;
    bot.owner = id;
    auto limits = limits_.find(id);
    bot.limits = merged(limits == limits_.end() ? risk_limits{} : limits->second,
                        services_.options.each_bot);
    bot.position = value_of(id);
    bot.today = today(id);
    if (auto rate = rates_.find(id); rate != rates_.end())
      bot.orders_last_minute = rate->second.count(now());
    bot.gate_closed = is_gated(id);
    if (bot.gate_closed) bot.blocked = "it is stopped";
    for (const auto& [key, holding] : holdings_) {
      if (key.first != id) continue;
      auto ticker = tickers_.find(key.second);
      if (ticker != tickers_.end() && !ticker->second.halted.empty())
        bot.blocked = ticker->second.halted;
    }
    result.bots.push_back(std::move(bot));
  }
  result.broker = account_;
  result.session = session_;
  result.broker_connected = connected_;
  for (const auto& [key, order] : live_)
    if (order.record.status == order_status::unknown) ++result.unknown_orders;
  return result;
}

bot_status order_desk_state::status() const {
  bot_status result;
  result.identity = {"account", "ACCOUNT", "risk", "floor", bot_kind::desk};
  result.state = bot_state::running;
  result.heartbeat_ms = services_.house->time->now_ms();
  result.details = account_json(risk());
  return result;
}

// -- the account's verbs --------------------------------------------------------------------------

caf::result<command_outcome> order_desk_state::on_command(const bot_command& command) {
  auto promise = self_->make_response_promise<command_outcome>();
  command_outcome outcome;
  outcome.message_id = command.message.id;
  auto& line = outcome.line;
  line.bot_id = "account";
  line.container = "floor";
  line.ticker = "ACCOUNT";
  line.at_ms = services_.house->time->now_ms();
  line.addressed = command.addressed;
  journal_write write;
  if (!command.addressed) {
    line.status = line_status::ignored;
    line.reason = "not addressed";
  } else if (command.expires_at_ms != 0 && line.at_ms > command.expires_at_ms) {
    line.status = line_status::expired;
    line.code = to_string(ec::expired);
    line.reason = "it came too late";
  } else if (command.message.type == "status") {
    line.status = line_status::done;
    line.result = account_json(risk());
  } else if (command.message.type == "set") {
    auto config = nlohmann::json::parse(command.message.config, nullptr, false);
    if (config.is_object()) config.erase("expires_s");
    auto limits = read_risk_limits(config.is_object() ? config.dump() : command.message.config,
                                   wanted_limits_);
    if (limits) {
      wanted_limits_ = *limits;
      line.status = line_status::done;
      line.reason = "in force for the whole account";
      line.result = to_json(*limits);
      write.account_limits.push_back(*limits);
    } else {
      line.status = line_status::error;
      line.code = to_string(ec::invalid_config);
      line.reason = to_string(limits.error());
    }
  } else {
    line.status = line_status::error;
    line.code = to_string(ec::unsupported);
    line.reason = "the account takes only set and status";
  }
  write.lines.push_back({outcome.message_id, line});
  if (services_.house->has_mirror) write.owed.push_back(owed_line(outcome.message_id, line));
  journal_part part;
  part.write = write;
  part.done = [this, outcome, write, promise]() mutable {
    if (!write.account_limits.empty()) account_limits_ = write.account_limits.front();
    promise.deliver(outcome);
  };
  part.failed = [this, outcome, write, promise](const caf::error& reason) mutable {
    if (!write.account_limits.empty()) {
      wanted_limits_ = account_limits_;
      outcome.line.status = line_status::error;
      outcome.line.code = to_string(ec::journal_unavailable);
      outcome.line.reason =
          "nothing changed, the journal could not be written: " + self_->system().render(reason);
    }
    outcome.durable = false;
    promise.deliver(outcome);
  };
  journal(std::move(part));
  return promise;
}

}  // namespace outcry
