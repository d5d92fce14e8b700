#include "adapters/redis/streams.hpp"

#include <charconv>

#include <fmt/format.h>

namespace outcry::redis {

namespace {

failure wrong(std::string text) {
  return {failure_kind::malformed, std::move(text)};
}

/// "<milliseconds>-<sequence>", both unsigned 64 bit.
bool is_entry_id(std::string_view text) {
  auto dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  for (auto part : {text.substr(0, dash), text.substr(dash + 1)}) {
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (part.empty() || error != std::errc() || end != part.data() + part.size()) return false;
  }
  return true;
}

std::optional<failure> read_entry(reply_view raw, entry_batch& batch) {
  auto position = batch.entries.size();
  if (raw.size() != 2 || !is_entry_id(raw[0].text()))
    return wrong(fmt::format("stream entry {}: expected an id and its fields", position));
  auto id = raw[0].text();
  if (raw[1].is_nil()) {
    batch.deleted.emplace_back(id);
    return std::nullopt;
  }
  if (!raw[1].is_array() || raw[1].size() % 2 != 0)
    return wrong(fmt::format("stream entry {}: expected pairs of field and value", id));
  stream_entry entry{id, {}};
  entry.fields.reserve(raw[1].size() / 2);
  for (std::size_t i = 0; i < raw[1].size(); i += 2) {
    if (!raw[1][i].is_text() || !raw[1][i + 1].is_text())
      return wrong(fmt::format("stream entry {}: field {} is not text", id, i / 2));
    entry.fields.emplace_back(raw[1][i].text(), raw[1][i + 1].text());
  }
  batch.entries.push_back(std::move(entry));
  return std::nullopt;
}

std::optional<failure> read_entries(reply_view raw, entry_batch& batch) {
  if (!raw.is_array()) return wrong("stream entries: expected an array");
  batch.entries.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i)
    // Redis 6 leaves a bare nil where XAUTOCLAIM found a deleted entry.
    if (!raw[i].is_nil())
      if (auto bad = read_entry(raw[i], batch)) return bad;
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> stream_entry::find(std::string_view name) const {
  for (const auto& [known, value] : fields)
    if (known == name) return value;
  return std::nullopt;
}

arguments xadd(std::string_view stream, std::span<const stream_field> fields,
               std::optional<std::size_t> max_length) {
  arguments words{"XADD", std::string(stream)};
  if (max_length) {
    words.insert(words.end(), {"MAXLEN", "~", std::to_string(*max_length)});
  }
  words.emplace_back("*");
  for (const auto& [name, value] : fields) {
    words.emplace_back(name);
    words.emplace_back(value);
  }
  return words;
}

arguments xack(std::string_view stream, std::string_view group, std::span<const std::string> ids) {
  arguments words{"XACK", std::string(stream), std::string(group)};
  words.insert(words.end(), ids.begin(), ids.end());
  return words;
}

arguments xgroup_create(std::string_view stream, std::string_view group, std::string_view from) {
  return {"XGROUP",           "CREATE",          std::string(stream),
          std::string(group), std::string(from), "MKSTREAM"};
}

arguments xreadgroup(std::string_view stream, std::string_view group, std::string_view consumer,
                     std::string_view from, const read_limits& limits) {
  arguments words{"XREADGROUP",          "GROUP", std::string(group),
                  std::string(consumer), "COUNT", std::to_string(limits.count)};
  // BLOCK 0 would hold the call for ever.
  if (limits.block && limits.block->count() > 0)
    words.insert(words.end(), {"BLOCK", std::to_string(limits.block->count())});
  words.insert(words.end(), {"STREAMS", std::string(stream), std::string(from)});
  return words;
}

arguments xautoclaim(std::string_view stream, std::string_view group, std::string_view consumer,
                     std::chrono::milliseconds min_idle, std::string_view start,
                     std::size_t count) {
  return {"XAUTOCLAIM",
          std::string(stream),
          std::string(group),
          std::string(consumer),
          std::to_string(min_idle.count()),
          std::string(start),
          "COUNT",
          std::to_string(count)};
}

result<entry_batch> parse_xreadgroup(reply raw) {
  entry_batch batch;
  batch.raw = std::move(raw);
  if (batch.raw.is_nil()) return batch;
  if (batch.raw.size() != 1 || batch.raw[0].size() != 2)
    return wrong("XREADGROUP: expected one stream with its entries");
  if (auto bad = read_entries(batch.raw[0][1], batch)) return *bad;
  return batch;
}

result<entry_batch> parse_xautoclaim(reply raw) {
  entry_batch batch;
  batch.raw = std::move(raw);
  if (batch.raw.size() < 2 || !is_entry_id(batch.raw[0].text()))
    return wrong("XAUTOCLAIM: expected a start id and entries");
  batch.next = batch.raw[0].text();
  if (auto bad = read_entries(batch.raw[1], batch)) return *bad;
  // Redis 7 drops deleted entries from the pending list itself and names them here.
  auto gone = batch.raw[2];
  for (std::size_t i = 0; i < gone.size(); ++i) batch.deleted.emplace_back(gone[i].text());
  return batch;
}

result<pending_summary> parse_xpending(const reply& raw) {
  if (raw.size() != 4 || !raw[0].is_integer())
    return wrong("XPENDING: expected a count, two ids and consumers");
  pending_summary summary{
      raw[0].integer(), std::string(raw[1].text()), std::string(raw[2].text()), {}};
  for (std::size_t i = 0; i < raw[3].size(); ++i) {
    auto text = raw[3][i][1].text();
    std::int64_t count = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
      return wrong(fmt::format("XPENDING: consumer {} has no count", i));
    summary.by_consumer.emplace_back(raw[3][i][0].text(), count);
  }
  return summary;
}

result<stream_info> parse_xinfo_stream(const reply& raw) {
  if (!raw.is_array() || raw.size() % 2 != 0) return wrong("XINFO STREAM: expected pairs");
  stream_info info;
  bool has_length = false;
  for (std::size_t i = 0; i < raw.size(); i += 2) {
    auto name = raw[i].text();
    if (name == "length") {
      info.length = raw[i + 1].integer();
      has_length = true;
    } else if (name == "groups") {
      info.groups = raw[i + 1].integer();
    } else if (name == "last-generated-id") {
      info.last_id = raw[i + 1].text();
    }
  }
  if (!has_length) return wrong("XINFO STREAM: it names no length");
  return info;
}

result<std::string> add_entry(connection& link, std::string_view stream,
                              std::span<const stream_field> fields,
                              std::optional<std::size_t> max_length) {
  auto answer = link.command(xadd(stream, fields, max_length));
  if (!answer) return answer.error();
  if (!is_entry_id(answer->text())) return wrong("XADD: expected the new entry's id");
  return std::string(answer->text());
}

result<bool> create_group(connection& link, std::string_view stream, std::string_view group,
                          std::string_view from) {
  auto answer = link.command(xgroup_create(stream, group, from));
  if (answer) return true;
  if (server_code(answer.error()) == "BUSYGROUP") return false;
  return answer.error();
}

result<entry_batch> read_group(connection& link, std::string_view stream, std::string_view group,
                               std::string_view consumer, std::string_view from,
                               const read_limits& limits) {
  auto timeout = link.command_timeout() + limits.block.value_or(std::chrono::milliseconds(0));
  auto answer = link.command(xreadgroup(stream, group, consumer, from, limits), timeout);
  if (!answer) return answer.error();
  return parse_xreadgroup(std::move(*answer));
}

result<std::int64_t> acknowledge(connection& link, std::string_view stream, std::string_view group,
                                 std::span<const std::string> ids) {
  if (ids.empty()) return std::int64_t{0};
  auto answer = link.command(xack(stream, group, ids));
  if (!answer) return answer.error();
  return answer->integer();
}

result<entry_batch> auto_claim(connection& link, std::string_view stream, std::string_view group,
                               std::string_view consumer, std::chrono::milliseconds min_idle,
                               std::string_view start, std::size_t count) {
  auto answer = link.command(xautoclaim(stream, group, consumer, min_idle, start, count));
  if (!answer) return answer.error();
  return parse_xautoclaim(std::move(*answer));
}

result<pending_summary> pending(connection& link, std::string_view stream, std::string_view group) {
  auto answer = link.command({"XPENDING", stream, group});
  if (!answer) return answer.error();
  return parse_xpending(*answer);
}

result<stream_info> describe_stream(connection& link, std::string_view stream) {
  auto answer = link.command({"XINFO", "STREAM", stream});
  if (!answer) return answer.error();
  return parse_xinfo_stream(*answer);
}

bool group_is_gone(const failure& what) {
  // UNBLOCKED is what Redis 7.0 says to a reader that was waiting when the stream was deleted.
  auto code = server_code(what);
  return code == "NOGROUP" || code == "UNBLOCKED";
}

}  // namespace outcry::redis
