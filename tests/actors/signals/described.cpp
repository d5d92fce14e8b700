#include "tests/actors/signals/described.hpp"

#include "actors/signals/process_message.hpp"

namespace outcry::test {

using namespace signals;

namespace {

std::string described(const signals::signal& x) {
  std::string result =
      std::string{to_string(x.action)} + " " + std::string{to_string(x.side)} + " " + x.ticker;
  if (!x.quote.empty()) result += "/" + x.quote;
  if (x.option)
    result += " " + to_string(x.option->strike) + std::string{to_string(x.option->right)} + " " +
              std::to_string(x.option->expiry.month) + "/" + std::to_string(x.option->expiry.day);
  if (x.order != entry_order::unsaid) result += " " + std::string{to_string(x.order)};
  for (const auto price : x.entries) result += " " + to_string(price);
  if (x.add_at) result += " add " + to_string(*x.add_at);
  if (x.stop) {
    result += " stop " + to_string(x.stop->price);
    if (x.stop->trigger == stop_trigger::candle_close) result += " on a close";
    if (!x.stop->timeframe.empty()) result += " of " + x.stop->timeframe;
  }
  if (x.second_stop) result += " or " + to_string(x.second_stop->price);
  if (!x.targets.empty()) result += " targets";
  for (const auto price : x.targets) result += " " + to_string(price);
  if (x.leverage) result += " " + to_string(*x.leverage) + "x";
  return result;
}

std::string described(const update_step& x) {
  std::string result{to_string(x.kind)};
  if (x.all) result += " all";
  if (x.target != 0) result += " " + std::to_string(x.target);
  if (x.breakeven) result += " breakeven";
  if (x.price) result += " " + to_string(*x.price);
  if (x.percent) result += " " + to_string(*x.percent) + "%";
  if (x.leverage) result += " " + to_string(*x.leverage) + "x";
  if (x.factor) result += " times " + to_string(*x.factor);
  return result;
}

std::string described(const update& x) {
  std::string result = x.ticker.empty() ? "-" : x.ticker;
  if (x.side) result += " " + std::string{to_string(*x.side)};
  const char* between = " ";
  for (const auto& step : x.steps) {
    result += between + described(step);
    between = ", ";
  }
  return result;
}

}  // namespace

std::string described(const reading& x) {
  std::string result{to_string(x.outcome)};
  if (x.outcome == verdict::signal) return result + ": " + described(*x.call);
  if (x.outcome == verdict::update) return result + ": " + described(*x.follow_up);
  if (!x.rule.empty()) result += " (" + std::string{x.rule} + ")";
  return result;
}

std::string read_as(std::string_view text, const message_context& context) {
  return described(process_message(text, context));
}

std::string terms_of(std::string_view text) {
  const auto view = view_message(text);
  std::string result;
  for (const auto& m : view.marks) {
    if (!result.empty()) result += ' ';
    result += to_string(m.what);
    if (m.index > 0) result += std::to_string(m.index);
  }
  return result;
}

}  // namespace outcry::test
