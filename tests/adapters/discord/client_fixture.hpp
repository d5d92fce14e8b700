#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/discord/client.hpp"
#include "tests/support/fake_discord.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::discord::test {

/// What a client has told, and waiting for it.
class heard {
public:
  struct state {
    client_state is = client_state::connecting;
    std::string reason;
  };

  client_events events() {
    client_events to;
    to.on_message = [this](const message& m) { note([&] { messages_.push_back(m); }); };
    to.on_edit = [this](const message& m) { note([&] { edits_.push_back(m); }); };
    to.on_delete = [this](const deletion& d) { note([&] { deletions_.push_back(d); }); };
    to.on_state = [this](client_state is, const std::string& reason) {
      note([&] { states_.push_back({is, reason}); });
    };
    to.on_trouble = [this](snowflake, const std::string& what) {
      note([&] { troubles_.push_back(what); });
    };
    to.on_caught_up = [this] { note([&] { ++caught_up_; }); };
    to.last_seen = [this](snowflake channel) -> std::optional<snowflake> {
      const auto found = last_seen.find(channel);
      if (found == last_seen.end()) return std::nullopt;
      return found->second;
    };
    return to;
  }

  /// Waits for `wanted` of what was heard; false after 20 s.
  bool wait(const std::function<bool()>& wanted) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), wanted);
  }
  bool wait_live(std::size_t times = 1) {
    return wait([&] {
      return static_cast<std::size_t>(std::count_if(states_.begin(), states_.end(), [](auto& s) {
               return s.is == client_state::live;
             })) >= times;
    });
  }
  bool wait_caught_up(int times = 1) {
    return wait([&] { return caught_up_ >= times; });
  }
  bool wait_said(const std::string& part) {
    return wait([&] {
      return std::any_of(states_.begin(), states_.end(),
                         [&](auto& s) { return s.reason.find(part) != std::string::npos; });
    });
  }
  bool wait_messages(std::size_t n) {
    return wait([&] { return messages_.size() >= n; });
  }
  bool wait_failed() {
    return wait([&] { return !states_.empty() && states_.back().is == client_state::failed; });
  }

  std::vector<std::string> texts() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> result;
    for (const auto& m : messages_) result.push_back(m.text);
    return result;
  }
  std::vector<message> messages() { return copy(messages_); }
  std::vector<message> edits() { return copy(edits_); }
  std::vector<deletion> deletions() { return copy(deletions_); }
  std::vector<state> states() { return copy(states_); }
  std::vector<std::string> troubles() { return copy(troubles_); }
  std::string last_reason() {
    const std::lock_guard lock(mutex_);
    return states_.empty() ? "" : states_.back().reason;
  }
  bool said(const std::string& part) {
    const std::lock_guard lock(mutex_);
    return std::any_of(states_.begin(), states_.end(),
                       [&](auto& s) { return s.reason.find(part) != std::string::npos; });
  }

  std::map<snowflake, snowflake> last_seen;  ///< before the client begins

private:
  template <class Call>
  void note(Call call) {
    {
      const std::lock_guard lock(mutex_);
      call();
    }
    changed_.notify_all();
  }
  template <class List>
  List copy(const List& list) {
    const std::lock_guard lock(mutex_);
    return list;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<message> messages_;
  std::vector<message> edits_;
  std::vector<deletion> deletions_;
  std::vector<state> states_;
  std::vector<std::string> troubles_;
  int caught_up_ = 0;
};

/// A fake Discord with one channel, and a client that waits for nothing long.
struct client_fixture {
  outcry::test::fake_discord discord;
  snowflake calls = discord.add_channel("calls");
  outcry::test::temp_dir folder;
  heard ear;
  std::unique_ptr<client> bot;

  client_fixture() = default;
  explicit client_fixture(outcry::test::fake_discord::options options)
      : discord(std::move(options)) {}

  client_options options() const {
    client_options result;
    result.token = discord.token();
    result.channels = {calls};
    result.identify_file = folder.file("discord.identifies");
    result.api = discord.api();
    result.session.shortest_retry_ms = 5;
    result.session.longest_retry_ms = 20;
    result.session.invalid_session_ms = 5;
    result.identifies.spacing_ms = 1;
    result.identifies.longest_ms = 4;
    result.rest.first_retry = std::chrono::milliseconds(1);
    return result;
  }

  void begin() { begin(options()); }
  void begin(client_options with) { bot = std::make_unique<client>(std::move(with), ear.events()); }
  bool begin_live() {
    begin();
    return ear.wait_live() && ear.wait_caught_up();
  }
};

}  // namespace outcry::discord::test
