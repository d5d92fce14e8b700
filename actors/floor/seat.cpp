#include "actors/floor/seat.hpp"

#include <algorithm>

#include "messages/all_types.hpp"
#include "messages/error.hpp"

namespace outcry {

namespace {

constexpr std::size_t most_graves = 100;

std::uint64_t value_of(const std::atomic<std::uint64_t>& counter) {
  return counter.load(std::memory_order_relaxed);
}

}  // namespace

void seat::totals::add(const gauge& x, bool ended) {
  // Handled first: what is handled was taken in before.
  const auto done = value_of(x.handled);
  const auto taken = value_of(x.enqueued);
  handled += done;
  enqueued += taken;
  sent += value_of(x.sent);
  errors += value_of(x.errors);
  refused += value_of(x.refused);
  lost += value_of(x.lost) + (ended && taken > done ? taken - done : 0);
  sampled += value_of(x.sampled);
  busy_ns += value_of(x.busy_ns);
}

seat::seat(std::string name, std::string kind) : name_(std::move(name)), kind_(std::move(kind)) {}

void seat::take(std::shared_ptr<gauge> counters, caf::actor_addr who, std::int64_t at_ms) {
  std::lock_guard lock(mutex_);
  if (predecessor_) before_.add(*predecessor_, true);
  predecessor_ = std::move(counters_);
  if (!counters->parent.empty()) parent_ = counters->parent;
  counters_ = std::move(counters);
  occupant_ = std::move(who);
  started_ms_ = at_ms;
  if (since_ms_ == 0) since_ms_ = at_ms;
}

void seat::set_state(actor_state state, std::int64_t at_ms, const std::string& exit) {
  std::lock_guard lock(mutex_);
  if (state_ != state || since_ms_ == 0) since_ms_ = at_ms;
  state_ = state;
  next_start_ms_ = 0;
  if (!exit.empty()) last_exit_ = exit;
}

void seat::count_restart() {
  std::lock_guard lock(mutex_);
  ++restarts_;
}

void seat::set_next_start(std::int64_t at_ms) {
  std::lock_guard lock(mutex_);
  next_start_ms_ = at_ms;
}

void seat::set_supervisor(caf::actor_addr who) {
  std::lock_guard lock(mutex_);
  supervisor_ = std::move(who);
  if (on_stage != nullptr) parent_ = on_stage->name;
}

void seat::hide() {
  std::lock_guard lock(mutex_);
  hidden_ = true;
}

void seat::count_refusal() {
  std::lock_guard lock(mutex_);
  ++before_.refused;
}

bool seat::pause(std::uint64_t most, std::int64_t at_ms) {
  std::lock_guard lock(mutex_);
  if (!counters_ || is_down() || !counters_->pause(most)) return false;
  since_ms_ = at_ms;
  return true;
}

bool seat::resume(std::int64_t at_ms) {
  std::lock_guard lock(mutex_);
  if (!counters_ || !counters_->is_paused()) return false;
  since_ms_ = at_ms;
  return true;
}

std::shared_ptr<gauge> seat::counters() const {
  std::lock_guard lock(mutex_);
  return counters_;
}

caf::actor_addr seat::occupant() const {
  std::lock_guard lock(mutex_);
  return occupant_;
}

caf::actor_addr seat::supervisor() const {
  std::lock_guard lock(mutex_);
  return supervisor_;
}

std::int64_t seat::started_ms() const {
  std::lock_guard lock(mutex_);
  return started_ms_;
}

bool seat::is_down() const {
  return state_ == actor_state::restarting || state_ == actor_state::failed ||
         state_ == actor_state::stopped;
}

seat::totals seat::sum() const {
  auto result = before_;
  if (predecessor_) result.add(*predecessor_, true);
  if (counters_) result.add(*counters_, is_down());
  return result;
}

actor_status seat::status(const totals& all) const {
  actor_status result;
  result.name = name_;
  result.kind = kind_;
  result.state = state_;
  if (state_ == actor_state::running && counters_ && counters_->is_paused())
    result.state = actor_state::paused;
  result.since_ms = since_ms_;
  result.restarts = restarts_;
  result.last_exit = last_exit_;
  result.handled = all.handled;
  result.errors = all.errors;
  result.refused = all.refused;
  if (!counters_) return result;
  result.mailbox_bound = value_of(counters_->bound);
  if (!is_down()) result.mailbox = counters_->depth();
  return result;
}

actor_status seat::status() const {
  std::lock_guard lock(mutex_);
  return status(sum());
}

actor_row seat::row(std::int64_t now_ms) const {
  std::lock_guard lock(mutex_);
  const auto all = sum();
  actor_row result;
  result.status = status(all);
  result.enqueued = all.enqueued;
  result.sent = all.sent;
  result.lost = all.lost;
  result.parent = parent_;
  result.hidden = hidden_;
  result.started_ms = started_ms_;
  if (next_start_ms_ != 0)
    result.backoff_left_ms = std::max<std::int64_t>(next_start_ms_ - now_ms, 0);
  result.handler.sampled = all.sampled;
  result.handler.busy_ns = all.busy_ns;
  if (counters_ && !is_down()) result.serving = serving_of(*counters_, now_ms);
  return result;
}

seat_ptr seat_board::find(const std::string& name, const std::string& kind) {
  std::lock_guard lock(mutex_);
  auto known = seats_.find(name);
  if (known != seats_.end()) return known->second;
  auto place = std::make_shared<seat>(name, kind);
  seats_.emplace(place->name(), place);
  listed_ = nullptr;
  return place;
}

seat_ptr seat_board::known(const std::string& name) const {
  std::lock_guard lock(mutex_);
  auto found = seats_.find(name);
  return found == seats_.end() ? nullptr : found->second;
}

void seat_board::remove(const std::string& name) {
  std::lock_guard lock(mutex_);
  auto found = seats_.find(name);
  if (found == seats_.end()) return;
  lost_ += found->second->row(0).lost;
  seats_.erase(found);
  listed_ = nullptr;
}

std::vector<actor_status> seat_board::list() const {
  const auto seats = all();
  std::vector<actor_status> result;
  result.reserve(seats->size());
  for (const auto& place : *seats) result.push_back(place->status());
  return result;
}

std::shared_ptr<const seat_board::list_of_seats> seat_board::all() const {
  std::lock_guard lock(mutex_);
  if (listed_) return listed_;
  auto result = std::make_shared<list_of_seats>();
  result->reserve(seats_.size());
  for (const auto& [name, place] : seats_) result->push_back(place);
  listed_ = result;
  return result;
}

void seat_board::bury(grave one) {
  std::lock_guard lock(mutex_);
  ++buried_;
  graves_.push_back(std::move(one));
  if (graves_.size() > most_graves) graves_.pop_front();
}

std::pair<std::vector<grave>, std::uint64_t> seat_board::graves() const {
  std::lock_guard lock(mutex_);
  return {{graves_.begin(), graves_.end()}, buried_};
}

std::uint64_t seat_board::lost() const {
  std::lock_guard lock(mutex_);
  return lost_;
}

namespace {

// CAF's own form is for programmers: error(20, 'outcry', ("...")).
std::string words_of(std::uint8_t code, caf::atom_value, const caf::message& context) {
  std::string result{to_string(static_cast<ec>(code))};
  for (std::size_t i = 0; i < context.size(); ++i) {
    result += i == 0 ? ": " : ", ";
    result += context.match_element<std::string>(i) ? context.get_as<std::string>(i)
                                                    : context.stringify(i);
  }
  return result;
}

}  // namespace

floor_system_config::floor_system_config() {
  outcry::add_message_types(*this);
  add_error_category(caf::make_error(ec::failed).category(), words_of);
}

std::shared_ptr<seat_board> board_of(const caf::actor_system& system) {
  const auto* config = dynamic_cast<const floor_system_config*>(&system.config());
  return config == nullptr ? nullptr : config->board;
}

}  // namespace outcry
