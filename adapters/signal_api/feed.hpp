#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/signal_api/listing.hpp"
#include "messages/interfaces/signals.hpp"
#include "messages/signals.hpp"

namespace outcry::signal_api {

/// One listener. Called on the feed's thread; must not block.
class listener {
public:
  virtual ~listener() = default;
  /// Server-sent events, whole. False once the listener has gone.
  virtual bool write(std::string events) = 0;
  virtual bool open() const = 0;
};

/// Tells listeners of signals: first what the store holds behind their cursor, then what comes.
///
/// New signals are always read from the store, by id, so that nothing is told twice and nothing
/// left out, whoever was told what when: a notice only says that there is something to read. An
/// event that is a new signal carries its id, which is the cursor; what becomes of a signal told
/// before ("change") and what is said about one ("update") are told as they come, without an id.
/// Not thread-safe; knows no actors.
class feed {
public:
  using found = std::function<void(const signal_list*)>;  ///< nullptr: the store did not answer
  using asker = std::function<void(const find_signals&, found)>;

  /// `ask` asks the store and calls back later, never from within.
  explicit feed(asker ask);

  void open(std::unique_ptr<listener> to, const stream_query& query);

  /// Something became of a signal, or a new one came.
  void told(const signal_record& x);
  void told(const signal_update_record& x);

  /// Every few seconds: keeps connections alive, forgets those that have gone, looks into the
  /// store for what nobody told of.
  void tick();

  /// Asks again what the store did not answer.
  void retry();

  std::size_t listeners() const { return streams_.size(); }

private:
  struct stream;
  using stream_ptr = std::shared_ptr<stream>;

  void pump();
  void on_news(const signal_list& page);
  void catch_up(const stream_ptr& one);
  void catch_up_all();
  static void on_page(stream& one, std::int64_t head, const signal_list& page);
  void flush_updates();

  asker ask_;
  std::vector<stream_ptr> streams_;
  std::int64_t head_ = -1;  // every id up to it has been told to who is not behind; -1: not known
  bool asking_ = false;
  bool dirty_ = true;
  std::map<std::int64_t, signal_record> early_;  // notices of what is still to be read
  std::deque<signal_update_record> updates_;     // wait for the signals read before them
};

}  // namespace outcry::signal_api
