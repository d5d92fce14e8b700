#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/local/change.hpp"
#include "adapters/firebase/local/event_text.hpp"
#include "adapters/firebase/local/outbox.hpp"
#include "adapters/firebase/local/query.hpp"
#include "adapters/firebase/local/store.hpp"

namespace outcry::firebase::local {

/// Where events go: a stream, or a session of the wire protocol with all its listeners. Called on
/// the database's thread; must not block.
class event_sink {
public:
  virtual ~event_sink() = default;

  /// Sends one event; `data` is as `event_text.hpp` makes it.
  virtual void send(std::string_view event, const std::string& data) = 0;

  /// Ends the stream or the session; nothing is sent afterwards.
  virtual void end() = 0;

  /// False once nobody listens any more.
  virtual bool open() const = 0;

  /// False once the credential that opened the stream is no longer accepted.
  virtual bool allowed() const = 0;

  /// False once the rules no longer let it read `place`.
  virtual bool may_read(const std::string& place, store& from) const = 0;
};

/// What a listener wants to hear.
struct listening {
  std::string place;
  std::optional<query> filter;
  event_styles style = event_styles::stream;
  std::optional<std::int64_t> tag;  ///< the client's number for a listener with a filter
  /// The hash of the value that the client knows already; empty = none. Is it the value's still,
  /// no first event is sent.
  std::string known;
};

/// Who listens where, and what they are told about a write. Finding the listeners of a write costs
/// a few look-ups for each of its places, however many listeners there are. Not thread-safe.
///
/// Events are left in the outbox by `notify` and `add`. When the transaction fails, `discard` ends
/// the streams and sessions that have been told, or would have been, of what never was.
class hub {
public:
  class listener;

  hub(store& from, outbox& to) : store_(from), outbox_(to) {}

  /// Adds a listener, with its first event. Throws refusal (400) when the value is too large for
  /// one event.
  std::shared_ptr<listener> add(listening what, std::shared_ptr<event_sink> sink);

  /// Nothing more is said to `one`.
  void remove(const std::shared_ptr<listener>& one);

  /// Tells of a write that has been applied to the store.
  void notify(const change& what);

  /// The transaction is committed.
  void settle() { touched_.clear(); }

  /// The transaction has failed.
  void discard();

  /// Sends a keep-alive to every stream.
  void keep_alive();

  /// Ends streams whose credential is no longer accepted (auth_revoked) or that the rules no longer
  /// allow (cancel), and forgets closed ones.
  void sweep();

  std::size_t size() const;

private:
  class texts;

  void tell(listener& one, const change& what, const std::vector<std::size_t>& hits, texts& cache);
  void tell_plain(listener& one, const change& what, const std::vector<std::size_t>& hits,
                  texts& cache);
  void tell_query(listener& one, const change& what, const std::vector<std::size_t>& hits,
                  texts& cache);
  // `path` is relative to the listener, without a leading slash.
  static std::shared_ptr<const std::string> text_for(const listener& one, bool merge,
                                                     std::string_view path, std::string_view data);
  void emit(listener& one, bool merge, std::string_view path, std::string_view data);
  void emit(listener& one, bool merge, std::shared_ptr<const std::string> text);

  store& store_;
  outbox& outbox_;
  std::map<std::string, std::vector<std::shared_ptr<listener>>, std::less<>> listeners_;
  /// Added, or hit by a write, in a transaction that is not committed yet.
  std::vector<std::shared_ptr<listener>> touched_;
};

}  // namespace outcry::firebase::local
