#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/type_id.hpp>

/// The one block of CAF type ids: everything that is sent between our actors stands here.

namespace outcry {

struct actor_list;
enum class actor_state : std::uint8_t;
struct actor_status;
struct batch_receipt;
struct bot_command;
struct bot_identity;
struct bot_image;
enum class bot_kind : std::uint8_t;
struct bot_list;
struct bot_record;
enum class bot_state : std::uint8_t;
struct bot_status;
struct command_outcome;
struct demand;
enum class desired_state : std::uint8_t;
enum class feed_state : std::uint8_t;
struct feed_status;
struct find_ledgers;
struct find_line;
struct find_pit;
struct floor_image;
struct get_bot;
struct get_halt;
struct get_links;
struct get_pit;
struct get_relay;
enum class halt_kind : std::uint8_t;
struct halt_state;
struct history_delivered;
struct history_page;
struct history_receipt;
struct history_row;
struct journal_receipt;
struct journal_write;
struct ledger;
struct ledger_line;
struct ledger_list;
struct line_record;
enum class line_status : std::uint8_t;
struct link_list;
enum class link_state : std::uint8_t;
struct link_status;
struct list_actors;
struct list_bots;
struct list_pits;
struct load_bot;
struct load_floor;
struct lockstep_batch;
enum class message_state : std::uint8_t;
enum class mirror_lane : std::uint8_t;
enum class mirror_outcome : std::uint8_t;
struct mirror_patch;
struct mirror_reply;
struct mirrored_message;
struct operator_message;
struct order_update;
struct outbox_delivered;
struct outbox_page;
struct outbox_row;
struct owed_hint;
struct owed_value;
struct pit_address;
struct pit_list;
struct pit_status;
struct price_batch;
struct price_changed;
struct price_tick;
struct price_update;
struct read_history;
struct read_outbox;
struct register_bot;
struct relay_status;
struct state_record;
struct submit_message;
struct submit_unreadable;
struct subscribe_pit;
struct take_price;
struct unregister_bot;
struct unsubscribe_pit;
enum class verb : std::uint8_t;
struct watch_message;
struct wake;
struct open_feed;
struct stop_floor;
struct stop_report;
struct supervise;
struct supervised;
struct desk_address;
struct listen_to_mirror;

}  // namespace outcry

// clang-format off
CAF_BEGIN_TYPE_ID_BLOCK(outcry, first_custom_type_id)
  CAF_ADD_TYPE_ID(outcry, (outcry::actor_list))
  CAF_ADD_TYPE_ID(outcry, (outcry::actor_status))
  CAF_ADD_TYPE_ID(outcry, (outcry::batch_receipt))
  CAF_ADD_TYPE_ID(outcry, (outcry::bot_command))
  CAF_ADD_TYPE_ID(outcry, (outcry::bot_identity))
  CAF_ADD_TYPE_ID(outcry, (outcry::bot_image))
  CAF_ADD_TYPE_ID(outcry, (outcry::bot_list))
  CAF_ADD_TYPE_ID(outcry, (outcry::bot_record))
  CAF_ADD_TYPE_ID(outcry, (outcry::bot_status))
  CAF_ADD_TYPE_ID(outcry, (outcry::command_outcome))
  CAF_ADD_TYPE_ID(outcry, (outcry::demand))
  CAF_ADD_TYPE_ID(outcry, (outcry::feed_status))
  CAF_ADD_TYPE_ID(outcry, (outcry::find_ledgers))
  CAF_ADD_TYPE_ID(outcry, (outcry::find_line))
  CAF_ADD_TYPE_ID(outcry, (outcry::find_pit))
  CAF_ADD_TYPE_ID(outcry, (outcry::floor_image))
  CAF_ADD_TYPE_ID(outcry, (outcry::get_bot))
  CAF_ADD_TYPE_ID(outcry, (outcry::get_halt))
  CAF_ADD_TYPE_ID(outcry, (outcry::get_links))
  CAF_ADD_TYPE_ID(outcry, (outcry::get_pit))
  CAF_ADD_TYPE_ID(outcry, (outcry::get_relay))
  CAF_ADD_TYPE_ID(outcry, (outcry::halt_state))
  CAF_ADD_TYPE_ID(outcry, (outcry::history_delivered))
  CAF_ADD_TYPE_ID(outcry, (outcry::history_page))
  CAF_ADD_TYPE_ID(outcry, (outcry::history_receipt))
  CAF_ADD_TYPE_ID(outcry, (outcry::history_row))
  CAF_ADD_TYPE_ID(outcry, (outcry::journal_receipt))
  CAF_ADD_TYPE_ID(outcry, (outcry::journal_write))
  CAF_ADD_TYPE_ID(outcry, (outcry::ledger))
  CAF_ADD_TYPE_ID(outcry, (outcry::ledger_line))
  CAF_ADD_TYPE_ID(outcry, (outcry::ledger_list))
  CAF_ADD_TYPE_ID(outcry, (outcry::line_record))
  CAF_ADD_TYPE_ID(outcry, (outcry::link_list))
  CAF_ADD_TYPE_ID(outcry, (outcry::link_status))
  CAF_ADD_TYPE_ID(outcry, (outcry::list_actors))
  CAF_ADD_TYPE_ID(outcry, (outcry::list_bots))
  CAF_ADD_TYPE_ID(outcry, (outcry::list_pits))
  CAF_ADD_TYPE_ID(outcry, (outcry::load_bot))
  CAF_ADD_TYPE_ID(outcry, (outcry::load_floor))
  CAF_ADD_TYPE_ID(outcry, (outcry::lockstep_batch))
  CAF_ADD_TYPE_ID(outcry, (outcry::mirror_patch))
  CAF_ADD_TYPE_ID(outcry, (outcry::mirror_reply))
  CAF_ADD_TYPE_ID(outcry, (outcry::mirrored_message))
  CAF_ADD_TYPE_ID(outcry, (outcry::operator_message))
  CAF_ADD_TYPE_ID(outcry, (outcry::order_update))
  CAF_ADD_TYPE_ID(outcry, (outcry::outbox_delivered))
  CAF_ADD_TYPE_ID(outcry, (outcry::outbox_page))
  CAF_ADD_TYPE_ID(outcry, (outcry::outbox_row))
  CAF_ADD_TYPE_ID(outcry, (outcry::owed_hint))
  CAF_ADD_TYPE_ID(outcry, (outcry::owed_value))
  CAF_ADD_TYPE_ID(outcry, (outcry::pit_address))
  CAF_ADD_TYPE_ID(outcry, (outcry::pit_list))
  CAF_ADD_TYPE_ID(outcry, (outcry::pit_status))
  CAF_ADD_TYPE_ID(outcry, (outcry::price_batch))
  CAF_ADD_TYPE_ID(outcry, (outcry::price_changed))
  CAF_ADD_TYPE_ID(outcry, (outcry::price_tick))
  CAF_ADD_TYPE_ID(outcry, (outcry::price_update))
  CAF_ADD_TYPE_ID(outcry, (outcry::read_history))
  CAF_ADD_TYPE_ID(outcry, (outcry::read_outbox))
  CAF_ADD_TYPE_ID(outcry, (outcry::register_bot))
  CAF_ADD_TYPE_ID(outcry, (outcry::relay_status))
  CAF_ADD_TYPE_ID(outcry, (outcry::state_record))
  CAF_ADD_TYPE_ID(outcry, (outcry::submit_message))
  CAF_ADD_TYPE_ID(outcry, (outcry::submit_unreadable))
  CAF_ADD_TYPE_ID(outcry, (outcry::subscribe_pit))
  CAF_ADD_TYPE_ID(outcry, (outcry::take_price))
  CAF_ADD_TYPE_ID(outcry, (outcry::unsubscribe_pit))
  CAF_ADD_TYPE_ID(outcry, (outcry::watch_message))
  CAF_ADD_TYPE_ID(outcry, (outcry::wake))
  CAF_ADD_TYPE_ID(outcry, (outcry::open_feed))
  CAF_ADD_TYPE_ID(outcry, (outcry::stop_floor))
  CAF_ADD_TYPE_ID(outcry, (outcry::stop_report))
  CAF_ADD_TYPE_ID(outcry, (outcry::supervise))
  CAF_ADD_TYPE_ID(outcry, (outcry::supervised))
  CAF_ADD_TYPE_ID(outcry, (outcry::desk_address))
  CAF_ADD_TYPE_ID(outcry, (outcry::listen_to_mirror))
  CAF_ADD_TYPE_ID(outcry, (outcry::unregister_bot))
CAF_END_TYPE_ID_BLOCK(outcry)
// clang-format on
