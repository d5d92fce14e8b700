#include "apps/outcry/console/row_reader.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "apps/outcry/console/json_cursor.hpp"

namespace outcry::console {

namespace {

void read_value(json_cursor& in, std::string& to) {
  in.text(to);
}

/// A span or a time that may be absent: null reads as -1.
void read_value(json_cursor& in, std::int64_t& to) {
  to = in.null() ? -1 : in.integer();
}

void read_value(json_cursor& in, std::uint64_t& to) {
  to = in.count();
}

void read_value(json_cursor& in, bool& to) {
  to = in.boolean();
}

template <class Number>
void read_value(json_cursor& in, std::optional<Number>& to) {
  if (in.null())
    to.reset();
  else
    read_value(in, to.emplace());
}

template <class Row>
struct member {
  std::string_view name;
  void (*read)(json_cursor&, Row&);
};

template <auto Field, class Row>
void take(json_cursor& in, Row& to) {
  read_value(in, to.*Field);
}

/// Reads an object's known members and passes over the rest.
template <class Row, std::size_t Size>
void read_members(json_cursor& in, Row& to, const member<Row> (&known)[Size]) {
  std::string_view name;
  if (!in.enter_object()) return;
  // They come in one order: each search begins behind the last find.
  std::size_t at = 0;
  while (in.next_member(name)) {
    std::size_t tried = 0;
    while (tried < Size && known[at].name != name) {
      at = at + 1 == Size ? 0 : at + 1;
      ++tried;
    }
    if (tried == Size) {
      in.skip();
      continue;
    }
    known[at].read(in, to);
    at = at + 1 == Size ? 0 : at + 1;
  }
}

constexpr member<inspection::serving_row> serving_members[] = {
    {"message", take<&inspection::serving_row::message>},
    {"since_ms", take<&inspection::serving_row::since_ms>},
};

void read_serving(json_cursor& in, actor_row& to) {
  if (in.null()) return;
  read_members(in, to.serving.emplace(), serving_members);
  if (to.serving->message.empty()) to.serving.reset();
}

constexpr member<inspection::handler_row> handler_members[] = {
    {"sampled", take<&inspection::handler_row::sampled>},
    {"busy_ns", take<&inspection::handler_row::busy_ns>},
    {"max_ns", take<&inspection::handler_row::max_ns>},
};

constexpr member<actor_row> actor_members[] = {
    {"name", take<&actor_row::name>},
    {"kind", take<&actor_row::kind>},
    {"state", take<&actor_row::state>},
    {"since_ms", take<&actor_row::since_ms>},
    {"mailbox", take<&actor_row::mailbox>},
    {"mailbox_bound", take<&actor_row::mailbox_bound>},
    {"handled", take<&actor_row::handled>},
    {"errors", take<&actor_row::errors>},
    {"refused", take<&actor_row::refused>},
    {"restarts", take<&actor_row::restarts>},
    {"last_exit", take<&actor_row::last_exit>},
    {"enqueued", take<&actor_row::enqueued>},
    {"sent", take<&actor_row::sent>},
    {"parent", take<&actor_row::parent>},
    {"hidden", take<&actor_row::hidden>},
    {"started_ms", take<&actor_row::started_ms>},
    {"backoff_left_ms", take<&actor_row::backoff_left_ms>},
    {"serving", read_serving},
    {"oldest_wait_ms", take<&actor_row::oldest_wait_ms>},
    {"handler",
     [](json_cursor& in, actor_row& to) { read_members(in, to.handler, handler_members); }},
};

void read_bots(json_cursor& in, floor_row& to) {
  std::string_view state;
  if (!in.enter_object()) return;
  while (in.next_member(state)) {
    const std::string key{state};
    to.bots[key] = in.count();
  }
}

constexpr member<inspection::dead_man_row> dead_man_members[] = {
    {"firesAt", take<&inspection::dead_man_row::fires_at_ms>},
    {"firedAt", take<&inspection::dead_man_row::fired_at_ms>},
};

void read_dead_man(json_cursor& in, floor_row& to) {
  if (!in.null()) read_members(in, to.dead_man.emplace(), dead_man_members);
}

constexpr member<floor_row> floor_members[] = {
    {"name", take<&floor_row::name>},
    {"version", take<&floor_row::version>},
    {"started_ms", take<&floor_row::started_ms>},
    {"pid", take<&floor_row::pid>},
    {"rss_bytes", take<&floor_row::rss_bytes>},
    {"halt", take<&floor_row::halt>},
    {"bots", read_bots},
    {"handled", take<&floor_row::handled>},
    {"dead_letters", take<&floor_row::dead_letters>},
    {"dead_man", read_dead_man},
};

constexpr member<pit_row> price_members[] = {{"price", take<&pit_row::price>}};

constexpr member<pit_row> pit_members[] = {
    {"ticker", take<&pit_row::ticker>},
    {"state", take<&pit_row::state>},
    {"since_ns", take<&pit_row::since_ns>},
    {"last", [](json_cursor& in, pit_row& to) { read_members(in, to, price_members); }},
    {"conflated", take<&pit_row::conflated>},
    {"subscribers", take<&pit_row::subscribers>},
    {"age_ms", take<&pit_row::age_ms>},
    {"received", take<&pit_row::received>},
    {"dropped", take<&pit_row::dropped>},
};

constexpr member<link_row> link_members[] = {
    {"name", take<&link_row::name>},
    {"state", take<&link_row::state>},
    {"since_ms", take<&link_row::since_ms>},
    {"reconnects", take<&link_row::reconnects>},
    {"last_error", take<&link_row::last_error>},
    {"lag_ms", take<&link_row::lag_ms>},
    {"backlog", take<&link_row::backlog>},
};

constexpr member<message_row> line_members[] = {
    {"done", take<&message_row::done>},       {"ignored", take<&message_row::ignored>},
    {"error", take<&message_row::error>},     {"no_answer", take<&message_row::no_answer>},
    {"expired", take<&message_row::expired>}, {"open", take<&message_row::open>},
};

constexpr member<message_row> message_members[] = {
    {"id", take<&message_row::id>},
    {"type", take<&message_row::type>},
    {"state", take<&message_row::state>},
    {"pressed_ms", take<&message_row::pressed_ms>},
    {"lines", [](json_cursor& in, message_row& to) { read_members(in, to, line_members); }},
};

constexpr member<grave_row> grave_members[] = {
    {"name", take<&grave_row::name>},         {"kind", take<&grave_row::kind>},
    {"died_ms", take<&grave_row::died_ms>},   {"reason", take<&grave_row::reason>},
    {"lived_ms", take<&grave_row::lived_ms>},
};

}  // namespace

void read(json_cursor& in, actor_row& to) {
  for (auto* x : {&to.name, &to.kind, &to.state, &to.parent, &to.last_exit}) x->clear();
  to.hidden = false;
  to.since_ms = to.started_ms = to.oldest_wait_ms = to.backoff_left_ms = 0;
  to.mailbox = to.mailbox_bound = to.enqueued = to.handled = to.sent = to.errors = to.refused = 0;
  to.restarts = 0;
  to.serving.reset();
  to.handler = {};
  read_members(in, to, actor_members);
}

void read(json_cursor& in, floor_row& to) {
  to = {};
  read_members(in, to, floor_members);
}

void read(json_cursor& in, pit_row& to) {
  to = {};
  read_members(in, to, pit_members);
}

void read(json_cursor& in, link_row& to) {
  to = {};
  read_members(in, to, link_members);
}

void read(json_cursor& in, message_row& to) {
  to = {};
  read_members(in, to, message_members);
}

void read(json_cursor& in, grave_row& to) {
  to = {};
  read_members(in, to, grave_members);
}

}  // namespace outcry::console
