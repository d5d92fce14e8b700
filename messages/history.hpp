#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/inspected.hpp"
#include "messages/market.hpp"

namespace outcry {

/// One price with its place in the history.
struct history_row {
  std::int64_t seq = 0;  ///< rising over all tickers: the journal order
  std::string key;       ///< push id made from it when it was stored; the same at every delivery
  price_update update;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, history_row& x) {
  return f(caf::meta::type_name("history_row"), x.seq, x.key, x.update);
}
OUTCRY_INSPECTED(history_row);

/// Answer to a price_batch: it is in the writer's hands (on disk within 200 ms).
struct history_receipt {
  std::int64_t queued = 0;  ///< ticks not yet on disk
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, history_receipt& x) {
  return f(caf::meta::type_name("history_receipt"), x.queued);
}
OUTCRY_INSPECTED(history_receipt);

/// Asks for prices not yet delivered to Firebase, oldest first.
struct read_history {
  std::int64_t after_seq = 0;
  std::uint32_t limit = 500;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, read_history& x) {
  return f(caf::meta::type_name("read_history"), x.after_seq, x.limit);
}
OUTCRY_INSPECTED(read_history);

struct history_page {
  std::vector<history_row> rows;
  std::int64_t last_seq = 0;  ///< of the newest stored price: backlog = last_seq - delivered
  std::int64_t delivered_seq = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, history_page& x) {
  return f(caf::meta::type_name("history_page"), x.rows, x.last_seq, x.delivered_seq);
}
OUTCRY_INSPECTED(history_page);

/// Firebase holds every price up to this seq.
struct history_delivered {
  std::int64_t up_to_seq = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, history_delivered& x) {
  return f(caf::meta::type_name("history_delivered"), x.up_to_seq);
}
OUTCRY_INSPECTED(history_delivered);

}  // namespace outcry
