#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "messages/inspected.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/journal.hpp"
#include "messages/market.hpp"
#include "messages/orders.hpp"
#include "messages/performance.hpp"
#include "messages/roster.hpp"
#include "messages/trading.hpp"
#include "messages/type_ids.hpp"

namespace outcry {

// -- the broker -----------------------------------------------------------------------------------

/// Asks the broker to cancel what is left of an order.
struct cancel_at_broker {
  std::string client_order_id;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cancel_at_broker& x) {
  return f(caf::meta::type_name("cancel_at_broker"), x.client_order_id);
}
OUTCRY_INSPECTED(cancel_at_broker);

/// Asks the broker to put another order in the place of one; fills stay with the old one.
struct replace_at_broker {
  std::string client_order_id;
  std::string new_client_order_id;
  Quantity qty;       ///< 0 = what is left
  Price limit_price;  ///< 0 = as it was
  Price stop_price;   ///< 0 = as it was
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, replace_at_broker& x) {
  return f(caf::meta::type_name("replace_at_broker"), x.client_order_id, x.new_client_order_id,
           x.qty, x.limit_price, x.stop_price);
}
OUTCRY_INSPECTED(replace_at_broker);

/// Asks the broker what became of an order.
struct find_at_broker {
  std::string client_order_id;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, find_at_broker& x) {
  return f(caf::meta::type_name("find_at_broker"), x.client_order_id);
}
OUTCRY_INSPECTED(find_at_broker);

enum class broker_verdict : std::uint8_t {
  taken,      ///< `order` is the order as it stands now
  refused,    ///< and nothing has changed; `code` and `reason` say why
  not_found,  ///< the broker knows no such order
};

/// The broker's answer about one order. No answer (an error, a timeout) says nothing: the request
/// may have been carried out.
struct broker_answer {
  broker_verdict verdict = broker_verdict::taken;
  broker_order order;
  std::string code;  ///< the broker's, of a refusal: "40310000"
  std::string reason;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, broker_answer& x) {
  return f(caf::meta::type_name("broker_answer"), x.verdict, x.order, x.code, x.reason);
}
OUTCRY_INSPECTED(broker_answer);

/// Asks the broker for all it holds.
struct get_broker_state {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_broker_state&) {
  return f(caf::meta::type_name("get_broker_state"));
}

struct broker_state {
  std::vector<broker_order> open_orders;
  std::vector<broker_position> positions;
  broker_account account;
  market_session session;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, broker_state& x) {
  return f(caf::meta::type_name("broker_state"), x.open_orders, x.positions, x.account, x.session);
}
OUTCRY_INSPECTED(broker_state);

/// Introduces the order desk to the broker, which from then on tells it what happens. Sent again by
/// a desk that was restarted; the last one counts.
struct listen_to_broker {
  caf::actor listener;  ///< implements `broker_listener_actor`
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, listen_to_broker& x) {
  return f(caf::meta::type_name("listen_to_broker"), x.listener);
}
OUTCRY_INSPECTED(listen_to_broker);

/// Whoever hears a broker.
using broker_listener_actor = caf::typed_actor<
    // Something happened to an order; may come twice, late or never.
    caf::reacts_to<broker_update>,
    // The market's day has moved on; also sent to a new listener.
    caf::reacts_to<market_session>,
    // The connection came or went; updates may be missing since. Also sent to a new listener.
    caf::reacts_to<link_status>>;

/// The broker port: whatever takes orders.
using broker_actor = caf::typed_actor<
    // Takes an order with its exits: all of them or, refusing it, none. A client_order_id that it
    // knows already is refused. Answers the order; of its exits the updates tell.
    caf::replies_to<order_request>::with<broker_answer>,
    // Cancels one; what has been filled stays.
    caf::replies_to<cancel_at_broker>::with<broker_answer>,
    // Replaces one; answers the new order.
    caf::replies_to<replace_at_broker>::with<broker_answer>,
    // What became of one, open or closed.
    caf::replies_to<find_at_broker>::with<broker_answer>,
    // Open orders, positions, account, session.
    caf::replies_to<get_broker_state>::with<broker_state>,
    // Who wants to hear what happens.
    caf::reacts_to<listen_to_broker>,
    // Its connections.
    caf::replies_to<get_links>::with<link_list>>;

// -- the order desk -------------------------------------------------------------------------------

/// A bot's introduction. Sent before it reads the journal, and again by one that was restarted: the
/// answer comes when all it asked for before is in the journal.
struct meet_order_desk {
  std::string bot_id;
  std::string ticker;
  caf::actor bot;  ///< implements `order_owner_actor`
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, meet_order_desk& x) {
  return f(caf::meta::type_name("meet_order_desk"), x.bot_id, x.ticker, x.bot);
}
OUTCRY_INSPECTED(meet_order_desk);

struct order_desk_greeting {
  market_session session;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_desk_greeting& x) {
  return f(caf::meta::type_name("order_desk_greeting"), x.session);
}
OUTCRY_INSPECTED(order_desk_greeting);

/// A bot's wish to order. What survives of the bot is journalled with the intent, in one
/// transaction, before anything is sent.
///
/// With `exits` it is an entry that carries its own exits: they take the numbers that follow the
/// entry's, are journalled in the same transaction and sent in the same request. The entry's end
/// before it was with the broker is theirs. With a `parent` it is a later exit.
struct place_order {
  std::string bot_id;
  std::uint64_t number = 0;  ///< never used before by this bot
  order_purpose purpose = order_purpose::strategy;
  order_terms terms;
  std::vector<bot_record> record;  ///< the bot with this order asked for; empty: it keeps itself
  risk_limits limits;              ///< the bot's own
  Quantity claimed;                ///< the bot's own shares that no fill of it brought
  feed_state feed = feed_state::waiting;
  Price last_price;  ///< the last trade the bot knows; 0 = none
  timestamp_ns last_price_ns = 0;
  std::uint64_t parent = 0;             ///< number of the order whose fills it closes; 0 = none
  std::vector<order_terms> exits = {};  ///< numbers number + 1, ...; at most `most_exits`
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, place_order& x) {
  return f(caf::meta::type_name("place_order"), x.bot_id, x.number, x.purpose, x.terms, x.record,
           x.limits, x.claimed, x.feed, x.last_price, x.last_price_ns, x.parent, x.exits);
}
OUTCRY_INSPECTED(place_order);

/// Asks what became of a wish that was not answered. One the desk does not know of is refused then,
/// and for ever.
struct settle_order {
  std::string bot_id;
  std::uint64_t number = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, settle_order& x) {
  return f(caf::meta::type_name("settle_order"), x.bot_id, x.number);
}
OUTCRY_INSPECTED(settle_order);

/// Asks for one of the bot's orders to be cancelled, as long as it takes; events tell the rest.
struct cancel_order {
  std::string bot_id;
  std::uint64_t number = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cancel_order& x) {
  return f(caf::meta::type_name("cancel_order"), x.bot_id, x.number);
}
OUTCRY_INSPECTED(cancel_order);

/// Which of a bot's orders a closing gate lets rest.
enum class gate_closing : std::uint8_t {
  keep_reducing,  ///< those that cannot increase exposure: exits, a sale of what it owns
  cancel_all,
};

/// Shuts a bot out: nothing of it is sent any more but the verb exit's order, and what the closing
/// says is cancelled. Answers at once how far that is; asked again until the report says `clear`.
struct close_gate {
  std::string bot_id;
  gate_closing how = gate_closing::keep_reducing;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, close_gate& x) {
  return f(caf::meta::type_name("close_gate"), x.bot_id, x.how);
}
OUTCRY_INSPECTED(close_gate);

/// Lets a bot's orders through again.
struct open_gate {
  std::string bot_id;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, open_gate& x) {
  return f(caf::meta::type_name("open_gate"), x.bot_id);
}
OUTCRY_INSPECTED(open_gate);

struct gate_report {
  bool clear = false;              ///< no order is left that should not be; sticks until opened
  std::vector<order_record> open;  ///< of this bot, those with an unknown outcome included
  Quantity position;               ///< of its fills
  std::string waiting_for;         ///< while not clear: one sentence for people
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, gate_report& x) {
  return f(caf::meta::type_name("gate_report"), x.clear, x.open, x.position, x.waiting_for);
}
OUTCRY_INSPECTED(gate_report);

/// The command desk's word that a brake was adopted: shuts out all these bots at once, whether they
/// can hear it or not.
struct close_gates {
  std::string message_id;
  std::vector<std::string> bot_ids;
  gate_closing how = gate_closing::keep_reducing;
  bool whole_floor = false;  ///< every bot, also those that come later
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, close_gates& x) {
  return f(caf::meta::type_name("close_gates"), x.message_id, x.bot_ids, x.how, x.whole_floor);
}
OUTCRY_INSPECTED(close_gates);

/// A bot wants this many of the shares held outside to be its own, in all; asked before it
/// journals that. Answered `ec::refused` when there are not as many.
struct claim_shares {
  std::string bot_id;
  std::string ticker;
  Quantity total;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, claim_shares& x) {
  return f(caf::meta::type_name("claim_shares"), x.bot_id, x.ticker, x.total);
}
OUTCRY_INSPECTED(claim_shares);

struct claim_granted {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, claim_granted&) {
  return f(caf::meta::type_name("claim_granted"));
}

/// Takes the account as the broker shows it and lifts the ticker's halt: the difference is held
/// outside. Answered `ec::refused` while the broker holds less than the bots own.
struct accept_position {
  std::string ticker;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, accept_position& x) {
  return f(caf::meta::type_name("accept_position"), x.ticker);
}
OUTCRY_INSPECTED(accept_position);

/// To bots: events may have been missed; read those after your last one from the journal.
struct orders_reopened {
  market_session session;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, orders_reopened& x) {
  return f(caf::meta::type_name("orders_reopened"), x.session);
}
OUTCRY_INSPECTED(orders_reopened);

/// Asks for positions and who owns them.
struct get_positions {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_positions&) {
  return f(caf::meta::type_name("get_positions"));
}

/// One bot's part of a ticker.
struct owned_position {
  bot_holding holding;
  Quantity claimed;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, owned_position& x) {
  return f(caf::meta::type_name("owned_position"), x.holding, x.claimed);
}
OUTCRY_INSPECTED(owned_position);

struct position_list {
  std::vector<owned_position> bots;        ///< by bot id
  std::vector<ticker_account> tickers;     ///< by ticker
  std::vector<broker_position> at_broker;  ///< as last heard, by ticker
  bool reconciled = false;                 ///< the broker has been heard since the floor opened
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, position_list& x) {
  return f(caf::meta::type_name("position_list"), x.bots, x.tickers, x.at_broker, x.reconciled);
}
OUTCRY_INSPECTED(position_list);

/// Asks how the account and its limits are.
struct get_risk {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_risk&) {
  return f(caf::meta::type_name("get_risk"));
}

/// One bot, or the account, against its limits.
struct risk_status {
  std::string owner;  ///< a bot id, or "account"
  risk_limits limits;
  Money position;  ///< at the last price
  Money today;     ///< profit of the trading day, mark to market
  std::uint32_t orders_last_minute = 0;
  bool gate_closed = false;
  std::string blocked;  ///< why no order may increase exposure; empty = it may
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, risk_status& x) {
  return f(caf::meta::type_name("risk_status"), x.owner, x.limits, x.position, x.today,
           x.orders_last_minute, x.gate_closed, x.blocked);
}
OUTCRY_INSPECTED(risk_status);

struct risk_report {
  risk_status account;
  std::vector<risk_status> bots;  ///< by bot id
  broker_account broker;
  market_session session;
  bool broker_connected = false;
  std::uint32_t unknown_orders = 0;  ///< nobody can say whether the broker has them
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, risk_report& x) {
  return f(caf::meta::type_name("risk_report"), x.account, x.bots, x.broker, x.session,
           x.broker_connected, x.unknown_orders);
}
OUTCRY_INSPECTED(risk_report);

/// Whoever owns orders.
using order_owner_actor = caf::typed_actor<
    // An event of one of its orders; in order of `seq`, perhaps twice.
    caf::reacts_to<order_event>,
    // Events may be missing.
    caf::reacts_to<orders_reopened>,
    // The market's day has moved on.
    caf::reacts_to<market_session>>;

/// The order desk: the only one who sends orders. It is also the command desk's bot "account",
/// whose `set` changes the limits of the whole account.
using order_desk_actor = broker_listener_actor::extend_with<commandable_actor>::extend<
    // A bot introduces itself.
    caf::replies_to<meet_order_desk>::with<order_desk_greeting>,
    // A bot wants to order: answers once the intent is journalled, or why it is refused.
    caf::replies_to<place_order>::with<order_record>,
    // What became of a wish.
    caf::replies_to<settle_order>::with<order_record>,
    // A bot wants an order cancelled.
    caf::reacts_to<cancel_order>,
    // Shuts a bot out.
    caf::replies_to<close_gate>::with<gate_report>,
    // Lets it trade again.
    caf::replies_to<open_gate>::with<gate_report>,
    // A brake was adopted.
    caf::reacts_to<close_gates>,
    // Who is told of orders that surface.
    caf::reacts_to<desk_address>,
    // What stops the floor now: a kill shuts out every bot until it is lifted.
    caf::reacts_to<halt_state>,
    // A bot wants shares that are held outside.
    caf::replies_to<claim_shares>::with<claim_granted>,
    // The account is to be taken as it is.
    caf::replies_to<accept_position>::with<claim_granted>,
    // Stored orders, newest first.
    caf::replies_to<find_orders>::with<order_list>,
    // Positions with their owners.
    caf::replies_to<get_positions>::with<position_list>,
    // Limits and what they are measured against.
    caf::replies_to<get_risk>::with<risk_report>>;

// -- performance ----------------------------------------------------------------------------------

/// Whoever hears what was earned.
using performance_listener_actor = caf::typed_actor<
    // A ticker's figures, or the account's.
    caf::reacts_to<performance_update>>;

/// Adds up what the bots earn, by ticker and trading day.
using performance_actor = caf::typed_actor<
    // A bot's word.
    caf::reacts_to<bot_performance>,
    // A day, bot by bot.
    caf::replies_to<get_performance>::with<performance_list>>;

}  // namespace outcry
