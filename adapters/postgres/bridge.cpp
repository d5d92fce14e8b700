#include "adapters/postgres/bridge.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "actors/floor/steady_time.hpp"
#include "adapters/postgres/shared_rows.hpp"
#include "messages/error.hpp"

namespace outcry::postgres {

namespace {

enum timer : std::uint8_t { prepare_timer, poll_timer, mark_timer, desk_timer, place_timer };
enum which_link : std::size_t { contributing, reading };

constexpr std::chrono::seconds store_patience{30};
constexpr std::chrono::seconds desk_patience{30};
constexpr std::chrono::milliseconds another_try{1000};
constexpr std::uint32_t page_rows = 200;
constexpr std::size_t most_roles_told = 100;
constexpr auto floor_cursor = "postgres.floor";
constexpr auto feed_cursor = "postgres.feed";

std::string make_floor_id() {
  std::random_device bits;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", bits(), bits(), bits(), bits());
}

/// Asking again would not help.
bool is_final(const caf::error& error) {
  return error == ec::invalid_input || error == ec::refused || error == ec::unsupported ||
         error == ec::invalid_config || error == caf::sec::unexpected_message;
}

void add_refusal(std::vector<shared_row>& rows, const row_outcome& outcome) {
  for (auto& x : rows) {
    if (x.id != outcome.id) continue;
    x.refusal += (x.refusal.empty() ? "" : "; ") + outcome.refusal;
  }
}

}  // namespace

void bridge_state::open(bridge_options options) {
  options_ = std::move(options);
  inbox_ = std::make_shared<inbox>(caf::actor_cast<caf::actor_addr>(self_));
  links_ = {{"postgres.contribute", link_state::connecting, 0, "", 0},
            {"postgres.read", link_state::connecting, 0, "", 0}};
  was_down_.resize(links_.size());
  if (options_.desk) {
    self_->send(options_.desk, watch_signals{caf::actor_cast<caf::actor>(self_)});
  }
  prepare();
}

// The store may be about to be restarted: asked until it answers.
void bridge_state::prepare() {
  const auto again = [this](const caf::error&) {
    self_->count_error();
    later(prepare_timer, another_try);
  };
  const auto ask_place = [this, again] {
    self_->request(options_.store, store_patience, get_cursor{feed_cursor})
        .then([this](const cursor_value& x) { start(x.value); }, again);
  };
  self_->request(options_.store, store_patience, get_cursor{floor_cursor})
      .then(
          [this, again, ask_place](const cursor_value& x) {
            floor_id_ = x.value;
            if (!floor_id_.empty()) return ask_place();
            floor_id_ = make_floor_id();
            self_->request(options_.store, store_patience, save_cursor{floor_cursor, floor_id_})
                .then([ask_place](const cursor_value&) { ask_place(); }, again);
          },
          again);
}

void bridge_state::start(const std::string& read_until) {
  if (options_.contribute) start_outlet();
  if (options_.read && options_.desk) start_inlet(read_until);
  later(poll_timer, options_.poll);
  look();
}

// The threads know the inbox and never the actor.
link_options bridge_state::link_to(std::size_t which) {
  link_options result;
  result.target = options_.target;
  result.limits = options_.limits;
  result.shortest_pause = options_.shortest_pause;
  result.longest_pause = options_.longest_pause;
  result.uniform = options_.house->random;
  result.on_state = [this, which, to = inbox_](const link_report& report) {
    to->post([this, which, report] { on_link(which, report); });
  };
  return result;
}

void bridge_state::start_outlet() {
  outlet_ = std::make_unique<outlet>(
      link_to(contributing), [this, to = inbox_](std::vector<row_outcome> outcomes) {
        to->post([this, all = std::move(outcomes)] { on_pushed(all); });
      });
  outlet_->start();
}

void bridge_state::start_inlet(const std::string& read_until) {
  inlet_options what;
  what.floor_id = floor_id_;
  what.from = read_until;
  what.first_age = options_.first_age;
  what.poll = options_.feed_poll;
  inlet_ = std::make_unique<inlet>(link_to(reading), std::move(what),
                                   [this, to = inbox_](delivery found) {
                                     to->post([this, x = std::move(found)] { on_delivery(x); });
                                   });
  inlet_->start();
}

// -- what is owed ---------------------------------------------------------------------------------

void bridge_state::look() {
  if (!outlet_) return;
  const bool live = links_[contributing].state == link_state::live;
  if (!live) count_owed();
  look_again_ = pushing_;
  if (pushing_ || !live) return;
  pushing_ = true;
  self_->request(options_.store, store_patience, read_unshared{page_rows})
      .then([this](const unshared_page& page) { take_page(page); },
            [this](const caf::error&) {
              self_->count_error();
              pushing_ = false;  // the poll looks again
            });
}

void bridge_state::count_owed() {
  self_->request(options_.store, store_patience, mark_shared{})
      .then([this](const unshared_count& x) { owed_ = x.rows; },
            [this](const caf::error&) { self_->count_error(); });
}

void bridge_state::take_page(const unshared_page& page) {
  // What is kept back counts as held until it changes.
  marks_ = {};
  for (const auto& x : page.messages) marks_.messages.push_back({x.id, 1, {}});
  for (const auto& x : page.signals) marks_.signals.push_back({x.id, x.version, {}});
  for (const auto& x : page.updates) marks_.updates.push_back({x.id, x.version, {}});
  auto rows = rows_of(page, floor_id_);
  if (!rows.empty()) {
    pushing_since_ms_ = steady_now_ms();
    return outlet_->push(std::move(rows));
  }
  if (!page.signals.empty()) return mark();
  owed_ = 0;
  pushing_ = false;
  if (std::exchange(look_again_, false)) look();
}

void bridge_state::on_pushed(const std::vector<row_outcome>& outcomes) {
  if (pushing_since_ms_) lag_.took(steady_now_ms() - *pushing_since_ms_, steady_now_ms());
  pushing_since_ms_.reset();
  for (const auto& x : outcomes) {
    if (x.refusal.empty()) continue;
    spdlog::warn("the shared database refuses a row: {}", x.refusal);
    auto& rows = x.kind == row_kind::message  ? marks_.messages
                 : x.kind == row_kind::update ? marks_.updates
                                              : marks_.signals;
    add_refusal(rows, x);
  }
  mark();
}

// The rows are there: marking them is tried until it is done, unless this actor ends before; then
// they are pushed again, which changes nothing.
void bridge_state::mark() {
  self_->request(options_.store, store_patience, marks_)
      .then(
          [this](const unshared_count& left) {
            owed_ = left.rows;
            pushing_ = false;
            if (left.rows > 0 || std::exchange(look_again_, false)) look();
          },
          [this](const caf::error&) {
            self_->count_error();
            later(mark_timer, another_try);
          });
}

// -- what others contribute -----------------------------------------------------------------------

void bridge_state::on_delivery(delivery found) {
  waiting_.assign(std::make_move_iterator(found.rows.begin()),
                  std::make_move_iterator(found.rows.end()));
  resume_ = std::move(found.resume);
  hand_over();
}

void bridge_state::hand_over() {
  while (!waiting_.empty() && passes_over(waiting_.front())) waiting_.pop_front();
  if (waiting_.empty()) return keep_place();
  const auto& row = waiting_.front();
  const auto contributor = std::string(shared_contributor) + row.contributor;
  const auto now = options_.house->time->now();
  if (row.kind == feed_kind::message)
    return to_desk(raw_message{row.source, row.source_id, row.edited_ns, row.deleted, row.trusted,
                               row.author_id, row.author, row.body, row.said_ns, now, row.reply_to,
                               contributor});
  contributed_signal x;
  x.source = row.source;
  x.source_id = row.source_id;
  x.edited_ns = row.edited_ns;
  x.author_id = row.author_id;
  x.author = row.author;
  (row.kind == feed_kind::update ? x.update : x.signal) = row.body;
  x.contributor = contributor;
  x.said_ns = row.said_ns;
  x.received_ns = now;
  x.shared = true;
  to_desk(std::move(x));
}

// Who wrote a row the database says, not the row.
bool bridge_state::passes_over(const feed_row& row) {
  const auto& allowed = options_.contributors;
  if (allowed.empty() || std::ranges::find(allowed, row.contributor) != allowed.end()) return false;
  if (passed_over_.size() < most_roles_told && passed_over_.insert(row.contributor).second)
    spdlog::warn(
        "what {} has written into the shared database is passed over: not among "
        "signals.contributors",
        row.contributor);
  return true;
}

void bridge_state::to_desk(contributed_signal x) {
  self_->request(options_.desk, desk_patience, std::move(x))
      .then([this](const desk_verdict&) { handed_over(); },
            [this](const caf::error& error) { not_handed_over(error); });
}

void bridge_state::to_desk(raw_message x) {
  self_->request(options_.desk, desk_patience, std::move(x))
      .then([this](const desk_verdict&) { handed_over(); },
            [this](const caf::error& error) { not_handed_over(error); });
}

void bridge_state::handed_over() {
  waiting_.pop_front();
  hand_over();
}

void bridge_state::not_handed_over(const caf::error& error) {
  self_->count_error();
  if (!is_final(error)) return later(desk_timer, another_try);
  const auto& refused = waiting_.front();
  spdlog::warn("{} of {} from the shared database: {}", refused.source_id, refused.source,
               self_->system().render(error));
  handed_over();
}

void bridge_state::keep_place() {
  self_->request(options_.store, store_patience, save_cursor{feed_cursor, resume_})
      .then([this](const cursor_value&) { inlet_->accept(); },
            [this](const caf::error&) {
              self_->count_error();
              later(place_timer, another_try);
            });
}

// -- the rest -------------------------------------------------------------------------------------

void bridge_state::on_link(std::size_t which, const link_report& report) {
  auto& status = links_[which];
  auto next = link_state::down;
  if (report.condition == link_condition::live) next = link_state::live;
  if (report.condition == link_condition::refused) next = link_state::refused;
  if (report.condition == link_condition::connecting) return;  // an attempt
  const bool changed =
      next != status.state || report.reason != status.reason || status.since_ms == 0;
  if (!changed) return;
  if (next == link_state::live) {
    spdlog::info("{} is live: {}", status.name, options_.target.shown());
    if (was_down_[which]) ++status.reconnects;
  } else {
    spdlog::warn("{} is {}: {}", status.name, to_string(next), report.reason);
    was_down_[which] = true;
  }
  status.state = next;
  status.reason = report.reason;
  status.since_ms = options_.house->time->now_ms();
  if (which == contributing && next == link_state::live) look();
}

link_list bridge_state::links() const {
  link_list result;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (i == contributing ? !options_.contribute : !options_.read) continue;
    auto x = links_[i];
    const auto backlog = i == contributing ? owed_ : static_cast<std::int64_t>(waiting_.size());
    x.backlog = backlog;
    if (i == contributing) x.lag_ms = lag_.lag_ms(steady_now_ms(), pushing_since_ms_);
    if (backlog > 0) {
      x.reason += fmt::format("{}{} {}", x.reason.empty() ? "" : "; ", backlog,
                              i == contributing ? "rows are owed" : "rows wait for the desk");
    }
    result.links.push_back(std::move(x));
  }
  return result;
}

void bridge_state::later(std::uint8_t timer, std::chrono::milliseconds delay) {
  self_->delayed_send(self_, delay, wake{timer, 0});
}

void bridge_state::on_timer(const wake& timer) {
  switch (timer.timer) {
    case inbox_timer:
      return inbox_->run();
    case prepare_timer:
      return prepare();
    case mark_timer:
      return mark();
    case desk_timer:
      return hand_over();
    case place_timer:
      return keep_place();
    default:
      later(poll_timer, options_.poll);
      return look();
  }
}

bridge_interface::behavior_type bridge(bridge_actor* self, bridge_options options) {
  // Whoever tells it something does so as often as signals change; none of it may be lost.
  self->observe({"postgres", "postgres", 0});
  self->state.open(std::move(options));
  return {
      // A call has come, or something became of it.
      [self](const signal_record&) { self->state.look(); },
      // Something was said about one.
      [self](const signal_update_record&) { self->state.look(); },
      // Time for something, or a link has something.
      [self](const wake& timer) { self->state.on_timer(timer); },
      // The connections.
      [self](const get_links&) { return self->state.links(); },
  };
}

}  // namespace outcry::postgres
