#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include "actors/floor/seat.hpp"
#include "adapters/control/bridge.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// A clock that stands still.
class still_clock final : public clock {
public:
  timestamp_ns now() const override { return 1'700'000'000'000 * ns_per_ms; }
};

/// What the fake actors saw, and how they are to behave. Thread-safe.
///
/// The fake command desk knows the bots AAPL, META and GOOGL (counter-...). What it does depends
/// on the message's type: "stop" is done by the addressed and ignored by the others; "set" is an
/// error of every addressed bot; "start" is answered by the first bot only, until `finish_start`;
/// "status" is told to nobody who watches, the ledger alone shows that it is done; "exit" is
/// refused with `ec::journal_unavailable`; "kill" is never answered; "enter" fails as a whole.
class floor_script {
public:
  void saw(const std::string& event);
  /// Waits until `event` was seen; false after ten seconds.
  bool wait_for(const std::string& event);
  std::vector<std::string> events() const;

  std::vector<operator_message> messages() const;
  void keep(const operator_message& x);

  /// How "bot:META" stands in the list of actors.
  std::atomic<actor_state> meta{actor_state::restarting};
  /// What the relay says of values that Firebase refused.
  std::atomic<std::uint64_t> refused_values{0};

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
  std::vector<operator_message> messages_;
};

/// A floor of fake actors behind a real bridge and a real socket.
class fake_floor {
public:
  explicit fake_floor(std::function<void(control::bridge_options&)> change = {});
  ~fake_floor();

  std::string socket() const { return dir_.file("outcry.sock"); }
  const temp_dir& dir() const { return dir_; }
  floor_script& script() { return *script_; }

  /// Sends from a pit to its subscribers.
  template <class T>
  void from_pit(T what) {
    caf::anon_send(pit_, std::move(what));
  }

  /// Answers the rest of a "start" message.
  void finish_start();

  /// Ends the bridge and waits until it is gone.
  void stop_bridge();

  caf::actor_system& system() { return *system_; }

private:
  temp_dir dir_;
  std::shared_ptr<floor_script> script_ = std::make_shared<floor_script>();
  floor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  command_desk_actor desk_;
  caf::actor pit_;
  caf::actor bridge_;
  std::vector<caf::actor> others_;
};

}  // namespace outcry::test
