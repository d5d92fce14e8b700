#include <algorithm>
#include <stdexcept>

#include "adapters/paper/exchange.hpp"

namespace outcry::paper {

void exchange::on_time(timestamp_ns now) {
  if (now < session_.next_change_ns) {
    account_.clock_ns = std::max(account_.clock_ns, now);
    return;
  }
  transact(now, [] {});
}

void exchange::live_until(timestamp_ns now) {
  while (now >= session_.next_change_ns) {
    if (open_.empty()) {
      session_ = market_->session_at(now);
      break;
    }
    account_.clock_ns = std::max(account_.clock_ns, session_.next_change_ns);
    session_ = market_->session_at(session_.next_change_ns);
    cross_border();
  }
  account_.clock_ns = std::max(account_.clock_ns, now);
}

void exchange::cross_border() {
  for (auto& [sequence, order] : open_) {
    auto& x = order.record.order;
    if (is_closed(x.status)) continue;
    const auto& terms = x.request.terms;
    if (order.record.expires_ns != 0 && order.record.expires_ns <= account_.clock_ns) {
      if (terms.lasts == time_in_force::day) {
        close(order, order_status::expired, "expired", "the day's session has ended");
      } else {
        close(order, order_status::canceled, "canceled", "no trade until the session's end");
      }
    } else if (is_at_market(x.status) && !is_eligible(terms)) {
      x.status = order_status::done_for_day;
      tell(order, "done_for_day");
    } else if (!is_at_market(x.status) && x.status != order_status::held && is_eligible(terms)) {
      x.status = x.filled_qty.is_zero() ? order_status::working : order_status::partially_filled;
      tell(order, "new");
    }
  }
}

bool exchange::is_eligible(const order_terms& terms) const {
  if (terms.extended_hours) return session_.phase != session_phase::closed;
  return session_.phase == session_phase::regular;
}

timestamp_ns exchange::expiry_of(const order_terms& terms) const {
  if (terms.lasts == time_in_force::gtc) return 0;
  const auto counts = [&](session_phase phase) {
    return phase == session_phase::regular ||
           (terms.extended_hours && phase != session_phase::closed);
  };
  // A week has fewer borders than this, however many holidays it has.
  constexpr int most_borders = 64;
  auto session = session_;
  for (int i = 0; i < most_borders; ++i) {
    auto next = market_->session_at(session.next_change_ns);
    const bool goes_on = counts(next.phase) && next.trading_day == session.trading_day;
    if (counts(session.phase) && !goes_on) return session.next_change_ns;
    session = std::move(next);
  }
  throw std::logic_error{"paper broker: the calendar has no session"};
}

}  // namespace outcry::paper
