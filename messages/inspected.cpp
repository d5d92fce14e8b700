// The code of every message's inspection, once for the whole program.

#include "messages/bots.hpp"
#include "messages/history.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/signals.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/interfaces/wake.hpp"
#include "messages/journal.hpp"
#include "messages/market.hpp"
#include "messages/mirror.hpp"
#include "messages/operator.hpp"
#include "messages/orders.hpp"
#include "messages/performance.hpp"
#include "messages/roster.hpp"
#include "messages/signals.hpp"
#include "messages/trading.hpp"

#define OUTCRY_INSTANTIATE(type)                                             \
  template caf::error inspect<caf::serializer>(caf::serializer&, type&);     \
  template caf::error inspect<caf::deserializer>(caf::deserializer&, type&); \
  template void inspect<caf::detail::stringification_inspector>(             \
      caf::detail::stringification_inspector&, type&);

namespace outcry {

OUTCRY_INSTANTIATE(bot_identity)
OUTCRY_INSTANTIATE(bot_record)
OUTCRY_INSTANTIATE(bot_status)
OUTCRY_INSTANTIATE(unregister_bot)
OUTCRY_INSTANTIATE(bot_command)
OUTCRY_INSTANTIATE(command_outcome)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(history_row)
OUTCRY_INSTANTIATE(history_receipt)
OUTCRY_INSTANTIATE(read_history)
OUTCRY_INSTANTIATE(history_page)
OUTCRY_INSTANTIATE(history_delivered)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(stop_floor)
OUTCRY_INSTANTIATE(stop_report)
OUTCRY_INSTANTIATE(supervise)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(lockstep_batch)
OUTCRY_INSTANTIATE(batch_receipt)
OUTCRY_INSTANTIATE(subscribe_pit)
OUTCRY_INSTANTIATE(unsubscribe_pit)
OUTCRY_INSTANTIATE(price_changed)
OUTCRY_INSTANTIATE(demand)
OUTCRY_INSTANTIATE(find_pit)
OUTCRY_INSTANTIATE(pit_address)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(submit_message)
OUTCRY_INSTANTIATE(submit_unreadable)
OUTCRY_INSTANTIATE(register_bot)
OUTCRY_INSTANTIATE(watch_message)
OUTCRY_INSTANTIATE(order_surfaced)
OUTCRY_INSTANTIATE(desk_address)
OUTCRY_INSTANTIATE(listen_to_mirror)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(store_message)
OUTCRY_INSTANTIATE(store_signals)
OUTCRY_INSTANTIATE(store_receipt)
OUTCRY_INSTANTIATE(load_signals)
OUTCRY_INSTANTIATE(find_signals)
OUTCRY_INSTANTIATE(signal_list)
OUTCRY_INSTANTIATE(find_messages)
OUTCRY_INSTANTIATE(stored_message)
OUTCRY_INSTANTIATE(message_list)
OUTCRY_INSTANTIATE(find_updates)
OUTCRY_INSTANTIATE(update_list)
OUTCRY_INSTANTIATE(source_result_list)
OUTCRY_INSTANTIATE(get_last_source_id)
OUTCRY_INSTANTIATE(last_source_id)
OUTCRY_INSTANTIATE(read_unshared)
OUTCRY_INSTANTIATE(unshared_page)
OUTCRY_INSTANTIATE(shared_row)
OUTCRY_INSTANTIATE(mark_shared)
OUTCRY_INSTANTIATE(unshared_count)
OUTCRY_INSTANTIATE(save_cursor)
OUTCRY_INSTANTIATE(get_cursor)
OUTCRY_INSTANTIATE(cursor_value)
OUTCRY_INSTANTIATE(contributed_signal)
OUTCRY_INSTANTIATE(desk_verdict)
OUTCRY_INSTANTIATE(watch_signals)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(cancel_at_broker)
OUTCRY_INSTANTIATE(replace_at_broker)
OUTCRY_INSTANTIATE(find_at_broker)
OUTCRY_INSTANTIATE(broker_answer)
OUTCRY_INSTANTIATE(broker_state)
OUTCRY_INSTANTIATE(listen_to_broker)
OUTCRY_INSTANTIATE(meet_order_desk)
OUTCRY_INSTANTIATE(order_desk_greeting)
OUTCRY_INSTANTIATE(place_order)
OUTCRY_INSTANTIATE(settle_order)
OUTCRY_INSTANTIATE(cancel_order)
OUTCRY_INSTANTIATE(close_gate)
OUTCRY_INSTANTIATE(open_gate)
OUTCRY_INSTANTIATE(gate_report)
OUTCRY_INSTANTIATE(close_gates)
OUTCRY_INSTANTIATE(claim_shares)
OUTCRY_INSTANTIATE(accept_position)
OUTCRY_INSTANTIATE(orders_reopened)
OUTCRY_INSTANTIATE(owned_position)
OUTCRY_INSTANTIATE(position_list)
OUTCRY_INSTANTIATE(risk_status)
OUTCRY_INSTANTIATE(risk_report)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(wake)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(owed_value)
OUTCRY_INSTANTIATE(outbox_row)
OUTCRY_INSTANTIATE(line_record)
OUTCRY_INSTANTIATE(state_record)
OUTCRY_INSTANTIATE(journal_write)
OUTCRY_INSTANTIATE(journal_receipt)
OUTCRY_INSTANTIATE(floor_image)
OUTCRY_INSTANTIATE(load_bot)
OUTCRY_INSTANTIATE(bot_image)
OUTCRY_INSTANTIATE(find_line)
OUTCRY_INSTANTIATE(read_order_events)
OUTCRY_INSTANTIATE(order_event_list)
OUTCRY_INSTANTIATE(find_orders)
OUTCRY_INSTANTIATE(order_list)
OUTCRY_INSTANTIATE(trading_bot)
OUTCRY_INSTANTIATE(trading_image)
OUTCRY_INSTANTIATE(find_ledgers)
OUTCRY_INSTANTIATE(ledger_list)
OUTCRY_INSTANTIATE(read_outbox)
OUTCRY_INSTANTIATE(outbox_page)
OUTCRY_INSTANTIATE(outbox_delivered)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(price_tick)
OUTCRY_INSTANTIATE(price_batch)
OUTCRY_INSTANTIATE(price_update)
OUTCRY_INSTANTIATE(order_update)
OUTCRY_INSTANTIATE(feed_status)
OUTCRY_INSTANTIATE(pit_status)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(mirror_patch)
OUTCRY_INSTANTIATE(mirror_reply)
OUTCRY_INSTANTIATE(mirrored_message)
OUTCRY_INSTANTIATE(link_status)
OUTCRY_INSTANTIATE(relay_status)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(operator_message)
OUTCRY_INSTANTIATE(ledger_line)
OUTCRY_INSTANTIATE(ledger)
OUTCRY_INSTANTIATE(halt_state)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(order_record)
OUTCRY_INSTANTIATE(order_event)
OUTCRY_INSTANTIATE(bot_holding)
OUTCRY_INSTANTIATE(ticker_account)
OUTCRY_INSTANTIATE(risk_limits)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(profit_figures)
OUTCRY_INSTANTIATE(performance_record)
OUTCRY_INSTANTIATE(bot_performance)
OUTCRY_INSTANTIATE(get_performance)
OUTCRY_INSTANTIATE(performance_list)
OUTCRY_INSTANTIATE(performance_update)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(actor_status)
OUTCRY_INSTANTIATE(actor_list)
OUTCRY_INSTANTIATE(bot_list)
OUTCRY_INSTANTIATE(pit_list)
OUTCRY_INSTANTIATE(link_list)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(raw_message)
OUTCRY_INSTANTIATE(message_verdict)
OUTCRY_INSTANTIATE(trade_record)
OUTCRY_INSTANTIATE(signal_record)
OUTCRY_INSTANTIATE(signal_update_record)
OUTCRY_INSTANTIATE(source_result)
OUTCRY_INSTANTIATE(follow_task)
OUTCRY_INSTANTIATE(follow_receipt)

}  // namespace outcry

namespace outcry {

OUTCRY_INSTANTIATE(order_terms)
OUTCRY_INSTANTIATE(exit_request)
OUTCRY_INSTANTIATE(order_request)
OUTCRY_INSTANTIATE(broker_order)
OUTCRY_INSTANTIATE(broker_update)
OUTCRY_INSTANTIATE(broker_position)
OUTCRY_INSTANTIATE(broker_account)
OUTCRY_INSTANTIATE(market_session)

}  // namespace outcry
