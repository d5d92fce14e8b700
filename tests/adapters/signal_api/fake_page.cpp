#include "tests/adapters/signal_api/fake_page.hpp"

#include <algorithm>
#include <chrono>
#include <future>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace outcry::test {

namespace {

using mood = page_world::mood;

struct desk_state {
  static inline const char* name = "fake_signal_desk";
  std::vector<std::pair<caf::typed_response_promise<desk_verdict>, std::function<desk_verdict()>>>
      held;
};

using desk_self = signal_desk_actor::stateful_pointer<desk_state>;

signal_desk_actor::behavior_type desk(desk_self self, std::shared_ptr<page_world> world) {
  const auto answer = [self, world](auto x) -> caf::result<desk_verdict> {
    // As it is now: who hears of the question may change it.
    const auto how = world->desk();
    world->saw_question();
    switch (how) {
      case mood::holds: {
        auto promise = self->make_response_promise<desk_verdict>();
        self->state.held.emplace_back(promise, [world, x] { return world->take(x); });
        return promise;
      }
      case mood::is_full:
        return caf::make_error(ec::mailbox_full);
      case mood::is_down:
        return caf::make_error(ec::unavailable);
      case mood::refuses:
        return caf::make_error(ec::invalid_input, std::string{"text: too strange"});
      case mood::answers:
        break;
    }
    return world->take(x);
  };
  return {
      [](const bot_command&) { return command_outcome{}; },
      [](const get_bot&) { return bot_status{}; },
      [answer](const raw_message& x) { return answer(x); },
      [answer](const contributed_signal& x) { return answer(x); },
      [self](const trade_record&) {  // the test's own word: let go
        for (auto& [promise, take] : self->state.held) promise.deliver(take());
        self->state.held.clear();
      },
      [world](const watch_signals& x) { world->watch(x.watcher); },
  };
}

struct store_state {
  static inline const char* name = "fake_signal_store";
};

using store_self = signal_store_actor::stateful_pointer<store_state>;

template <class Answer, class Question>
auto finder(std::shared_ptr<page_world> world) {
  return [world](const Question& x) -> caf::result<Answer> {
    if (world->store() == mood::is_down) return caf::make_error(ec::unavailable);
    return world->find(x);
  };
}

signal_store_actor::behavior_type store(store_self, std::shared_ptr<page_world> world) {
  return {
      [](const store_message&) { return store_receipt{}; },
      [](const store_signals&) { return store_receipt{}; },
      [](const load_signals&) { return signal_list{}; },
      finder<signal_list, find_signals>(world),
      finder<message_list, find_messages>(world),
      finder<update_list, find_updates>(world),
      [](const get_source_results&) { return source_result_list{}; },
      [](const get_last_source_id&) { return last_source_id{}; },
      [](const read_unshared&) { return unshared_page{}; },
      [](const mark_shared&) { return unshared_count{}; },
      [](const save_cursor&) { return cursor_value{}; },
      [](const get_cursor&) { return cursor_value{}; },
  };
}

Price price(const char* text) {
  return Price::parse(text).value();
}

}  // namespace

void page_world::set_desk(mood x) {
  const std::lock_guard lock{mutex_};
  desk_ = x;
}

void page_world::set_store(mood x) {
  const std::lock_guard lock{mutex_};
  store_ = x;
}

mood page_world::desk() const {
  const std::lock_guard lock{mutex_};
  return desk_;
}

mood page_world::store() const {
  const std::lock_guard lock{mutex_};
  return store_;
}

void page_world::saw_question() {
  const std::lock_guard lock{mutex_};
  ++questions_;
  changed_.notify_all();
}

bool page_world::wait_for_questions(std::size_t n) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return questions_ >= n; });
}

bool page_world::wait_for_watcher() {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return !watchers_.empty(); });
}

void page_world::watch(const caf::actor& watcher) {
  const std::lock_guard lock{mutex_};
  if (std::ranges::find(watchers_, watcher) == watchers_.end()) watchers_.push_back(watcher);
  changed_.notify_all();
}

void page_world::forget_watchers() {
  const std::lock_guard lock{mutex_};
  watchers_.clear();
}

void page_world::tell(const signal_record& x) {
  for (const auto& to : watchers_) caf::anon_send(to, x);
}

signal_record& page_world::add(signal_record x) {
  x.id = static_cast<std::int64_t>(signals_.size()) + 1;
  x.version = 1;
  return signals_.emplace_back(std::move(x));
}

void page_world::add_signal(const std::string& ticker, bool tell_it) {
  const std::lock_guard lock{mutex_};
  signal_record x;
  x.source = "discord:1";
  x.source_id = std::to_string(signals_.size() + 1);
  x.ticker = ticker;
  x.call = R"({"ticker":")" + ticker + R"(","padding":")" + std::string(padding_, 'x') + "\"}";
  x.state = signal_state::waiting;
  const auto& stored = add(std::move(x));
  if (tell_it) tell(stored);
}

void page_world::pad_calls(std::size_t bytes) {
  const std::lock_guard lock{mutex_};
  padding_ = bytes;
}

void page_world::add_trade(std::int64_t id) {
  const std::lock_guard lock{mutex_};
  auto& x = signals_.at(static_cast<std::size_t>(id) - 1);
  trade_record t;
  t.source = x.source;
  t.source_id = x.source_id;
  t.bot_id = "follow-SOL";
  t.version = 3;
  t.state = signal_state::open;
  t.side = "long";
  t.wanted = t.entered = Quantity::from_integer(2);
  t.entry_price = price("150.25");
  t.stop = t.first_stop = price("141");
  t.opened_ns = t.updated_ns = manual_clock::start;
  x.trade = {t};
  x.state = signal_state::open;
  ++x.version;
  tell(x);
}

void page_world::change(std::int64_t id, signal_state to) {
  const std::lock_guard lock{mutex_};
  auto& x = signals_.at(static_cast<std::size_t>(id) - 1);
  x.state = to;
  ++x.version;
  tell(x);
}

desk_verdict page_world::take(const raw_message& x) {
  const std::lock_guard lock{mutex_};
  asked_.push_back(x);
  const auto key = x.source + ' ' + x.source_id;
  const auto known = std::ranges::find(known_, key, [](const auto& k) { return k.first; });
  // As the desk: the stored verdict, and no call that is known already.
  if (known != known_.end())
    return {verdicts_[known->second].verdict, {}, verdicts_[known->second].updates};
  desk_verdict result;
  auto& v = result.verdict;
  v = {"nothing", "", "talk", 90, R"({"verdict":"nothing"})"};
  if (x.text.starts_with("call")) {
    v = {"signal", "by-levels", "a whole call", 95, R"({"verdict":"signal"})"};
    signal_record s;
    s.source = x.source;
    s.source_id = x.source_id;
    s.author = s.author_id = x.author;
    s.ticker = x.text.substr(std::min<std::size_t>(5, x.text.size()));
    s.side = "long";
    s.action = "open";
    s.asset = "crypto";
    s.call = R"({"ticker":"SOL","entries":["150"]})";
    s.state = signal_state::waiting;
    s.confidence = 95;
    s.contributor = x.contributor;
    s.said_ns = x.sent_ns;
    s.received_ns = x.received_ns;
    s.expires_ns = x.received_ns + 60 * ns_per_s;
    result.signals = {add(std::move(s))};
    tell(result.signals.front());
  } else if (x.text.starts_with("said")) {
    v = {"update", "stop-to-be", "about a call", 95, R"({"verdict":"update"})"};
    signal_update_record u;
    u.id = static_cast<std::int64_t>(updates_.size()) + 1;
    u.source = x.source;
    u.source_id = x.source_id;
    u.ticker = x.text.substr(std::min<std::size_t>(5, x.text.size()));
    u.update = R"({"steps":[{"kind":"cancel"}]})";
    if (!signals_.empty()) {
      u.target_source = signals_.front().source;
      u.target_source_id = signals_.front().source_id;
    }
    u.code = "applied";
    u.said_ns = x.sent_ns;
    u.received_ns = x.received_ns;
    u.version = 1;
    updates_.push_back(u);
    result.updates = {u};
    for (const auto& to : watchers_) caf::anon_send(to, u);
  }
  known_.emplace_back(key, verdicts_.size());
  verdicts_.push_back(result);
  messages_.push_back({static_cast<std::int64_t>(messages_.size()) + 1, x, v});
  return result;
}

desk_verdict page_world::take(const contributed_signal& x) {
  raw_message as;
  as.source = x.source;
  as.source_id = x.source_id;
  as.author = x.author;
  as.contributor = x.contributor;
  as.sent_ns = x.said_ns;
  as.received_ns = x.received_ns;
  const auto body = nlohmann::json::parse(x.signal.empty() ? x.update : x.signal);
  as.text = (x.signal.empty() ? "said " : "call ") + body.value("ticker", "");
  {
    const std::lock_guard lock{mutex_};
    contributed_.push_back(x);
  }
  return take(as);
}

signal_list page_world::find(const find_signals& x) const {
  const std::lock_guard lock{mutex_};
  signal_list result;
  for (const auto& s : signals_) {
    if (x.after > 0 && s.id <= x.after) continue;
    if (x.before > 0 && s.id >= x.before) continue;
    if (!x.source.empty() && s.source != x.source) continue;
    if (!x.ticker.empty() && s.ticker != x.ticker) continue;
    if (!x.states.empty() && std::ranges::find(x.states, to_string(s.state)) == x.states.end())
      continue;
    result.signals.push_back(s);
  }
  if (x.after <= 0) std::ranges::reverse(result.signals);
  if (result.signals.size() > x.limit) result.signals.resize(x.limit);
  return result;
}

message_list page_world::find(const find_messages& x) const {
  const std::lock_guard lock{mutex_};
  message_list result;
  for (const auto& m : messages_) {
    if (x.after > 0 && m.id <= x.after) continue;
    if (!x.source.empty() && m.message.source != x.source) continue;
    if (!x.verdict.empty() && m.verdict.verdict != x.verdict) continue;
    result.messages.push_back(m);
  }
  if (x.after <= 0) std::ranges::reverse(result.messages);
  if (result.messages.size() > x.limit) result.messages.resize(x.limit);
  return result;
}

update_list page_world::find(const find_updates& x) const {
  const std::lock_guard lock{mutex_};
  update_list result;
  for (const auto& u : updates_)
    if (u.target_source == x.target_source && u.target_source_id == x.target_source_id)
      result.updates.push_back(u);
  return result;
}

std::vector<raw_message> page_world::asked() const {
  const std::lock_guard lock{mutex_};
  return asked_;
}

std::vector<contributed_signal> page_world::contributed() const {
  const std::lock_guard lock{mutex_};
  return contributed_;
}

std::string http_answer::error() const {
  const auto x = json();
  if (!x.is_object() || x.size() != 1 || !x.contains("error")) return "no error: " + body;
  return x["error"].get<std::string>();
}

std::string http_answer::header(const std::string& name) const {
  const auto at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

http_answer ask_http(std::uint16_t port, const std::string& method, const std::string& path,
                     const std::string& body, const std::string& headers) {
  raw_client wire{port};
  auto text =
      method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers;
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  wire.send(text + "\r\n" + body);
  const auto all = wire.read_all();
  http_answer result;
  const auto end = all.find("\r\n\r\n");
  if (all.size() < 12 || end == std::string::npos) return result;
  result.status = std::stoi(all.substr(9, 3));
  result.head = all.substr(0, end + 2);
  result.body = all.substr(end + 4);
  return result;
}

event_reader::event_reader(std::uint16_t port, const std::string& query, const std::string& headers)
    : wire_{port} {
  // HTTP/1.0: the stream comes without chunks around it.
  wire_.send("GET /signals?stream=1" + query +
             " HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer " + reader_token + "\r\n" +
             headers + "\r\n");
  head_ = wire_.read_to("\r\n\r\n");
}

stream_event event_reader::next() {
  for (;;) {
    const auto text = wire_.read_to("\n\n");
    if (!text.ends_with("\n\n")) return {};
    if (text.starts_with(":") || text.starts_with("retry:")) continue;
    stream_event result;
    std::size_t begin = 0;
    while (begin < text.size()) {
      const auto end = text.find('\n', begin);
      const auto line = text.substr(begin, end - begin);
      if (line.starts_with("id: ")) result.id = line.substr(4);
      if (line.starts_with("event: ")) result.name = line.substr(7);
      if (line.starts_with("data: ")) result.data = nlohmann::json::parse(line.substr(6));
      begin = end + 1;
    }
    return result;
  }
}

bool event_reader::ping() {
  return wire_.read_to(": ping\n\n").ends_with(": ping\n\n");
}

fake_page::fake_page(const std::function<void(signal_api::bridge_options&)>& change) {
  config_.set("scheduler.max-threads", 2u);
  system_ = std::make_unique<caf::actor_system>(config_);
  desk_ = system_->spawn(desk, world_);
  store_ = system_->spawn(store, world_);
  auto standing = std::make_shared<house>();
  standing->time = clock_;
  signal_api::bridge_options options;
  options.tokens = {{"reader", true, false, reader_token, {}},
                    {"giver", false, true, giver_token, {}},
                    {"both", true, true, both_token, {}}};
  options.tradingview = {{"tv", alert_word}};
  options.version = "1.2.3";
  options.desk = desk_;
  options.store = store_;
  options.house = standing;
  options.random_bits = [n = std::uint64_t{0}]() mutable { return ++n; };
  options.retry = std::chrono::milliseconds(1);
  std::promise<std::uint16_t> opened;
  options.on_open = [&](std::uint16_t port) { opened.set_value(port); };
  if (change) change(options);
  bridge_ = system_->spawn(signal_api::bridge, std::move(options));
  auto port = opened.get_future();
  if (port.wait_for(std::chrono::seconds(10)) == std::future_status::ready) port_ = port.get();
  // What is told before it watches it finds at its next ping only.
  world_->wait_for_watcher();
}

fake_page::~fake_page() {
  stop();
  world_->forget_watchers();
  caf::anon_send_exit(desk_, caf::exit_reason::kill);
  caf::anon_send_exit(store_, caf::exit_reason::kill);
}

http_answer fake_page::ask(const std::string& method, const std::string& path,
                           const std::string& token, const std::string& body,
                           const std::string& headers) const {
  const auto line = token.empty() ? std::string{} : "Authorization: Bearer " + token + "\r\n";
  return ask_http(port_, method, path, body, line + headers);
}

void fake_page::release() {
  caf::anon_send(desk_, trade_record{});
}

void fake_page::stop() {
  if (!bridge_) return;
  world_->forget_watchers();
  caf::scoped_actor self{*system_};
  caf::anon_send_exit(bridge_, caf::exit_reason::user_shutdown);
  self->wait_for(bridge_);
  bridge_ = nullptr;
}

}  // namespace outcry::test
