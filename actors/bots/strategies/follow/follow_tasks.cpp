#include <algorithm>
#include <utility>

#include "actors/bots/strategies/follow/follow.hpp"
#include "actors/signals/signal_json.hpp"

// What a bot that follows calls does about a call, and about what is said of it later.

namespace outcry {

using namespace following;

namespace {

bool is_task(const taken_task& known, const follow_task& task) {
  return known.source == task.source && known.source_id == task.source_id &&
         known.edited_ns == task.edited_ns;
}

follow_receipt refuse(refusal why) {
  follow_receipt result;
  result.code = std::move(why.code);
  result.reason = std::move(why.reason);
  return result;
}

/// Steps that say what happened, and ask for nothing.
bool is_report(signals::update_kind x) {
  using signals::update_kind;
  return x == update_kind::target_hit || x == update_kind::stop_hit || x == update_kind::filled ||
         x == update_kind::partial_fill || x == update_kind::closed ||
         x == update_kind::set_leverage;
}

/// How many places the prices of its orders have at most, 2 at least.
int places_of(const trade& x) {
  int result = 2;
  for (const auto& order : x.orders)
    while (result < 8 && rounded(order.price, result, rounding::down) != order.price) ++result;
  return result;
}

/// A withdrawal, or an update that closes or cancels.
bool ends_call(const follow_task& task) {
  if (task.what == follow_kind::withdraw) return true;
  if (task.what != follow_kind::update) return false;
  const auto update = signals::parse_update(task.body);
  return update && std::ranges::any_of(update->steps, [](const auto& step) {
           return step.kind == signals::update_kind::close ||
                  step.kind == signals::update_kind::cancel;
         });
}

}  // namespace

std::vector<trade_record> follow::trade_of(const follow_task& task) const {
  const auto& source = task.what == follow_kind::call ? task.source : task.target_source;
  const auto& id = task.what == follow_kind::call ? task.source_id : task.target_source_id;
  if (state_.current && state_.current->source == source && state_.current->source_id == id)
    return {record_of(*state_.current, {}, state_.current->version == 0 ? 0 : updated_ns_)};
  std::vector<trade_record> result;
  for (const auto& ended : state_.ended)
    if (ended.source == source && ended.source_id == id) result = {ended};
  return result;
}

// A call whose trade is known was taken, even if its name has been forgotten.
std::optional<follow_receipt> follow::known_task(const follow_task& task) const {
  const auto known =
      std::ranges::find_if(state_.tasks, [&](const taken_task& x) { return is_task(x, task); });
  follow_receipt result;
  result.trade = trade_of(task);
  if (known != state_.tasks.end()) {
    result.taken = known->taken;
    result.code = known->code;
    result.reason = known->reason;
    return result;
  }
  if (task.what != follow_kind::call || result.trade.empty()) return std::nullopt;
  result.taken = true;
  result.reason = "it was taken before";
  return result;
}

bool follow::is_asking_again(const follow_task& task) const {
  if (!state_.current) return false;
  return std::ranges::any_of(state_.tasks, [&](const taken_task& x) {
    return is_task(x, task) && x.id != 0 &&
           std::ranges::find(state_.current->again, x.id, &trade_order::task) !=
               state_.current->again.end();
  });
}

follow_receipt follow::on_task(const follow_task& task, trader& floor) {
  if (auto known = known_task(task)) return *std::move(known);
  parts_ = 0;
  if (task.what == follow_kind::update) ++state_.last_task;
  auto result = decide(task, floor);
  remember(task, result);
  updated_ns_ = floor.now();
  look_after(floor);
  result.trade = trade_of(task);
  return result;
}

void follow::remember(const follow_task& task, const follow_receipt& receipt) {
  taken_task taken{task.source,   task.source_id, task.edited_ns,
                   receipt.taken, receipt.code,   receipt.reason};
  if (task.what == follow_kind::update) {
    taken.id = state_.last_task;
    taken.parts = parts_;
  }
  state_.tasks.push_back(std::move(taken));
  while (state_.tasks.size() > most_tasks) state_.tasks.pop_front();
}

// A call that has not come yet and is ended already must not be taken when it comes.
void follow::remember_end(const follow_task& task) {
  taken_task end;
  end.source = task.target_source;
  end.source_id = task.target_source_id;
  end.code = "taken_back";
  end.reason = "it was taken back before it came";
  const auto known = std::ranges::any_of(state_.tasks, [&](const taken_task& x) {
    return x.source == end.source && x.source_id == end.source_id && x.edited_ns == 0;
  });
  if (!known) state_.tasks.push_back(std::move(end));
}

follow_receipt follow::decide(const follow_task& task, trader& floor) {
  if (task.what == follow_kind::call) return take_call(task, floor);
  if (ends_call(task)) remember_end(task);
  if (!state_.current || state_.current->source != task.target_source ||
      state_.current->source_id != task.target_source_id)
    return refuse({"no_open_trade", "the call it is about is not being traded"});
  return task.what == follow_kind::update ? take_update(task, floor) : take_withdrawal();
}

follow_receipt follow::take_call(const follow_task& task, trader& floor) {
  if (task.expires_ns != 0 && floor.now() > task.expires_ns)
    return refuse({"too_late", "the call is too old to be entered"});
  if (state_.current)
    return refuse({"already_open", "the call " + state_.current->source + "/" +
                                       state_.current->source_id + " is being traded"});
  if (!state_.outside.is_zero())
    return refuse({"already_open",
                   "the bot holds " + to_string(state_.outside) + " shares that no call brought"});
  auto call = signals::parse_signal(task.body);
  if (!call) return refuse({"unreadable", to_string(call.error())});
  auto plan = make_plan(*call, parameters_, ticker_, mark_is_fresh_ ? state_.mark : Price{});
  if (!plan) return refuse(std::move(plan).error());
  trade made;
  made.source = task.source;
  made.source_id = task.source_id;
  made.side = plan->side;
  made.wanted = plan->wanted;
  made.stop = made.first_stop = plan->stop;
  made.entry_until_ns = floor.now() + parameters_.entry_valid_s * ns_per_s;
  for (const auto& planned : plan->entries) {
    trade_order entry;
    entry.number = floor.submit(planned.terms, planned.exits);
    entry.price = planned.terms.limit_price;
    entry.qty = planned.terms.qty;
    made.orders.push_back(entry);
    for (std::size_t i = 0; i < planned.exits.size(); ++i) {
      const auto& terms = planned.exits[i];
      trade_order exit;
      exit.number = entry.number + 1 + i;
      exit.parent = entry.number;
      exit.role = i == 0 ? order_role::stop : order_role::target;
      exit.price = i == 0 ? terms.stop_price : terms.limit_price;
      exit.target = i == 0 ? std::uint8_t{0} : planned.targets[i - 1];
      exit.qty = terms.qty;
      made.orders.push_back(exit);
    }
  }
  state_.current = std::move(made);
  follow_receipt result;
  result.taken = true;
  result.reason = "enters with " + to_string(plan->wanted) + ", stop " + to_string(plan->stop);
  return result;
}

follow_receipt follow::take_withdrawal() {
  auto& at = *state_.current;
  at.entries_end = true;
  if (entered(at).is_positive())
    return refuse({"already_open", "a position is held: it keeps its stop and its targets"});
  at.reason = "the call was taken back";
  follow_receipt result;
  result.taken = true;
  result.reason = "the entry is withdrawn";
  return result;
}

follow_receipt follow::take_update(const follow_task& task, trader& floor) {
  auto update = signals::parse_update(task.body);
  if (!update) return refuse({"unreadable", to_string(update.error())});
  follow_receipt result;
  std::string done;
  for (const auto& step : update->steps) {
    auto why = take_step(step, floor);
    if (!why.code.empty()) {
      if (result.code.empty()) result.code = why.code;
      done += (done.empty() ? "" : "; ") + std::string(to_string(step.kind)) + ": " + why.reason;
      continue;
    }
    result.taken = true;
    // What is in force at once; orders count each for itself.
    if (is_report(step.kind) || step.kind == signals::update_kind::close ||
        step.kind == signals::update_kind::cancel || step.kind == signals::update_kind::move_stop)
      ++parts_;
    done += (done.empty() ? "" : "; ") + std::string(to_string(step.kind)) +
            (is_report(step.kind) ? ": noted" : ": in force as soon as the broker says so");
  }
  result.reason = std::move(done);
  return result;
}

refusal follow::take_step(const signals::update_step& step, trader& floor) {
  using signals::update_kind;
  auto& at = *state_.current;
  if (is_report(step.kind)) return {};
  switch (step.kind) {
    case update_kind::close:
      at.closing = true;
      at.reason = "its author closes";
      return {};
    case update_kind::cancel:
      at.entries_end = true;
      at.reason = "its author cancels";
      return {};
    case update_kind::close_partial:
      if (!step.percent) return {"unsupported", "it does not say how much"};
      return close_part(Ratio::from_units(step.percent->units() / 100), floor);
    case update_kind::scale:
      if (!step.factor || *step.factor >= Ratio::from_integer(1))
        return {"unsupported", "a trade is never made larger"};
      return close_part(Ratio::from_integer(1) - *step.factor, floor);
    case update_kind::move_stop: {
      if (step.price) return move_stop(*step.price);
      if (step.breakeven) {
        const auto entry = record_of(at, {}, 0).entry_price;
        if (!entry.is_positive()) return {"no_open_trade", "nothing has been bought yet"};
        return move_stop(rounded(entry, places_of(at), rounding::half_even));
      }
      for (const auto& order : at.orders)
        if (order.role == order_role::target && order.target == step.target)
          return move_stop(order.price);
      return {"unsupported", "it does not say where to"};
    }
    case update_kind::set_target:
      if (!step.price) return {"unsupported", "it does not say where"};
      return set_target(step.target, *step.price, floor);
    default:
      return {"unsupported", "a person must do that"};
  }
}

}  // namespace outcry
