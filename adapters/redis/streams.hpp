#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/redis/connection.hpp"

namespace outcry::redis {

/// One field of a stream entry: name and value.
using stream_field = std::pair<std::string_view, std::string_view>;

/// One entry of a stream. The texts live as long as the reply they came with.
struct stream_entry {
  std::string_view id;  ///< "<milliseconds>-<sequence>"
  std::vector<stream_field> fields;

  /// The value of the first field of that name.
  std::optional<std::string_view> find(std::string_view name) const;
};

/// Entries together with the reply that holds their texts.
struct entry_batch {
  reply raw;
  std::vector<stream_entry> entries;
  /// Ids still pending whose entries were deleted or trimmed away: acknowledge and forget them.
  std::vector<std::string> deleted;
  /// XAUTOCLAIM only: where the next call starts; "0-0" when everything was looked at.
  std::string next = "0-0";
};

/// XPENDING in its short form.
struct pending_summary {
  std::int64_t count = 0;
  std::string smallest_id;
  std::string largest_id;
  std::vector<std::pair<std::string, std::int64_t>> by_consumer;
};

/// What we use of XINFO STREAM.
struct stream_info {
  std::int64_t length = 0;
  std::int64_t groups = 0;
  std::string last_id;
};

/// Limits of one reading.
struct read_limits {
  std::size_t count = 256;
  /// How long the server may hold the call while there is nothing; nothing = it answers at once.
  std::optional<std::chrono::milliseconds> block;
};

// -- commands, for `connection::command` or `publisher::command` -------------

/// XADD with an id given by the server. `max_length` caps the stream roughly (MAXLEN ~), so it may
/// hold some entries more. Answer: the id.
arguments xadd(std::string_view stream, std::span<const stream_field> fields,
               std::optional<std::size_t> max_length);
arguments xack(std::string_view stream, std::string_view group, std::span<const std::string> ids);
arguments xgroup_create(std::string_view stream, std::string_view group, std::string_view from);
/// `from` is ">" for what nobody got yet, or an id: what this consumer got after it and has not
/// acknowledged.
arguments xreadgroup(std::string_view stream, std::string_view group, std::string_view consumer,
                     std::string_view from, const read_limits& limits);
arguments xautoclaim(std::string_view stream, std::string_view group, std::string_view consumer,
                     std::chrono::milliseconds min_idle, std::string_view start, std::size_t count);

// -- replies; a `malformed` failure says which part is not as it should be ---

result<entry_batch> parse_xreadgroup(reply raw);
result<entry_batch> parse_xautoclaim(reply raw);
result<pending_summary> parse_xpending(const reply& raw);
result<stream_info> parse_xinfo_stream(const reply& raw);

// -- both together, waiting for the answer -----------------------------------

/// The new entry's id.
result<std::string> add_entry(connection& link, std::string_view stream,
                              std::span<const stream_field> fields,
                              std::optional<std::size_t> max_length = std::nullopt);
/// Makes the group, and the stream if need be; false when the group was there already. `from` is
/// the id behind which it starts: "0" for everything, "$" for what is new.
result<bool> create_group(connection& link, std::string_view stream, std::string_view group,
                          std::string_view from = "0");
/// A stream or group that does not exist is a `server_error` with code NOGROUP.
result<entry_batch> read_group(connection& link, std::string_view stream, std::string_view group,
                               std::string_view consumer, std::string_view from,
                               const read_limits& limits);
/// How many were pending until now.
result<std::int64_t> acknowledge(connection& link, std::string_view stream, std::string_view group,
                                 std::span<const std::string> ids);
/// Takes over what other consumers got at least `min_idle` ago and did not acknowledge.
result<entry_batch> auto_claim(connection& link, std::string_view stream, std::string_view group,
                               std::string_view consumer, std::chrono::milliseconds min_idle,
                               std::string_view start = "0-0", std::size_t count = 256);
result<pending_summary> pending(connection& link, std::string_view stream, std::string_view group);
result<stream_info> describe_stream(connection& link, std::string_view stream);

/// The failure means that the group is gone (the stream was flushed or deleted).
bool group_is_gone(const failure& what);

}  // namespace outcry::redis
