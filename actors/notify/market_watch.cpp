#include "actors/notify/market_watch.hpp"

#include <utility>

#include <fmt/format.h>

namespace outcry {

namespace {

constexpr std::size_t most_tickers = 5;

/// "AAPL, META and 3 more"
std::string some_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most_tickers; ++i)
    text += (i > 0 ? ", " : "") + names[i];
  if (names.size() > most_tickers) text += fmt::format(" and {} more", names.size() - most_tickers);
  return text;
}

notice note(notice_kind kind, const char* key, std::string title, std::string text) {
  return {kind, key, std::move(title), std::move(text)};
}

std::string signed_money(Money x) {
  return (x < Money{} ? "" : "+") + to_string(x);
}

}  // namespace

news market_watch::look(const pit_list& pits, std::int64_t now_ms) {
  std::vector<std::string> silent;
  for (const auto& pit : pits.pits)
    if (pit.subscribers > 0 && (pit.state == feed_state::stale || pit.state == feed_state::down))
      silent.push_back(pit.ticker);
  std::optional<notice> trouble;
  if (!silent.empty())
    trouble = note(notice_kind::price, "prices", "No fresh prices", some_of(silent));
  news result;
  prices_.look(trouble,
               note(notice_kind::price, "prices", "Prices are fresh again", "All of them."), now_ms,
               result);
  return result;
}

news market_watch::look(const risk_report& risk, std::int64_t now_ms) {
  news result;
  std::optional<notice> trouble;
  if (!risk.broker_connected)
    trouble = note(notice_kind::broker, "broker", "The broker cannot be reached",
                   "Nothing is bought until it can. Orders that rest there stay.");
  broker_.look(trouble,
               note(notice_kind::broker, "broker", "The broker is back",
                    "Orders and positions are compared with its own."),
               now_ms, result);
  note_session(risk.session);
  return result;
}

news market_watch::journal_answers(bool it_does, std::int64_t now_ms) {
  news result;
  std::optional<notice> trouble;
  if (!it_does)
    trouble = note(notice_kind::database, "journal", "The journal does not answer",
                   "Stop and kill work from memory, all else is refused. Look at the disk.");
  journal_.look(trouble,
                note(notice_kind::database, "journal", "The journal answers again",
                     "What was owed is written."),
                now_ms, result);
  return result;
}

news market_watch::look(const relay_status& mirror, std::int64_t now_ms) {
  news result;
  std::optional<notice> trouble;
  for (const auto& link : mirror.links)
    if (link.state != link_state::live && !trouble) {
      trouble = note(notice_kind::database, "firebase", "Firebase cannot be reached",
                     link.name + ": " + std::string(to_string(link.state)));
      // Its words change from try to try: the notice must not.
      if (link.state == link_state::refused) trouble->text += ": " + link.reason;
    }
  mirror_.look(trouble,
               note(notice_kind::database, "firebase", "Firebase can be reached again",
                    "The page shows the floor as it is."),
               now_ms, result);
  return result;
}

news market_watch::look(const position_list& positions) {
  news result;
  std::set<std::string> halted;
  for (const auto& x : positions.tickers) {
    if (x.halted.empty()) continue;
    halted.insert(x.ticker);
    if (halted_.contains(x.ticker)) continue;
    notice about{notice_kind::halt, "halt:" + x.ticker, x.ticker + " is halted", x.halted, true};
    result.raised.push_back(std::move(about));
  }
  for (const auto& ticker : halted_)
    if (!halted.contains(ticker))
      result.over.push_back(
          {notice_kind::halt, "halt:" + ticker, ticker + " goes on", "It is no longer halted."});
  halted_ = std::move(halted);
  return result;
}

void market_watch::note_session(const market_session& now) {
  const bool open = session_ && session_->phase != session_phase::closed;
  if (open && !session_->trading_day.empty() &&
      (now.phase == session_phase::closed || now.trading_day != session_->trading_day))
    day_over_ = session_->trading_day;
  session_ = now;
}

std::optional<std::string> market_watch::take_day() {
  return std::exchange(day_over_, std::nullopt);
}

std::optional<notice> market_watch::result_of(const performance_list& day) {
  Money sum;
  std::size_t bots = 0;
  const performance_record* best = nullptr;
  const performance_record* worst = nullptr;
  const auto gain = [](const performance_record& x) { return x.latest.profit - x.base.profit; };
  for (const auto& x : day.bots) {
    if (x.day != day.day) continue;  // its last day was another one
    ++bots;
    sum = sum + gain(x);
    if (best == nullptr || gain(x) > gain(*best)) best = &x;
    if (worst == nullptr || gain(x) < gain(*worst)) worst = &x;
  }
  if (bots == 0) return std::nullopt;
  notice result;
  result.kind = notice_kind::day_result;
  result.key = "day";
  result.title = fmt::format("{}: {}", day.day, signed_money(sum));
  result.text = fmt::format("{} {}", bots, bots == 1 ? "bot" : "bots");
  if (bots > 1)
    result.text += fmt::format("; best {} {}, worst {} {}", best->bot_id, signed_money(gain(*best)),
                               worst->bot_id, signed_money(gain(*worst)));
  return result;
}

}  // namespace outcry
