#include "actors/floor/gauge.hpp"

#include "messages/all_types.hpp"
#include "messages/error.hpp"

namespace outcry {

seat::seat(std::string name, std::string kind) : name_(std::move(name)), kind_(std::move(kind)) {}

void seat::take(std::shared_ptr<const gauge> counters) {
  std::lock_guard lock(mutex_);
  if (counters_) {
    handled_before_ += counters_->handled;
    errors_before_ += counters_->errors;
    refused_before_ += counters_->refused;
  }
  counters_ = std::move(counters);
}

void seat::set_state(actor_state state, std::int64_t at_ms, const std::string& exit) {
  std::lock_guard lock(mutex_);
  if (state_ != state || since_ms_ == 0) since_ms_ = at_ms;
  state_ = state;
  if (!exit.empty()) last_exit_ = exit;
}

void seat::count_restart() {
  std::lock_guard lock(mutex_);
  ++restarts_;
}

void seat::count_refusal() {
  std::lock_guard lock(mutex_);
  ++refused_before_;
}

actor_status seat::status() const {
  std::lock_guard lock(mutex_);
  actor_status result;
  result.name = name_;
  result.kind = kind_;
  result.state = state_;
  result.since_ms = since_ms_;
  result.restarts = restarts_;
  result.last_exit = last_exit_;
  result.handled = handled_before_;
  result.errors = errors_before_;
  result.refused = refused_before_;
  if (counters_) {
    result.mailbox = counters_->depth();
    result.mailbox_bound = counters_->bound;
    result.handled += counters_->handled;
    result.errors += counters_->errors;
    result.refused += counters_->refused;
  }
  return result;
}

std::shared_ptr<seat> seat_board::find(const std::string& name, const std::string& kind) {
  std::lock_guard lock(mutex_);
  auto known = seats_.find(name);
  if (known != seats_.end()) return known->second;
  auto place = std::make_shared<seat>(name, kind);
  seats_.emplace(place->name(), place);
  return place;
}

void seat_board::remove(const std::string& name) {
  std::lock_guard lock(mutex_);
  seats_.erase(name);
}

std::vector<actor_status> seat_board::list() const {
  std::lock_guard lock(mutex_);
  std::vector<actor_status> result;
  result.reserve(seats_.size());
  for (const auto& [name, place] : seats_) result.push_back(place->status());
  return result;
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
