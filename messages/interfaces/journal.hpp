#pragma once

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "messages/history.hpp"
#include "messages/journal.hpp"
#include "messages/type_ids.hpp"

namespace outcry {

/// The journal port: what survives a kill -9. Every answer to a write means "on disk"; a write
/// that cannot be made durable answers `ec::journal_unavailable` and changed nothing.
using journal_actor = caf::typed_actor<
    // Makes everything in it durable in one transaction, then answers.
    caf::replies_to<journal_write>::with<journal_receipt>,
    // What the floor must know at start.
    caf::replies_to<load_floor>::with<floor_image>,
    // What survives of one bot.
    caf::replies_to<load_bot>::with<bot_image>,
    // A bot's line of a message; status `open` when it never answered.
    caf::replies_to<find_line>::with<ledger_line>,
    // What the order desk must know at start.
    caf::replies_to<load_trading>::with<trading_image>,
    // Stored orders, newest first.
    caf::replies_to<find_orders>::with<order_list>,
    // A bot's order events.
    caf::replies_to<read_order_events>::with<order_event_list>,
    // A day's performance, bot by bot; of each bot its last day up to then.
    caf::replies_to<get_performance>::with<performance_list>,
    // Stored messages, newest first.
    caf::replies_to<find_ledgers>::with<ledger_list>,
    // What is owed to Firebase, oldest first.
    caf::replies_to<read_outbox>::with<outbox_page>,
    // Forgets what Firebase has confirmed; answers what is left, without rows.
    caf::replies_to<outbox_delivered>::with<outbox_page>>;

/// The history port: every price, in the order in which the floor heard them. On disk within
/// 200 ms. Answers `ec::mailbox_full` when its writer is too far behind; the ticks are then lost
/// and counted.
using history_actor = caf::typed_actor<
    // Takes ticks of one ticker.
    caf::replies_to<price_batch>::with<history_receipt>,
    // Prices not yet delivered, oldest first; makes queued ones durable before it reads.
    caf::replies_to<read_history>::with<history_page>,
    // Firebase holds everything up to here.
    caf::replies_to<history_delivered>::with<history_receipt>>;

}  // namespace outcry
