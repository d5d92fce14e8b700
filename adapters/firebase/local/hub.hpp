#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/local/query.hpp"
#include "adapters/firebase/local/store.hpp"
#include "adapters/firebase/local/value.hpp"

namespace outcry::firebase::local {

/// Where the events of one stream go. Called on the database's thread; must not block.
class event_sink {
public:
  virtual ~event_sink() = default;

  /// Sends one event; `data` is JSON.
  virtual void send(std::string_view event, const std::string& data) = 0;

  /// Ends the stream; nothing is sent afterwards.
  virtual void end() = 0;

  /// False once nobody listens any more.
  virtual bool open() const = 0;

  /// False once the credential that opened the stream is no longer accepted.
  virtual bool allowed() const = 0;
};

/// One place of a write and what stands there afterwards.
struct update {
  std::string name;  ///< relative to the write's place, as the client wrote it: "a/b"
  std::string place;
  std::vector<leaf> leaves;  ///< sorted, increments resolved; empty = removed
};

/// What one write changed. A PUT has one update, at the write's own place.
struct change {
  bool patch = false;
  std::string place;
  std::vector<update> updates;  ///< none lies within another
};

/// Who listens where, and what they are told about a write. Finding the listeners of a write costs
/// a few look-ups for each of its places, however many listeners there are. Not thread-safe.
///
/// Events are collected by `notify` and `add` and leave by `flush`, after the commit, or are thrown
/// away by `discard` together with the streams that the writes had reached.
class hub {
public:
  explicit hub(store& from) : store_(from) {}

  /// Adds a listener at `place`, with its first `put` event. Throws refusal (400) when the value is
  /// too large for one event.
  void add(const std::string& place, std::optional<query> filter, std::shared_ptr<event_sink> sink);

  /// Collects the events of a write that has been applied to the store.
  void notify(const change& what);

  void flush();
  void discard();

  /// Sends a keep-alive to every stream.
  void keep_alive();

  /// Ends streams whose credential is no longer accepted (auth_revoked) and forgets closed ones.
  void sweep();

  std::size_t size() const;

private:
  struct listener;
  struct event {
    std::shared_ptr<event_sink> sink;
    const char* name;
    std::string data;
  };
  class texts;

  void tell_plain(listener& one, const change& what, const std::vector<std::size_t>& hits,
                  texts& cache);
  void tell_query(listener& one, const change& what, const std::vector<std::size_t>& hits,
                  texts& cache);
  /// `path` is relative to the listener, without a leading slash.
  void emit(listener& one, const char* name, std::string_view path, std::string_view data);

  store& store_;
  std::map<std::string, std::vector<std::shared_ptr<listener>>, std::less<>> listeners_;
  std::vector<event> events_;
  /// Hit by a write that is not committed yet.
  std::vector<std::shared_ptr<listener>> touched_;
};

}  // namespace outcry::firebase::local
