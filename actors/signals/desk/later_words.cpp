#include "actors/signals/desk/later_words.hpp"

#include <algorithm>

namespace outcry {

using signals::update_kind;
using signals::update_step;

namespace {

bool is_report(update_kind x) {
  return x == update_kind::target_hit || x == update_kind::stop_hit || x == update_kind::filled ||
         x == update_kind::partial_fill || x == update_kind::closed ||
         x == update_kind::set_leverage;
}

tl::unexpected<no_target> none(const char* code, std::string reason) {
  return tl::unexpected{no_target{code, std::move(reason)}};
}

}  // namespace

tl::expected<call_key, no_target> find_target(const known_calls& known,
                                              const signals::update& update,
                                              const update_speaker& speaker) {
  const auto fits = [&](const signal_record& x) {
    if (is_final(x.state) || x.source != speaker.source || x.action != "open") return false;
    if (!update.ticker.empty() && x.ticker != update.ticker) return false;
    return !update.side ||
           x.side == (*update.side == signals::trade_side::long_side ? "long" : "short");
  };
  if (!speaker.reply_to.empty()) {
    const auto* answered = known.find(call_key{speaker.source, speaker.reply_to});
    if (answered != nullptr && fits(*answered)) {
      if (answered->author_id != speaker.author_id)
        return none("other_author", "it answers somebody else's call");
      return key_of(*answered);
    }
    if (answered != nullptr && is_final(answered->state))
      return none("no_open_trade", "it answers a call that is over");
  }
  const signal_record* only = nullptr;
  bool others = false;
  for (const auto& [key, record] : known.all()) {
    if (!fits(record)) continue;
    if (record.author_id != speaker.author_id) {
      others = true;
      continue;
    }
    if (only != nullptr)
      return none("ambiguous", "it may be about " + only->source_id + " or " + record.source_id);
    only = &record;
  }
  if (only == nullptr && others) return none("other_author", "only calls of others fit it");
  if (only == nullptr)
    return none("no_open_trade", update.ticker.empty()
                                     ? "no call of its author is open"
                                     : "no call of " + update.ticker + " is open");
  return key_of(*only);
}

bool asks_for_something(const signals::update& update) {
  return std::ranges::any_of(update.steps, [](const auto& step) { return !is_report(step.kind); });
}

std::string needs_person(const signals::update& update) {
  for (const auto& step : update.steps) {
    const auto word = std::string(to_string(step.kind));
    if (step.kind == update_kind::trailing_stop || step.kind == update_kind::stop_rule_changed)
      return word + " is for a person";
    if (step.kind == update_kind::close_partial && !step.percent)
      return word + " does not say how much";
    if (step.kind == update_kind::scale && (!step.factor || *step.factor >= Ratio::from_integer(1)))
      return word + " would make the position larger";
  }
  return {};
}

std::optional<signals::update> changed_by_edit(const signals::signal& before,
                                               const signals::signal& after) {
  auto same = after;
  same.stop = before.stop;
  same.targets = before.targets;
  // How it was written may change, what it means may not.
  same.message_time = before.message_time;
  same.size = before.size;
  same.leverage = before.leverage;
  same.timeframe = before.timeframe;
  if (fingerprint(same) != fingerprint(before)) return std::nullopt;
  signals::update result;
  result.ticker = after.ticker;
  result.side = after.side;
  if (!after.stop && before.stop) return std::nullopt;
  if (after.stop && (!before.stop || after.stop->price != before.stop->price)) {
    update_step step;
    step.kind = update_kind::move_stop;
    step.price = after.stop->price;
    result.steps.push_back(step);
  }
  if (after.targets.size() != before.targets.size()) return std::nullopt;
  for (std::size_t i = 0; i < after.targets.size(); ++i) {
    if (after.targets[i] == before.targets[i]) continue;
    update_step step;
    step.kind = update_kind::set_target;
    step.target = static_cast<std::uint8_t>(i + 1);
    step.price = after.targets[i];
    result.steps.push_back(step);
  }
  return result;
}

std::optional<signals::update> as_update(const signals::signal& closing,
                                         const signals::signal& opening) {
  signals::update result;
  result.ticker = closing.ticker;
  result.side = closing.side;
  update_step step;
  const auto whole = Ratio::from_integer(100);
  if (closing.size.percent && *closing.size.percent < whole) {
    step.kind = update_kind::close_partial;
    step.percent = closing.size.percent;
  } else if (closing.size.quantity && !closing.size.percent) {
    if (!opening.size.quantity) return std::nullopt;
    if (*closing.size.quantity < *opening.size.quantity) {
      step.kind = update_kind::close_partial;
      step.percent = portion(whole, *closing.size.quantity, *opening.size.quantity);
    } else {
      step.kind = update_kind::close;
    }
  } else {
    step.kind = update_kind::close;
  }
  result.steps.push_back(step);
  return result;
}

}  // namespace outcry
