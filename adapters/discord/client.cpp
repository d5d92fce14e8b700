#include "adapters/discord/client.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <stdexcept>
#include <utility>

#include <spdlog/spdlog.h>

#include "adapters/discord/bot_token.hpp"
#include "adapters/discord/client_core.hpp"

namespace outcry::discord {

namespace {

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::function<double()> system_random() {
  return [engine = std::mt19937_64(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
}

std::string checked(std::string token) {
  if (auto problem = token_problem(token)) throw std::invalid_argument(*problem);
  return token;
}

rest_options rest_of(const client_options& options) {
  auto result = options.rest;
  result.api = options.api;
  result.ca_file = options.ca_file;
  return result;
}

session_options session_of(const client_options& options) {
  auto result = options.session;
  result.token = options.token;
  return result;
}

}  // namespace

client::core::core(client_options options, client_events events)
    : options_(std::move(options)),
      events_(std::move(events)),
      token_(checked(options_.token)),
      random_(options_.random ? options_.random : system_random()),
      store_(options_.identify_file),
      budget_(store_, unix_ms, options_.identifies),
      session_(session_of(options_), budget_, random_),
      catching_(options_.catching),
      rest_(std::make_unique<rest_worker>(token_, rest_of(options_))) {}

// First those who post to us.
client::core::~core() {
  rest_.reset();
  socket_.reset();
}

void client::core::start(const std::shared_ptr<core>& it) {
  it->thread_ = std::thread([it] { it->run(); });
}

// An actor may end with the last reference to it, which this very thread held to wake it.
void client::core::stop() {
  const bool by_itself = thread_.get_id() == std::this_thread::get_id();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_one();
  by_itself ? thread_.detach() : thread_.join();
}

std::int64_t client::core::steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

client::figures client::core::counted() const {
  figures result;
  result.identifies = identifies_;
  result.round_trip_ms = round_trip_ms_;
  result.resumes = resumes_;
  result.payloads = payloads_;
  result.messages = messages_;
  result.unreadable = unreadable_;
  return result;
}

void client::core::post(task what) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(what));
  }
  woken_.notify_one();
}

void client::core::run() {
  // A thrown exception would end the program: it ends this client instead.
  try {
    begin();
    while (step()) {
    }
  } catch (const std::exception& problem) {
    spdlog::error("discord: {}", problem.what());
    fail(std::string("the Discord client has failed: ") + problem.what());
    std::unique_lock lock(mutex_);
    woken_.wait(lock, [this] { return stopping_; });
  }
}

bool client::core::step() {
  std::deque<task> ready;
  {
    std::unique_lock lock(mutex_);
    const auto due = next_wake();
    const auto wanted = [this] { return stopping_ || !tasks_.empty(); };
    if (!due) {
      woken_.wait(lock, wanted);
    } else if (const auto left = *due - steady_ms(); left > 0) {
      woken_.wait_for(lock, std::chrono::milliseconds(left), wanted);
    }
    if (stopping_) return false;
    ready.swap(tasks_);
  }
  for (auto& one : ready) {
    one();
    if (is_stopping()) return false;
  }
  tick();
  return true;
}

bool client::core::is_stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

std::optional<std::int64_t> client::core::next_wake() const {
  if (failed_) return std::nullopt;
  auto due = session_.wake_at();
  for (const auto& other : {ask_me_at_, ask_pages_at_})
    if (other && (!due || *other < *due)) due = other;
  return due;
}

void client::core::tick() {
  if (failed_) return;
  const auto now = steady_ms();
  if (ask_me_at_ && now >= *ask_me_at_) {
    ask_me_at_.reset();
    ask_me();
  }
  if (ask_pages_at_ && now >= *ask_pages_at_) {
    ask_pages_at_.reset();
    ask_pages();
  }
  const auto due = session_.wake_at();
  if (due && now >= *due) act(session_.tick(now));
}

void client::core::begin() {
  say(client_state::connecting, "");
  for (const auto id : options_.channels)
    catching_.follow(id, last_seen(id),
                     events_.threads_from ? events_.threads_from(id) : std::nullopt);
  ask_me();
}

std::optional<snowflake> client::core::last_seen(snowflake channel) const {
  return events_.last_seen ? events_.last_seen(channel) : std::nullopt;
}

void client::core::ask_me() {
  rest_->ask_me([this](const rest_answer& answer) { post([this, answer] { know_me(answer); }); });
}

void client::core::know_me(const rest_answer& answer) {
  if (answer.outcome == rest_outcome::ok) {
    try {
      me_ = read_own_user(answer.body).id;
    } catch (const bad_payload& problem) {
      return fail(problem.what());
    }
    return act(session_.start(steady_ms()));
  }
  if (answer.outcome == rest_outcome::unauthorized)
    return fail(
        "Discord does not accept the token as a bot's: it is wrong, has been reset, or belongs "
        "to a user account. Only bot tokens are accepted");
  say(client_state::connecting, answer.error);
  const auto ceiling = std::min(options_.session.longest_retry_ms,
                                options_.session.shortest_retry_ms << std::min(me_failures_, 20));
  me_failures_ = std::min(me_failures_ + 1, 20);
  ask_me_at_ = steady_ms() + static_cast<std::int64_t>(static_cast<double>(ceiling) * random_());
}

void client::core::fail(const std::string& reason) {
  if (failed_) return;
  failed_ = true;
  ++turn_;  // whatever the socket still has is not heard
  if (socket_) socket_->close(1000);
  say(client_state::failed, reason);
}

void client::core::say(client_state state, const std::string& reason) {
  if (events_.on_state) events_.on_state(state, fit_to_log(reason, token_));
}

void client::core::trouble(snowflake channel, const std::string& what) {
  if (events_.on_trouble) events_.on_trouble(channel, fit_to_log(what, token_));
}

client::client(client_options options, client_events events)
    : core_(std::make_shared<core>(std::move(options), std::move(events))) {
  core::start(core_);
}

client::~client() {
  core_->stop();
}

client::figures client::counted() const {
  return core_->counted();
}

}  // namespace outcry::discord
