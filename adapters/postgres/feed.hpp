#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adapters/postgres/connection.hpp"

namespace outcry::postgres {

/// Of one transaction they are read in this order.
enum class feed_kind : std::uint8_t {
  call,
  update,
  message,  ///< an edit or a deletion: what was first said comes as a call or an update
};

/// A row that somebody else has contributed.
struct feed_row {
  feed_kind kind = feed_kind::call;
  std::string source;
  std::string source_id;
  std::int64_t edited_ns = 0;
  std::string author_id;
  std::string author;
  std::string body;         ///< JSON of the call or of the update; a message's text
  std::string contributor;  ///< the role that wrote it
  std::int64_t said_ns = 0;
  // Of messages:
  bool deleted = false;
  bool trusted = true;
  std::string reply_to;
};

/// How far the rows have been read: all below are behind. Ordered by the transaction that wrote
/// them, then by kind, then by id.
struct feed_position {
  std::uint64_t txid = 0;
  int kind = 0;
  std::int64_t id = 0;

  auto operator<=>(const feed_position&) const = default;
};

/// "17:0:3".
std::string to_string(const feed_position& x);
/// Throws failure (refused) for what is none.
feed_position parse_feed_position(const std::string& text);

struct feed_page {
  std::vector<feed_row> rows;  ///< in order
  bool more = false;           ///< the page was full
};

/// Reads the calls, the updates, and the edits and deletions of messages that are not this floor's
/// own, each once, none skipped.
///
/// Transactions commit out of order: one that began early may commit after rows with higher numbers
/// have been read. So each reading takes, in the same snapshot, the oldest transaction that is
/// still under way; the position never moves beyond it, and what was read at or above it is
/// remembered until it does. Rows are therefore seen as soon as they are committed. After a restart
/// what was remembered is read again: at least once, that is.
///
/// Memory: at most `most_ahead` remembered rows; while a transaction stays open so long that they
/// do not suffice, nothing newer is read.
class feed {
public:
  static constexpr std::size_t most_ahead = 10'000;

  feed(std::string floor_id, feed_position from)
      : floor_id_(std::move(floor_id)), at_(from), next_at_(from) {}

  /// The next rows, at most `limit` (1 to most_ahead). They count as read only after `accept`:
  /// without it the next call reads them again, also on another connection. Throws failure.
  feed_page read(connection& from, int limit);

  /// What the last `read` answered has been taken.
  void accept();

  /// From where a later feed must start to miss nothing that was not accepted.
  const feed_position& position() const { return at_; }
  /// The same once what the last `read` answered is accepted.
  const feed_position& next_position() const { return next_at_; }

  /// Where to start in order to read what was recorded within `age` before now. Throws failure.
  static feed_position since(connection& from, std::chrono::seconds age);

private:
  std::string floor_id_;
  feed_position at_;
  std::set<feed_position> ahead_;  // read, at or above the oldest open transaction
  feed_position next_at_;
  std::set<feed_position> next_ahead_;
};

/// The database's name for itself: positions of one mean nothing in another. Throws failure.
std::string database_id(connection& from);

}  // namespace outcry::postgres
