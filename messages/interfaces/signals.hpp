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
#include "messages/signals.hpp"
#include "messages/type_ids.hpp"

namespace outcry {

// -- the store ------------------------------------------------------------------------------------

/// A raw message with its verdict and what was read of it: one transaction. A message that is known
/// (same source, source_id and edited_ns) changes nothing and is answered with what is stored.
struct store_message {
  raw_message message;
  message_verdict verdict;
  std::vector<signal_record> signals;         ///< at most one; new, or with a higher version
  std::vector<signal_update_record> updates;  ///< at most one
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, store_message& x) {
  return f(caf::meta::type_name("store_message"), x.message, x.verdict, x.signals, x.updates);
}
OUTCRY_INSPECTED(store_message);

/// Signals, updates and trades as they become, without a raw message: one transaction. A signal
/// that is new (`id` 0) and known by (source, source_id) is not stored again; others replace the
/// stored one if their version is higher.
struct store_signals {
  std::vector<signal_record> signals;
  std::vector<signal_update_record> updates;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, store_signals& x) {
  return f(caf::meta::type_name("store_signals"), x.signals, x.updates);
}
OUTCRY_INSPECTED(store_signals);

/// Answer of the store: it is on disk.
struct store_receipt {
  bool duplicate = false;              ///< of store_message: it was known
  std::vector<signal_record> signals;  ///< as stored, in the order given; known ones as they were
  std::vector<signal_update_record> updates;
  message_verdict verdict;  ///< of store_message: as stored
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, store_receipt& x) {
  return f(caf::meta::type_name("store_receipt"), x.duplicate, x.signals, x.updates, x.verdict);
}
OUTCRY_INSPECTED(store_receipt);

/// Asks for what the desk must know at start.
struct load_signals {
  timestamp_ns since_ns = 0;  ///< calls received after this also when they are final
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, load_signals& x) {
  return f(caf::meta::type_name("load_signals"), x.since_ns);
}
OUTCRY_INSPECTED(load_signals);

/// Asks for signals. What is empty or 0 does not narrow the choice.
struct find_signals {
  std::int64_t after = 0;   ///< ids above this, oldest first; 0: newest first
  std::int64_t before = 0;  ///< ids below this, newest first
  std::string source;
  std::string source_id;
  std::string ticker;
  std::vector<std::string> states;  ///< any of these
  std::uint32_t limit = 50;         ///< 1 to 1000
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, find_signals& x) {
  return f(caf::meta::type_name("find_signals"), x.after, x.before, x.source, x.source_id, x.ticker,
           x.states, x.limit);
}
OUTCRY_INSPECTED(find_signals);

struct signal_list {
  std::vector<signal_record> signals;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, signal_list& x) {
  return f(caf::meta::type_name("signal_list"), x.signals);
}
OUTCRY_INSPECTED(signal_list);

/// Asks for raw messages. What is empty or 0 does not narrow the choice.
struct find_messages {
  std::int64_t after = 0;  ///< the store's numbers above this, oldest first; 0: newest first
  std::string source;
  std::string source_id;
  std::string verdict;
  std::uint32_t limit = 50;  ///< 1 to 1000
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, find_messages& x) {
  return f(caf::meta::type_name("find_messages"), x.after, x.source, x.source_id, x.verdict,
           x.limit);
}
OUTCRY_INSPECTED(find_messages);

/// A raw message with its verdict, as stored.
struct stored_message {
  std::int64_t id = 0;  ///< the store's, rising
  raw_message message;
  message_verdict verdict;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stored_message& x) {
  return f(caf::meta::type_name("stored_message"), x.id, x.message, x.verdict);
}
OUTCRY_INSPECTED(stored_message);

struct message_list {
  std::vector<stored_message> messages;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, message_list& x) {
  return f(caf::meta::type_name("message_list"), x.messages);
}
OUTCRY_INSPECTED(message_list);

/// Asks for the updates said about one call, or (both empty) for the newest.
struct find_updates {
  std::string target_source;
  std::string target_source_id;
  std::uint32_t limit = 50;  ///< 1 to 1000
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, find_updates& x) {
  return f(caf::meta::type_name("find_updates"), x.target_source, x.target_source_id, x.limit);
}
OUTCRY_INSPECTED(find_updates);

struct update_list {
  std::vector<signal_update_record> updates;  ///< newest first
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, update_list& x) {
  return f(caf::meta::type_name("update_list"), x.updates);
}
OUTCRY_INSPECTED(update_list);

/// Asks what the sources have brought.
struct get_source_results {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_source_results&) {
  return f(caf::meta::type_name("get_source_results"));
}

struct source_result_list {
  std::vector<source_result> sources;  ///< by name
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, source_result_list& x) {
  return f(caf::meta::type_name("source_result_list"), x.sources);
}
OUTCRY_INSPECTED(source_result_list);

/// Asks for the highest source_id (compared as numbers where both are) of a source, from which its
/// reader goes on after a restart.
struct get_last_source_id {
  std::string source;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_last_source_id& x) {
  return f(caf::meta::type_name("get_last_source_id"), x.source);
}
OUTCRY_INSPECTED(get_last_source_id);

struct last_source_id {
  std::string source_id;  ///< empty: nothing is known of it
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, last_source_id& x) {
  return f(caf::meta::type_name("last_source_id"), x.source_id);
}
OUTCRY_INSPECTED(last_source_id);

/// Asks for rows that the shared database does not hold yet as they are here, oldest first.
struct read_unshared {
  std::uint32_t limit = 200;  ///< of each kind, 1 to 1000
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, read_unshared& x) {
  return f(caf::meta::type_name("read_unshared"), x.limit);
}
OUTCRY_INSPECTED(read_unshared);

struct unshared_page {
  std::vector<stored_message> messages;
  std::vector<signal_record> signals;
  std::vector<signal_update_record> updates;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, unshared_page& x) {
  return f(caf::meta::type_name("unshared_page"), x.messages, x.signals, x.updates);
}
OUTCRY_INSPECTED(unshared_page);

/// The shared database holds this row as it was with this version, or will never take it (`refusal`
/// says why). Messages have version 1.
struct shared_row {
  std::int64_t id = 0;
  std::uint64_t version = 1;
  std::string refusal;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, shared_row& x) {
  return f(caf::meta::type_name("shared_row"), x.id, x.version, x.refusal);
}
OUTCRY_INSPECTED(shared_row);

struct mark_shared {
  std::vector<shared_row> messages;
  std::vector<shared_row> signals;
  std::vector<shared_row> updates;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, mark_shared& x) {
  return f(caf::meta::type_name("mark_shared"), x.messages, x.signals, x.updates);
}
OUTCRY_INSPECTED(mark_shared);

/// How much the shared database is owed.
struct unshared_count {
  std::int64_t rows = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, unshared_count& x) {
  return f(caf::meta::type_name("unshared_count"), x.rows);
}
OUTCRY_INSPECTED(unshared_count);

/// How far somebody has read; kept under a name.
struct save_cursor {
  std::string name;
  std::string value;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, save_cursor& x) {
  return f(caf::meta::type_name("save_cursor"), x.name, x.value);
}
OUTCRY_INSPECTED(save_cursor);

struct get_cursor {
  std::string name;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_cursor& x) {
  return f(caf::meta::type_name("get_cursor"), x.name);
}
OUTCRY_INSPECTED(get_cursor);

struct cursor_value {
  std::string value;  ///< empty: never saved
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cursor_value& x) {
  return f(caf::meta::type_name("cursor_value"), x.value);
}
OUTCRY_INSPECTED(cursor_value);

/// Whoever keeps messages, signals and trades on this machine.
using signal_store_actor = caf::typed_actor<
    // A message with what was read of it.
    caf::replies_to<store_message>::with<store_receipt>,
    // What became of signals.
    caf::replies_to<store_signals>::with<store_receipt>,
    // All that are not final, and the latest ones; by id.
    caf::replies_to<load_signals>::with<signal_list>,
    // Stored signals.
    caf::replies_to<find_signals>::with<signal_list>,
    // Stored messages.
    caf::replies_to<find_messages>::with<message_list>,
    // What was said about a call.
    caf::replies_to<find_updates>::with<update_list>,
    // What the sources have brought.
    caf::replies_to<get_source_results>::with<source_result_list>,
    // Where a source's reader goes on.
    caf::replies_to<get_last_source_id>::with<last_source_id>,
    // What the shared database lacks.
    caf::replies_to<read_unshared>::with<unshared_page>,
    // It lacks these no longer; answers what is left.
    caf::replies_to<mark_shared>::with<unshared_count>,
    // How far somebody has read: kept, answered.
    caf::replies_to<save_cursor>::with<cursor_value>,
    caf::replies_to<get_cursor>::with<cursor_value>>;

// -- the desk -------------------------------------------------------------------------------------

/// A call, or an update of one, that somebody else has read: `signal` or `update` is its JSON.
/// Exactly one of them is not empty.
struct contributed_signal {
  std::string source;
  std::string source_id;
  std::int64_t edited_ns = 0;
  std::string author_id;
  std::string author;
  std::string signal;
  std::string update;
  std::string contributor;
  timestamp_ns said_ns = 0;
  timestamp_ns received_ns = 0;
  bool shared = false;  ///< it comes from the shared database, which holds it already
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, contributed_signal& x) {
  return f(caf::meta::type_name("contributed_signal"), x.source, x.source_id, x.edited_ns,
           x.author_id, x.author, x.signal, x.update, x.contributor, x.said_ns, x.received_ns,
           x.shared);
}
OUTCRY_INSPECTED(contributed_signal);

/// What became of a message or a contributed signal.
struct desk_verdict {
  message_verdict verdict;
  std::vector<signal_record> signals;         ///< at most one
  std::vector<signal_update_record> updates;  ///< at most one
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, desk_verdict& x) {
  return f(caf::meta::type_name("desk_verdict"), x.verdict, x.signals, x.updates);
}
OUTCRY_INSPECTED(desk_verdict);

/// Asks to be told of every signal_record and signal_update_record as it becomes, until the watcher
/// ends. Sent again by one that was restarted.
struct watch_signals {
  caf::actor watcher;  ///< implements `signal_watcher_actor`
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, watch_signals& x) {
  return f(caf::meta::type_name("watch_signals"), x.watcher);
}
OUTCRY_INSPECTED(watch_signals);

/// Whoever hears of signals. All that it is told is in the store already.
using signal_watcher_actor = caf::typed_actor<
    // A call has come, or something became of it.
    caf::reacts_to<signal_record>,
    // Something was said about one.
    caf::reacts_to<signal_update_record>>;

/// The signal desk: decides which calls are traded, by which bot, and follows what becomes of them.
/// It is also the command desk's bot "signals", to whom the verb `confirm` is said.
using signal_desk_actor = commandable_actor::extend<
    // A message: answers how it was read, once that is stored.
    caf::replies_to<raw_message>::with<desk_verdict>,
    // A call that somebody else has read: answers once it is stored.
    caf::replies_to<contributed_signal>::with<desk_verdict>,
    // A bot's word on its trade.
    caf::reacts_to<trade_record>,
    // Who wants to hear what becomes of signals.
    caf::reacts_to<watch_signals>>;

/// A bot that trades calls.
using follower_actor = caf::typed_actor<
    // What to do about a call: answers once what it will do is journalled.
    caf::replies_to<follow_task>::with<follow_receipt>>;

}  // namespace outcry
