#include "adapters/memory/journal.hpp"

#include "messages/error.hpp"

namespace outcry::memory {

namespace {

template <class T>
caf::result<T> answer(result<T> x) {
  if (!x) return caf::make_error(ec::invalid_input, x.error().text);
  return std::move(*x);
}

}  // namespace

journal_actor::behavior_type journal(journal_self* self, std::shared_ptr<journal_store> store) {
  self->observe({"journal", "journal", 0});
  return {
      [store](const journal_write& x) { return answer(store->apply(x)); },
      [store](const load_floor& x) { return store->read(x); },
      [store](const load_bot& x) { return store->read(x); },
      [store](const find_line& x) { return store->read(x); },
      [store](const load_trading& x) { return store->read(x); },
      [store](const find_orders& x) { return answer(store->read(x)); },
      [store](const read_order_events& x) { return answer(store->read(x)); },
      [store](const get_performance& x) { return store->read(x); },
      [store](const find_ledgers& x) { return answer(store->read(x)); },
      [store](const read_outbox& x) { return answer(store->read(x)); },
      [store](const outbox_delivered& x) { return answer(store->apply(x)); },
  };
}

}  // namespace outcry::memory
