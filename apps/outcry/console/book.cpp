#include "apps/outcry/console/book.hpp"

#include <algorithm>
#include <utility>

#include "apps/outcry/console/json_cursor.hpp"

namespace outcry::console {

namespace {

using inspection::most_graves;
using inspection::most_messages;

template <class Entry>
void read_plain(json_cursor& in, keyed<Entry>& into, std::uint64_t look) {
  decltype(Entry::row) told;
  if (!in.enter_array()) return;
  while (in.next_element()) {
    read(in, told);
    const auto& key = key_of(told);
    if (key.empty()) continue;
    auto* entry = into.find(key);
    if (entry == nullptr) entry = &into.add(key);
    entry->row = told;
    entry->look = look;
  }
}

template <class Entry>
void drop_older(keyed<Entry>& from, std::uint64_t look) {
  std::vector<std::string> old;
  for (const auto& x : from.all())
    if (x.look != look) old.push_back(key_of(x.row));
  for (const auto& name : old) from.remove(name);
}

}  // namespace

double book::rate(std::uint64_t before, std::uint64_t after) const {
  auto span = at_ms_ - before_ms_;
  // A counter that went back belongs to another life.
  if (before_ms_ == 0 || span <= 0 || after < before) return no_rate;
  return static_cast<double>(after - before) * 1000.0 / static_cast<double>(span);
}

inspection::floor_rows book::rows() const {
  inspection::floor_rows result{at_ms_, floor_};
  result.actors.reserve(actors_.all().size());
  for (const auto& x : actors_.all()) result.actors.push_back(x.row);
  for (const auto& x : pits_.all()) result.pits.push_back(x.row);
  for (const auto& x : links_.all()) result.links.push_back(x.row);
  for (const auto& x : messages_.all()) result.messages.push_back(x.row);
  result.graves.assign(graves_.rbegin(), graves_.rend());
  return result;
}

bool book::take(std::string_view item, std::int64_t heard_ms) {
  json_cursor in{item};
  std::string_view kind;
  bool told = false;
  if (!in.enter_object()) return false;
  while (in.next_member(kind)) {
    auto text = in.skip();
    if (!in.ok() || (kind != "snapshot" && kind != "delta")) continue;
    begin_look(text, heard_ms);
    json_cursor body{text};
    read_item(body, kind == "snapshot");
    told = body.ok();
  }
  return told && in.ok();
}

void book::begin_look(std::string_view text, std::int64_t heard_ms) {
  // Time and floor decide about all the rest, wherever they stand.
  json_cursor in{text};
  std::string_view name;
  std::int64_t at_ms = 0;
  std::string_view floor_text;
  if (in.enter_object())
    while ((at_ms == 0 || floor_text.empty()) && in.next_member(name)) {
      if (name == "at_ms")
        at_ms = in.integer();
      else if (name == "floor")
        floor_text = in.skip();
      else
        in.skip();
    }
  before_ms_ = at_ms_;
  at_ms_ = at_ms;
  heard_ms_ = heard_ms;
  ++looks_;
  handled_rate_ = dead_letter_rate_ = no_rate;
  if (floor_text.empty()) return;
  json_cursor floor_in{floor_text};
  read_floor(floor_in);
}

void book::read_item(json_cursor& in, bool whole) {
  std::string_view name;
  bool actors = false;
  bool pits = false;
  bool links = false;
  bool messages = false;
  if (!in.enter_object()) return;
  while (in.next_member(name)) {
    if (name == "actors") {
      actors = true;
      if (!in.enter_array()) continue;
      while (in.next_element()) {
        read(in, told_);
        if (!told_.name.empty()) take_actor(whole);
      }
    } else if (name == "gone") {
      if (!in.enter_array()) continue;
      while (in.next_element()) {
        auto gone = in.text();
        actors_.remove(gone);
        if (gone.starts_with("pit:")) pits_.remove(std::string_view{gone}.substr(4));
      }
    } else if (name == "pits") {
      pits = true;
      read_pits(in);
    } else if (name == "links") {
      links = true;
      read_plain(in, links_, looks_);
    } else if (name == "messages") {
      messages = true;
      read_plain(in, messages_, looks_);
      forget_messages();
    } else if (name == "graves") {
      read_graves(in, whole);
    } else {
      in.skip();
    }
  }
  if (whole && in.ok()) drop_untold(actors, pits, links, messages);
}

void book::read_floor(json_cursor& in) {
  floor_row now;
  read(in, now);
  bool same = now.pid == floor_.pid && now.started_ms == floor_.started_ms;
  if (looks_ > 1 && !same) {
    // Another floor: what its predecessor counted says nothing about it.
    actors_.clear();
    pits_.clear();
    links_.clear();
    messages_.clear();
    graves_.clear();
    before_ms_ = 0;
  }
  handled_rate_ = rate(floor_.handled, now.handled);
  dead_letter_rate_ = rate(floor_.dead_letters, now.dead_letters);
  floor_ = std::move(now);
}

void book::take_actor(bool whole) {
  auto* entry = actors_.find(told_.name);
  if (entry == nullptr) {
    entry = &actors_.add(told_.name);
    std::swap(entry->row, told_);
    // Named only now, it has counted from nothing since the look before.
    if (!whole && before_ms_ != 0) {
      entry->in_rate = rate(0, entry->row.enqueued);
      entry->out_rate = rate(0, entry->row.sent);
      entry->handled_rate = rate(0, entry->row.handled);
    }
    if (const auto& timed = entry->row.handler; timed.sampled > 0)
      entry->mean_ns = static_cast<double>(timed.busy_ns) / static_cast<double>(timed.sampled);
  } else {
    const auto& old = entry->row;
    entry->in_rate = rate(old.enqueued, told_.enqueued);
    entry->out_rate = rate(old.sent, told_.sent);
    entry->handled_rate = rate(old.handled, told_.handled);
    entry->new_errors = told_.errors > old.errors ? told_.errors - old.errors : 0;
    entry->new_restarts = told_.restarts > old.restarts ? told_.restarts - old.restarts : 0;
    const auto& timed = told_.handler;
    if (timed.sampled > old.handler.sampled && timed.busy_ns >= old.handler.busy_ns)
      entry->mean_ns = static_cast<double>(timed.busy_ns - old.handler.busy_ns) /
                       static_cast<double>(timed.sampled - old.handler.sampled);
    std::swap(entry->row, told_);
  }
  entry->look = looks_;
  if (entry->in_rate == entry->in_rate) entry->in.set(at_ms_, before_ms_, entry->in_rate);
  entry->mailbox.set(at_ms_, before_ms_, static_cast<double>(entry->row.mailbox));
}

void book::read_pits(json_cursor& in) {
  pit_row told;
  if (!in.enter_array()) return;
  while (in.next_element()) {
    read(in, told);
    if (told.ticker.empty()) continue;
    auto* entry = pits_.find(told.ticker);
    if (entry == nullptr) {
      entry = &pits_.add(told.ticker);
    } else {
      entry->rate = rate(entry->row.received, told.received);
      entry->conflated_rate = rate(entry->row.conflated, told.conflated);
      entry->dropped_rate = rate(entry->row.dropped, told.dropped);
    }
    entry->row = told;
    entry->look = looks_;
    entry->told_at_ms = at_ms_;
  }
}

void book::read_graves(json_cursor& in, bool whole) {
  if (whole) graves_.clear();
  if (!in.enter_array()) return;
  while (in.next_element()) read(in, graves_.emplace_front());
  // They come in whatever order the floor keeps them.
  std::stable_sort(graves_.begin(), graves_.end(),
                   [](const grave_row& a, const grave_row& b) { return a.died_ms > b.died_ms; });
  if (graves_.size() > most_graves) graves_.resize(most_graves);
}

void book::forget_messages() {
  // The floor tells of the newest, and of none that it leaves it.
  while (messages_.all().size() > most_messages) {
    const auto& all = messages_.all();
    auto oldest = std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return a.row.pressed_ms < b.row.pressed_ms;
    });
    messages_.remove(std::string{oldest->row.id});
  }
}

void book::drop_untold(bool actors, bool pits, bool links, bool messages) {
  if (actors) drop_older(actors_, looks_);
  if (pits) drop_older(pits_, looks_);
  if (links) drop_older(links_, looks_);
  if (messages) drop_older(messages_, looks_);
}

}  // namespace outcry::console
