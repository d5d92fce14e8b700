#include "adapters/signal_api/feed.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "adapters/signal_api/record_json.hpp"

namespace outcry::signal_api {

namespace {

constexpr std::uint32_t page_size = 200;
/// More notices than this are not remembered while the store is asked: it will know them all.
constexpr std::size_t most_early = 1'000;

constexpr std::size_t most_versions = 1'000;

/// Keeps the latest word on each signal; of too many, those that a page will hold anyway.
void keep(std::map<std::int64_t, signal_record>& into, const signal_record& x) {
  auto& kept = into[x.id];
  if (kept.id == 0 || kept.version < x.version) kept = x;
  if (into.size() > most_early) into.erase(std::prev(into.end()));
}

std::string event(const char* name, const std::string& json, std::int64_t id = 0) {
  std::string text;
  if (id != 0) text += "id: " + std::to_string(id) + '\n';
  text += "event: ";
  text += name;
  text += "\ndata: " + json + "\n\n";
  return text;
}

bool fits(const find_signals& filter, const signal_record& x) {
  if (!filter.source.empty() && filter.source != x.source) return false;
  if (!filter.ticker.empty() && filter.ticker != x.ticker) return false;
  return filter.states.empty() ||
         std::ranges::find(filter.states, to_string(x.state)) != filter.states.end();
}

bool fits(const find_signals& filter, const signal_update_record& x) {
  if (!filter.source.empty() && filter.source != x.source && filter.source != x.target_source)
    return false;
  return filter.ticker.empty() || filter.ticker == x.ticker;
}

}  // namespace

struct feed::stream {
  std::unique_ptr<listener> to;
  find_signals filter;
  std::int64_t scanned = 0;  // every id up to it has been told, if it fits
  bool from_now = false;     // begins at the head, once that is known
  bool asking = false;
  std::map<std::int64_t, signal_record> early;     // came while a page was under way
  std::map<std::int64_t, std::uint64_t> versions;  // as told, of the latest ids

  bool is_new(const signal_record& x) {
    const auto found = versions.find(x.id);
    if (found != versions.end() && found->second >= x.version) return false;
    versions[x.id] = x.version;
    if (versions.size() > most_versions) versions.erase(versions.begin());
    return true;
  }

  void tell_new(const std::vector<signal_record>& page) {
    std::string text;
    for (const auto& x : page) {
      if (x.id <= scanned) continue;
      scanned = x.id;
      if (is_new(x) && fits(filter, x)) text += event("signal", to_json(x), x.id);
    }
    if (!text.empty()) to->write(std::move(text));
  }

  /// A page under way may hold it as it was before: then it is told after the page.
  void tell_change(const signal_record& x) {
    if (asking) {
      keep(early, x);
    } else if (x.id <= scanned && is_new(x) && fits(filter, x)) {
      to->write(event("change", to_json(x)));
    }
  }

  void tell_early() {
    while (!early.empty() && early.begin()->first <= scanned)
      tell_change(early.extract(early.begin()).mapped());
  }

  bool is_live(std::int64_t head) const { return from_now || scanned >= head; }
};

feed::feed(asker ask) : ask_(std::move(ask)) {
  pump();
}

void feed::open(std::unique_ptr<listener> to, const stream_query& query) {
  auto one = std::make_shared<stream>();
  one->to = std::move(to);
  one->filter = query.filter;
  // What the browser does when the connection breaks; also shows the client that it is connected.
  one->to->write("retry: 2000\n\n");
  one->from_now = !query.after && head_ < 0;
  one->scanned = query.after ? *query.after : std::max<std::int64_t>(head_, 0);
  streams_.push_back(one);
  catch_up(one);
}

void feed::told(const signal_record& x) {
  if (head_ < 0 || x.id > head_) {
    keep(early_, x);
    dirty_ = true;
  }
  for (const auto& one : streams_) one->tell_change(x);
  pump();
}

void feed::told(const signal_update_record& x) {
  updates_.push_back(x);
  if (updates_.size() > most_early) updates_.pop_front();
  flush_updates();
}

void feed::flush_updates() {
  if (asking_ || dirty_) return;
  for (const auto& x : updates_) {
    const auto text = event("update", to_json(x));
    for (const auto& one : streams_)
      if (fits(one->filter, x)) one->to->write(text);
  }
  updates_.clear();
}

void feed::tick() {
  std::erase_if(streams_, [](const auto& one) { return !one->to->open(); });
  for (const auto& one : streams_) one->to->write(": ping\n\n");
  dirty_ = true;
  retry();
}

void feed::retry() {
  pump();
  catch_up_all();
}

void feed::pump() {
  if (asking_ || !dirty_) return;
  asking_ = true;
  dirty_ = false;
  find_signals question;
  // Nothing asks for all from the first on; but where there was nothing, all is among the newest.
  question.limit = head_ < 0 ? 1 : page_size;
  question.after = std::max<std::int64_t>(head_, 0);
  ask_(question, [this](const signal_list* page) {
    asking_ = false;
    if (!page) {
      dirty_ = true;
      return;
    }
    on_news(*page);
    flush_updates();
    pump();
  });
}

void feed::on_news(const signal_list& page) {
  auto rows = page.signals;
  std::ranges::sort(rows, {}, &signal_record::id);
  const auto before = head_;
  head_ = std::max(head_, rows.empty() ? 0 : rows.back().id);
  if (before < 0) {
    // What came while we asked is still to be told.
    if (!early_.empty()) head_ = std::min(head_, early_.begin()->first - 1);
    dirty_ = !early_.empty();
    for (const auto& one : streams_)
      if (std::exchange(one->from_now, false)) one->scanned = head_;
  } else {
    const bool full = rows.size() >= page_size;
    // A full page of the newest may leave older ones out: everybody reads for himself.
    if (!full || before > 0)
      for (const auto& one : streams_)
        if (!one->asking && one->scanned >= before) one->tell_new(rows);
    dirty_ = dirty_ || full;
    while (!early_.empty() && early_.begin()->first <= head_) {
      const auto x = early_.extract(early_.begin()).mapped();
      for (const auto& one : streams_) one->tell_change(x);
    }
  }
  catch_up_all();
}

void feed::catch_up_all() {
  for (const auto& one : std::vector{streams_}) catch_up(one);
}

void feed::catch_up(const stream_ptr& one) {
  if (head_ < 0 || one->is_live(head_) || one->asking || !one->to->open()) return;
  one->asking = true;
  auto question = one->filter;
  question.after = one->scanned;
  question.limit = page_size;
  if (one->scanned == 0) question.before = 2;  // "after 0" is none: the first has a page of its own
  ask_(question, [this, one, head = head_](const signal_list* page) {
    one->asking = false;
    if (!page) return;
    on_page(*one, head, *page);
    catch_up(one);
  });
}

void feed::on_page(stream& one, std::int64_t head, const signal_list& page) {
  auto rows = page.signals;
  std::ranges::sort(rows, {}, &signal_record::id);
  const bool first = one.scanned == 0;
  const bool full = rows.size() >= page_size;
  one.tell_new(rows);
  // Ids rise: what the store had when it was asked is all there will ever be below.
  if (first) {
    one.scanned = std::max<std::int64_t>(one.scanned, 1);
  } else if (!full) {
    one.scanned = std::max(one.scanned, head);
  }
  one.tell_early();
}

}  // namespace outcry::signal_api
