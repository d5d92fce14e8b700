#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "adapters/postgres/bridge.hpp"
#include "adapters/sqlite/signal_bridge.hpp"
#include "tests/adapters/postgres/rig.hpp"
#include "tests/adapters/sqlite/floor_config.hpp"
#include "tests/adapters/sqlite/signal_samples.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::postgres::test {

using sqlite::test::patience;
using sqlite::test::sample_signal;
using sqlite::test::sample_trade;
using sqlite::test::sample_update;
using sqlite::test::storing;

/// What the people around a bridge have seen, and what they shall do. Shared with their threads.
struct scene {
  std::mutex mutex;
  std::condition_variable changed;
  std::int64_t owed = -1;  ///< as the last mark left it
  std::vector<std::string>
      heard;  ///< by the desk: "1", updates as "u1", edits "e1", deletions "-1"
  std::vector<raw_message> messages;  ///< edits and deletions
  std::vector<std::string> from;      ///< contributors, in the same order
  std::vector<std::string> cursors;
  bool drop_marks = false;  ///< marks are neither done nor answered
  int dropped = 0;
  std::function<void()> before_mark = [] {};  ///< called by the store's thread
  int desk_away = 0;   ///< so many requests the desk answers with unavailable
  std::string poison;  ///< the desk finds this id invalid

  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(60), condition);
  }

  template <class Work>
  void change(Work work) {
    const std::lock_guard lock(mutex);
    work();
    changed.notify_all();
  }
};

/// The store, seen: tells of marks and cursors once they are done.
inline signal_store_actor::behavior_type seen_store(signal_store_actor::pointer self,
                                                    const signal_store_actor& real,
                                                    const std::shared_ptr<scene>& what) {
  return {
      [=](store_message& x) { return self->delegate(real, std::move(x)); },
      [=](store_signals& x) { return self->delegate(real, std::move(x)); },
      [=](load_signals& x) { return self->delegate(real, x); },
      [=](find_signals& x) { return self->delegate(real, std::move(x)); },
      [=](find_messages& x) { return self->delegate(real, std::move(x)); },
      [=](find_updates& x) { return self->delegate(real, std::move(x)); },
      [=](get_source_results& x) { return self->delegate(real, x); },
      [=](get_last_source_id& x) { return self->delegate(real, std::move(x)); },
      [=](read_unshared& x) { return self->delegate(real, x); },
      [=](mark_shared& x) -> caf::result<unshared_count> {
        auto promise = self->make_response_promise<unshared_count>();
        bool drop = false;
        what->change([&] {
          drop = what->drop_marks && !(x.messages.empty() && x.signals.empty());
          what->dropped += drop ? 1 : 0;
        });
        if (drop) return promise;
        if (!x.messages.empty()) what->before_mark();
        self->request(real, patience, x)
            .then(
                [=](const unshared_count& left) mutable {
                  what->change([&] { what->owed = left.rows; });
                  promise.deliver(left);
                },
                [=](caf::error& error) mutable { promise.deliver(std::move(error)); });
        return promise;
      },
      [=](save_cursor& x) -> caf::result<cursor_value> {
        auto promise = self->make_response_promise<cursor_value>();
        self->request(real, patience, x)
            .then(
                [=](const cursor_value& kept) mutable {
                  if (x.name == "postgres.feed")
                    what->change([&] { what->cursors.push_back(kept.value); });
                  promise.deliver(kept);
                },
                [=](caf::error& error) mutable { promise.deliver(std::move(error)); });
        return promise;
      },
      [=](get_cursor& x) { return self->delegate(real, std::move(x)); },
  };
}

/// A desk that keeps what is contributed, once for its source and id.
inline signal_desk_actor::behavior_type keeping_desk(signal_desk_actor::pointer self,
                                                     const signal_store_actor& store,
                                                     const std::shared_ptr<scene>& what) {
  return {
      [](const bot_command&) { return command_outcome{}; },
      [](const get_bot&) { return bot_status{}; },
      [=](const raw_message& x) -> caf::result<desk_verdict> {
        what->change([&] {
          what->heard.push_back((x.deleted ? "-" : "e") + x.source_id);
          what->from.push_back(x.contributor);
          what->messages.push_back(x);
        });
        auto promise = self->make_response_promise<desk_verdict>();
        self->request(store, patience, store_message{x, {}, {}, {}})
            .then([=](const store_receipt&) mutable { promise.deliver(desk_verdict{}); },
                  [=](caf::error& error) mutable { promise.deliver(std::move(error)); });
        return promise;
      },
      [=](const contributed_signal& x) -> caf::result<desk_verdict> {
        bool away = false;
        bool bad = false;
        what->change([&] {
          away = what->desk_away > 0;
          what->desk_away -= away ? 1 : 0;
          bad = what->poison == x.source_id;
          if (away || bad) return;
          what->heard.push_back((x.update.empty() ? "" : "u") + x.source_id);
          what->from.push_back(x.shared ? x.contributor : "not shared");
        });
        if (away) return caf::make_error(ec::unavailable);
        if (bad) return caf::make_error(ec::invalid_input, "poison");
        auto promise = self->make_response_promise<desk_verdict>();
        store_signals kept;
        if (x.update.empty()) {
          auto signal = sample_signal(x.source_id, x.source);
          signal.state = signal_state::observed;
          signal.contributor = x.contributor;
          signal.call = x.signal;
          kept.signals.push_back(signal);
        } else {
          auto update = sample_update(x.source_id, x.edited_ns);
          update.contributor = x.contributor;
          kept.updates.push_back(update);
        }
        self->request(store, patience, kept)
            .then([=](const store_receipt&) mutable { promise.deliver(desk_verdict{}); },
                  [=](caf::error& error) mutable { promise.deliver(std::move(error)); });
        return promise;
      },
      [](const trade_record&) {},
      [](const watch_signals&) {},
  };
}

/// A floor as far as the shared database is concerned: store, desk and bridge.
class small_floor {
public:
  /// `data_dir` empty: in a directory of its own.
  explicit small_floor(caf::actor_system& system, const std::string& data_dir = {})
      : system_(system), self_(system_, true) {
    real_ =
        system_.spawn(sqlite::signal_bridge,
                      sqlite::signal_options{data_dir.empty() ? dir_.path().string() : data_dir});
    store_ = system_.spawn(seen_store, real_, what);
    desk_ = system_.spawn(keeping_desk, real_, what);
  }

  ~small_floor() {
    close();
    self_->send_exit(desk_, caf::exit_reason::kill);
    self_->send_exit(store_, caf::exit_reason::kill);
    self_->send_exit(real_, caf::exit_reason::user_shutdown);
    self_->wait_for(real_, desk_, store_);
  }
  small_floor(const small_floor&) = delete;
  small_floor& operator=(const small_floor&) = delete;

  void open(const std::string& url, bool contribute, bool read,
            std::vector<std::string> contributors = {}) {
    bridge_options options;
    options.contributors = std::move(contributors);
    options.target = connection_string(url);
    options.contribute = contribute;
    options.read = read;
    options.store = store_;
    options.desk = desk_;
    options.house = std::make_shared<house>();
    options.shortest_pause = std::chrono::milliseconds(10);
    options.longest_pause = std::chrono::milliseconds(100);
    options.poll = std::chrono::milliseconds(20);
    bridge_ = caf::actor_cast<caf::actor>(system_.spawn(bridge, std::move(options)));
  }

  /// As if the process had ended: nothing is finished.
  void close() {
    if (!bridge_) return;
    self_->send_exit(bridge_, caf::exit_reason::kill);
    self_->wait_for(bridge_);
    bridge_ = caf::actor();
  }

  template <class Reply, class Request>
  Reply ask(const Request& request) {
    Reply result;
    self_->request(real_, patience, request)
        .receive([&](Reply& x) { result = std::move(x); },
                 [&](caf::error& x) { throw std::runtime_error(system_.render(x)); });
    return result;
  }

  /// A message with the call read from it.
  void say(const std::string& id, signal_state state = signal_state::observed) {
    auto x = storing(id);
    x.signals = {sample_signal(id)};
    x.signals[0].state = state;
    ask<store_receipt>(x);
  }

  std::vector<link_status> links() {
    link_list result;
    self_->request(caf::actor_cast<bridge_interface>(bridge_), patience, get_links{})
        .receive([&](link_list& x) { result = std::move(x); },
                 [&](caf::error& x) { throw std::runtime_error(system_.render(x)); });
    return result.links;
  }

  std::int64_t owed() { return ask<unshared_count>(mark_shared{}).rows; }

  bool wait_until_nothing_is_owed() {
    return what->wait([&] { return what->owed == 0; });
  }

  std::shared_ptr<scene> what = std::make_shared<scene>();

private:
  caf::actor_system& system_;
  caf::scoped_actor self_;
  outcry::test::temp_dir dir_;
  signal_store_actor real_;
  signal_store_actor store_;
  signal_desk_actor desk_;
  caf::actor bridge_;
};

}  // namespace outcry::postgres::test
