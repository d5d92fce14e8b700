#include "actors/inspection/snapshot_json.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace outcry::inspection {

namespace {

using nlohmann::json;

/// Reads members of one object; what is missing or null stays as it is.
class row_reader {
public:
  explicit row_reader(const json& row) : row_(row.get_ref<const json::object_t&>()) {}

  const json* find(const char* name) const {
    auto found = row_.find(name);
    return found == row_.end() || found->second.is_null() ? nullptr : &found->second;
  }

  void text(const char* name, std::string& to) const {
    if (auto* x = find(name)) to = x->get_ref<const json::string_t&>();
  }

  void whole(const char* name, std::int64_t& to) const {
    if (auto* x = find(name)) to = integer(*x);
  }

  /// A count below 0 makes no sense and is taken as none.
  void count(const char* name, std::uint64_t& to) const {
    auto* x = find(name);
    if (x == nullptr) return;
    to = x->is_number_unsigned()
             ? x->get<std::uint64_t>()
             : static_cast<std::uint64_t>(std::max<std::int64_t>(integer(*x), 0));
  }

  void yes_or_no(const char* name, bool& to) const {
    if (auto* x = find(name)) to = x->get_ref<const json::boolean_t&>();
  }

  template <class Each>
  void each(const char* name, Each&& on) const {
    if (auto* x = find(name))
      for (const auto& element : x->get_ref<const json::array_t&>()) on(element);
  }

private:
  static std::int64_t integer(const json& x) {
    // Throws for what is no integer; the conversion of a fraction would not be defined.
    [[maybe_unused]] const auto& checked = x.get_ref<const json::number_integer_t&>();
    return x.get<std::int64_t>();
  }

  const json::object_t& row_;
};

pit_row read_pit(const json& row) {
  const row_reader in{row};
  pit_row x;
  in.text("ticker", x.ticker);
  in.text("state", x.state);
  in.whole("since_ns", x.since_ns);
  in.whole("age_ms", x.age_ms);
  if (auto* last = in.find("last")) row_reader{*last}.text("price", x.price);
  in.count("subscribers", x.subscribers);
  in.count("received", x.received);
  in.count("conflated", x.conflated);
  in.count("dropped", x.dropped);
  return x;
}

link_row read_link(const json& row) {
  const row_reader in{row};
  link_row x;
  in.text("name", x.name);
  in.text("state", x.state);
  in.whole("since_ms", x.since_ms);
  in.count("reconnects", x.reconnects);
  in.text("last_error", x.last_error);
  if (in.find("lag_ms") != nullptr) in.whole("lag_ms", x.lag_ms.emplace());
  if (in.find("backlog") != nullptr) in.count("backlog", x.backlog.emplace());
  return x;
}

message_row read_message(const json& row) {
  const row_reader in{row};
  message_row x;
  in.text("id", x.id);
  in.text("type", x.type);
  in.text("state", x.state);
  in.whole("pressed_ms", x.pressed_ms);
  if (auto* found = in.find("lines")) {
    const row_reader lines{*found};
    lines.count("done", x.done);
    lines.count("ignored", x.ignored);
    lines.count("error", x.error);
    lines.count("no_answer", x.no_answer);
    lines.count("expired", x.expired);
    lines.count("open", x.open);
  }
  return x;
}

grave_row read_grave(const json& row) {
  const row_reader in{row};
  grave_row x;
  in.text("name", x.name);
  in.text("kind", x.kind);
  in.text("reason", x.reason);
  in.whole("died_ms", x.died_ms);
  in.whole("lived_ms", x.lived_ms);
  return x;
}

floor_row read_floor(const json& row) {
  const row_reader in{row};
  floor_row x;
  in.text("name", x.name);
  in.text("version", x.version);
  in.text("halt", x.halt);
  in.whole("started_ms", x.started_ms);
  in.whole("pid", x.pid);
  in.count("rss_bytes", x.rss_bytes);
  in.count("handled", x.handled);
  in.count("dead_letters", x.dead_letters);
  if (auto* found = in.find("dead_man")) {
    const row_reader dead_man{*found};
    auto& to = x.dead_man.emplace();
    dead_man.whole("firesAt", to.fires_at_ms);
    dead_man.whole("firedAt", to.fired_at_ms);
  }
  if (auto* bots = in.find("bots"))
    for (const auto& [state, n] : bots->get_ref<const json::object_t&>()) {
      const row_reader one{*bots};
      one.count(state.c_str(), x.bots[state]);
    }
  return x;
}

/// The oldest give way.
void keep_newest(by_name<message_row>& messages) {
  while (messages.size() > most_messages)
    messages.erase(std::min_element(
        messages.begin(), messages.end(),
        [](const auto& a, const auto& b) { return a.second.pressed_ms < b.second.pressed_ms; }));
}

template <class Row>
void put(by_name<Row>& to, const std::string& name, Row row) {
  to.insert_or_assign(name, std::move(row));
}

void take_rows(const row_reader& in, floor_snapshot& to) {
  in.count("seq", to.seq);
  in.whole("at_ms", to.at_ms);
  if (auto* floor = in.find("floor")) to.floor = read_floor(*floor);
  in.each("gone", [&](const json& said) {
    const auto& name = said.get_ref<const json::string_t&>();
    to.actors.erase(name);
    if (name.starts_with("pit:")) to.pits.erase(name.substr(4));
  });
  in.each("actors", [&](const json& row) {
    auto x = read_actor(row);
    put(to.actors, x.name, x);
  });
  in.each("pits", [&](const json& row) {
    auto x = read_pit(row);
    put(to.pits, x.ticker, x);
  });
  in.each("links", [&](const json& row) {
    auto x = read_link(row);
    put(to.links, x.name, x);
  });
  in.each("messages", [&](const json& row) {
    auto x = read_message(row);
    put(to.messages, x.id, x);
  });
  keep_newest(to.messages);
  in.each("graves", [&](const json& row) { to.graves.push_back(read_grave(row)); });
  std::stable_sort(to.graves.begin(), to.graves.end(),
                   [](const auto& a, const auto& b) { return a.died_ms < b.died_ms; });
  if (to.graves.size() > most_graves)
    to.graves.erase(to.graves.begin(), to.graves.end() - static_cast<std::ptrdiff_t>(most_graves));
}

}  // namespace

actor_row read_actor(const json& row) {
  const row_reader in{row};
  actor_row x;
  in.text("name", x.name);
  in.text("kind", x.kind);
  in.text("state", x.state);
  in.text("parent", x.parent);
  in.yes_or_no("hidden", x.hidden);
  in.whole("since_ms", x.since_ms);
  in.whole("started_ms", x.started_ms);
  in.count("mailbox", x.mailbox);
  in.count("mailbox_bound", x.mailbox_bound);
  in.count("enqueued", x.enqueued);
  in.count("sent", x.sent);
  in.count("handled", x.handled);
  in.count("errors", x.errors);
  in.count("refused", x.refused);
  in.count("restarts", x.restarts);
  in.whole("backoff_left_ms", x.backoff_left_ms);
  in.whole("oldest_wait_ms", x.oldest_wait_ms);
  in.text("last_exit", x.last_exit);
  if (auto* serving = in.find("serving")) {
    const row_reader at{*serving};
    auto& to = x.serving.emplace();
    at.text("message", to.message);
    at.whole("since_ms", to.since_ms);
  }
  if (auto* handler = in.find("handler")) {
    const row_reader timed{*handler};
    timed.count("sampled", x.handler.sampled);
    timed.count("busy_ns", x.handler.busy_ns);
    timed.count("max_ns", x.handler.max_ns);
  }
  return x;
}

bool take_item(const json& item, floor_snapshot& to) {
  if (!item.is_object()) return false;
  if (auto whole = item.find("snapshot"); whole != item.end()) {
    to = {};
    take_rows(row_reader{*whole}, to);
    return true;
  }
  if (auto delta = item.find("delta"); delta != item.end()) {
    take_rows(row_reader{*delta}, to);
    return true;
  }
  return false;
}

}  // namespace outcry::inspection
