#include "adapters/signal_api/bridge.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <caf/send.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/signal_api/record_json.hpp"
#include "adapters/signal_api/tradingview.hpp"
#include "messages/error.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::signal_api {

namespace {

constexpr std::uint8_t inbox_timer = 0;  // not a timer: the HTTP thread left something
constexpr std::uint8_t alert_timer = 1;  // the alert queue may have something
constexpr std::uint8_t alert_pause_timer = 2;
constexpr std::uint8_t ping_timer = 3;
constexpr std::uint8_t feed_timer = 4;

std::uint64_t system_random() {
  thread_local std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

/// What an actor that did not answer means to a client.
refusal why_not(const caf::error& why, const char* whom) {
  if (why == caf::sec::request_timeout)
    return {504,
            fmt::format("The {} has not answered in time; ask again", whom),
            {{"Retry-After", "1"}}};
  if (why == ec::invalid_input) {
    std::string text;
    if (why.context().match_elements<std::string>()) text = why.context().get_as<std::string>(0);
    return {400, text.empty() ? "Refused: the input is not valid" : text};
  }
  const char* text = why == ec::mailbox_full ? "The {} has too much to do; try later"
                                             : "The {} cannot be asked now; try later";
  return {503, fmt::format(fmt::runtime(text), whom), {{"Retry-After", "1"}}};
}

/// True if something in the desk's answer was made of this very contribution, not of one with the
/// same name that came before.
bool is_made_of(const desk_verdict& x, const contribution_key& key) {
  const auto is_its = [&](const auto& row) {
    return row.source == key.source && row.source_id == key.source_id &&
           row.received_ns == key.received_ns;
  };
  return std::ranges::any_of(x.signals, is_its) || std::ranges::any_of(x.updates, is_its);
}

/// The desk names no call that it knew before: the store does.
bool leads_to_known_call(const desk_verdict& x) {
  const auto& word = x.verdict.verdict;
  return x.signals.empty() && x.updates.empty() && word != "nothing" && word != "update";
}

/// The stream of one HTTP client.
class http_listener final : public listener {
public:
  http_listener(http::stream_writer to, slot place) : to_(std::move(to)) {
    // The place is free again when the client has gone, not when somebody notices.
    to_.on_close([place = std::move(place)] {});
  }
  bool write(std::string events) override { return to_.write(std::move(events)); }
  bool open() const override { return to_.open(); }

private:
  http::stream_writer to_;
};

}  // namespace

bridge_state::~bridge_state() {
  if (server_) server_->stop();
}

void bridge_state::open(bridge_options options) {
  options_ = std::move(options);
  if (!options_.random_bits) options_.random_bits = system_random;
  who_ = std::make_unique<credentials>(options_.tokens, options_.tradingview);
  options_.tokens.clear();
  options_.tradingview.clear();

  // The other threads must not keep this actor alive, only reach it while it lives.
  const auto wake_up = [to = caf::actor_cast<caf::actor_addr>(self_)](std::uint8_t timer) {
    if (auto alive = caf::actor_cast<caf::actor>(to)) caf::anon_send(alive, wake{timer, 0});
  };
  inbox_ = std::make_shared<inbox>();
  feed_ = std::make_unique<feed>([this](const find_signals& question, const feed::found& answer) {
    self_->request(options_.store, options_.store_limit, question)
        .then([answer](const signal_list& x) { answer(&x); },
              [this, answer](const caf::error&) {
                answer(nullptr);
                retry_feed_soon();
              });
  });
  alerts_ = std::make_unique<alert_queue>(
      alert_queue::options{options_.alert_folder, options_.max_alerts},
      [wake_up] { wake_up(alert_timer); });

  front::options asked;
  asked.guard = options_.guard;
  asked.limits = options_.limits;
  asked.now = [house = options_.house] { return house->time->now(); };
  asked.fresh_id = [random = options_.random_bits] {
    return fmt::format("{:016x}{:016x}", random(), random());
  };
  asked.version = options_.version;
  front_ = std::make_unique<front>(std::move(asked), *who_, *alerts_, inbox_,
                                   [wake_up] { wake_up(inbox_timer); });
  http::options wire;
  wire.address = options_.address;
  wire.port = options_.port;
  wire.max_body = options_.max_body;
  wire.max_connections = options_.max_connections;
  wire.max_stream_queue = options_.max_stream_queue;
  server_ = std::make_unique<http::server>(
      wire, [to = front_.get()](http::request what, const http::responder& answer) {
        to->serve(std::move(what), answer);
      });
  watch();
  self_->delayed_send(self_, options_.ping, wake{ping_timer, 0});
  if (options_.on_open) options_.on_open(server_->port());
}

void bridge_state::watch() {
  self_->send(options_.desk, watch_signals{caf::actor_cast<caf::actor>(self_)});
}

void bridge_state::on_wake(std::uint8_t timer) {
  switch (timer) {
    case inbox_timer:
      return serve_inbox();
    case alert_pause_timer:
      alert_pause_ = false;
      return deliver_alert();
    case alert_timer:
      return deliver_alert();
    case feed_timer:
      feed_pause_ = false;
      return feed_->retry();
    case ping_timer:
      // A desk that was restarted has forgotten who watches.
      watch();
      feed_->tick();
      self_->delayed_send(self_, options_.ping, wake{ping_timer, 0});
      return;
    default:
      return;
  }
}

void bridge_state::serve_inbox() {
  for (auto& work : inbox_->take()) work(*this);
}

void bridge_state::on_signal(const signal_record& x) {
  feed_->told(x);
}

void bridge_state::on_update(const signal_update_record& x) {
  feed_->told(x);
}

void bridge_state::retry_feed_soon() {
  if (std::exchange(feed_pause_, true)) return;
  self_->delayed_send(self_, options_.retry, wake{feed_timer, 0});
}

void bridge_state::take(raw_message what, reply_ptr to) {
  hand_in(std::move(what), std::move(to), false);
}

void bridge_state::take(contributed_signal what, reply_ptr to) {
  hand_in(std::move(what), std::move(to), true);
}

template <class Contribution>
void bridge_state::hand_in(Contribution what, reply_ptr to, bool can_be_new) {
  const contribution_key key{what.source, what.source_id, what.received_ns};
  self_->request(options_.desk, options_.desk_limit, std::move(what))
      .then(
          [=, this](const desk_verdict& x) {
            const auto status = can_be_new && is_made_of(x, key) ? 201 : 200;
            if (leads_to_known_call(x)) return show_known(x, key, to);
            to->json(status, to_json(x, key.source, key.source_id));
          },
          [=](const caf::error& why) { to->refuse(why_not(why, "signal desk")); });
}

void bridge_state::show_known(desk_verdict x, const contribution_key& key, reply_ptr to) {
  find_signals question;
  question.source = key.source;
  question.source_id = key.source_id;
  question.limit = 1;
  self_->request(options_.store, options_.store_limit, std::move(question))
      .then(
          [=](const signal_list& found) {
            auto whole = x;
            whole.signals = found.signals;
            to->json(200, to_json(whole, key.source, key.source_id));
          },
          // The verdict stands without it.
          [=](const caf::error&) { to->json(200, to_json(x, key.source, key.source_id)); });
}

void bridge_state::find(find_messages what, reply_ptr to) {
  const auto after = what.after;
  self_->request(options_.store, options_.store_limit, std::move(what))
      .then([=](const message_list& x) { to->json(200, to_json(x, after)); },
            [=](const caf::error& why) { to->refuse(why_not(why, "signal store")); });
}

void bridge_state::find(find_signals what, reply_ptr to) {
  const auto after = what.after;
  self_->request(options_.store, options_.store_limit, std::move(what))
      .then([=](const signal_list& x) { to->json(200, to_json(x, after)); },
            [=](const caf::error& why) { to->refuse(why_not(why, "signal store")); });
}

void bridge_state::show(std::int64_t id, reply_ptr to) {
  find_signals question;
  question.before = id + 1;
  question.limit = 1;
  const auto failed = [=](const caf::error& why) { to->refuse(why_not(why, "signal store")); };
  self_->request(options_.store, options_.store_limit, std::move(question))
      .then(
          [=, this](const signal_list& found) {
            if (found.signals.empty() || found.signals.front().id != id)
              return to->refuse({404, fmt::format("Not found: there is no signal {}", id)});
            const auto& x = found.signals.front();
            find_updates said;
            said.target_source = x.source;
            said.target_source_id = x.source_id;
            self_->request(options_.store, options_.store_limit, std::move(said))
                .then([to, x](const update_list& updates) { to->json(200, to_json(x, updates)); },
                      failed);
          },
          failed);
}

void bridge_state::stream(stream_query what, reply_ptr to, slot place) {
  feed_->open(std::make_unique<http_listener>(to->stream(), std::move(place)), what);
}

void bridge_state::deliver_alert() {
  if (delivering_ || alert_pause_) return;
  const auto next = alerts_->next();
  if (!next) return;
  delivering_ = true;
  const auto delivered = [this, number = next->number](const desk_verdict&) {
    on_delivered(number);
  };
  const auto failed = [this, x = *next](const caf::error& why) { on_undelivered(x, why); };
  std::visit(
      [&](auto&& what) {
        self_->request(options_.desk, options_.desk_limit, std::move(what)).then(delivered, failed);
      },
      read_alert(next->what));
}

void bridge_state::on_delivered(std::uint64_t number) {
  delivering_ = false;
  alert_failures_ = 0;
  alerts_->done(number);
  deliver_alert();
}

void bridge_state::on_undelivered(const waiting_alert& what, const caf::error& why) {
  if (why == ec::invalid_input || why == ec::refused) {
    // It would be refused for ever, and everything behind it would wait.
    spdlog::error("signal_api: the desk refuses alert {} of tradingview:{}: {}",
                  what.what.source_id, what.what.name, why_not(why, "signal desk").what());
    return on_delivered(what.number);
  }
  delivering_ = false;
  const auto pause = options_.retry * (1U << std::min(alert_failures_, 5U));
  if (alert_failures_++ == 0)
    spdlog::warn("signal_api: {} alerts wait: {}", alerts_->size(),
                 why_not(why, "signal desk").what());
  alert_pause_ = true;
  self_->delayed_send(self_, pause, wake{alert_pause_timer, 0});
}

caf::behavior bridge(bridge_self* self, bridge_options options) {
  self->observe({"signal-api", "bridge", 0});
  try {
    self->state.open(std::move(options));
  } catch (const std::exception& e) {
    self->quit(caf::make_error(ec::refused, std::string{e.what()}));
    return {};
  }
  return {
      // A timer, or a word from one of its threads.
      [self](const wake& x) { self->state.on_wake(x.timer); },
      // A call has come, or something became of one.
      [self](const signal_record& x) { self->state.on_signal(x); },
      // Something was said about one.
      [self](const signal_update_record& x) { self->state.on_update(x); },
  };
}

}  // namespace outcry::signal_api
