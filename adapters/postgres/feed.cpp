#include "adapters/postgres/feed.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace outcry::postgres {

namespace {

template <class Number>
Number parsed(const std::string& field, const std::string& whole) {
  Number value{};
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size()) {
    throw failure(failure_kind::refused,
                  fmt::format("position in the shared database: expected NUMBER:NUMBER:NUMBER, "
                              "found '{}'",
                              whole));
  }
  return value;
}

// One statement, thus one snapshot for the rows and for the oldest open transaction.
constexpr auto read_sql = R"sql(
WITH now AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest)
SELECT now.oldest, x.* FROM now LEFT JOIN LATERAL (
  SELECT * FROM (
    (SELECT txid::text AS tx, txid, 0 AS kind, id, source, source_id, 0::bigint AS edited_ns,
       author_id, author, call AS body, contributor, said_ns, false AS deleted, true AS trusted,
       '' AS reply_to
     FROM outcry.signals
     WHERE txid >= $1::xid8 AND (txid, 0, id) > ($1::xid8, $2::int, $3::bigint)
       AND id <> ALL ($4::bigint[]) AND floor <> $6
       AND (NOT $8::boolean OR txid < pg_snapshot_xmin(pg_current_snapshot()))
     ORDER BY txid, id LIMIT $7::int)
    UNION ALL
    (SELECT txid::text AS tx, txid, 1, id, source, source_id, edited_ns, author_id, '', body,
       contributor, said_ns, false, true, ''
     FROM outcry.updates
     WHERE txid >= $1::xid8 AND (txid, 1, id) > ($1::xid8, $2::int, $3::bigint)
       AND id <> ALL ($5::bigint[]) AND floor <> $6
       AND (NOT $8::boolean OR txid < pg_snapshot_xmin(pg_current_snapshot()))
     ORDER BY txid, id LIMIT $7::int)
    UNION ALL
    (SELECT txid::text AS tx, txid, 2, id, source, source_id, edited_ns, author_id, author, body,
       contributor, sent_ns, deleted, trusted, reply_to
     FROM outcry.raw_messages
     WHERE txid >= $1::xid8 AND (txid, 2, id) > ($1::xid8, $2::int, $3::bigint)
       AND (deleted OR edited_ns <> 0)
       AND id <> ALL ($9::bigint[]) AND floor <> $6
       AND (NOT $8::boolean OR txid < pg_snapshot_xmin(pg_current_snapshot()))
     ORDER BY txid, id LIMIT $7::int)) all_kinds
  ORDER BY txid, kind, id LIMIT $7::int) x ON true
)sql";

}  // namespace

std::string to_string(const feed_position& x) {
  return fmt::format("{}:{}:{}", x.txid, x.kind, x.id);
}

feed_position parse_feed_position(const std::string& text) {
  const auto first = text.find(':');
  const auto second = first == std::string::npos ? first : text.find(':', first + 1);
  if (second == std::string::npos) return {parsed<std::uint64_t>("", text), 0, 0};
  return {parsed<std::uint64_t>(text.substr(0, first), text),
          parsed<int>(text.substr(first + 1, second - first - 1), text),
          parsed<std::int64_t>(text.substr(second + 1), text)};
}

feed_page feed::read(connection& from, int limit) {
  std::array<std::string, 3> seen = {"{", "{", "{"};
  for (const auto& x : ahead_) {
    auto& list = seen.at(static_cast<std::size_t>(x.kind));
    list += fmt::format("{}{}", list.size() > 1 ? "," : "", x.id);
  }
  // With no room to remember more, only what need not be remembered is read.
  const bool settled_only = ahead_.size() + static_cast<std::size_t>(limit) > most_ahead;
  const auto found =
      from.run(read_sql, {fmt::to_string(at_.txid), fmt::to_string(at_.kind),
                          fmt::to_string(at_.id), seen[0] + "}", seen[1] + "}", floor_id_,
                          fmt::to_string(limit), settled_only ? "t" : "f", seen[2] + "}"});
  const feed_position oldest{static_cast<std::uint64_t>(found.number(0, 0)), 0, 0};
  next_at_ = at_;
  next_ahead_ = ahead_;
  feed_page page;
  for (int i = 0; i < found.count() && !found.is_null(i, 1); ++i) {
    const feed_position place{static_cast<std::uint64_t>(found.number(i, 1)),
                              static_cast<int>(found.number(i, 3)), found.number(i, 4)};
    page.rows.push_back({static_cast<feed_kind>(place.kind), found.text(i, 5), found.text(i, 6),
                         found.number(i, 7), found.text(i, 8), found.text(i, 9), found.text(i, 10),
                         found.text(i, 11), found.number(i, 12), found.flag(i, 13),
                         found.flag(i, 14), found.text(i, 15)});
    if (place < oldest) {
      next_at_ = std::max(next_at_, place);
    } else {
      next_ahead_.insert(place);
    }
  }
  page.more = page.rows.size() >= static_cast<std::size_t>(limit);
  // Nothing below the oldest open transaction is left unread.
  if (!page.more) next_at_ = std::max(next_at_, oldest);
  next_ahead_.erase(next_ahead_.begin(), next_ahead_.upper_bound(next_at_));
  if (page.rows.empty()) accept();
  return page;
}

void feed::accept() {
  at_ = next_at_;
  ahead_ = next_ahead_;
}

feed_position feed::since(connection& from, std::chrono::seconds age) {
  const auto found = from.run(
      "SELECT least(pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
      " (SELECT min(txid::text::bigint) FROM outcry.signals"
      "  WHERE recorded_at > clock_timestamp() - make_interval(secs => $1::bigint)),"
      " (SELECT min(txid::text::bigint) FROM outcry.updates"
      "  WHERE recorded_at > clock_timestamp() - make_interval(secs => $1::bigint)))",
      {fmt::to_string(age.count())});
  return {static_cast<std::uint64_t>(found.number(0, 0)), 0, 0};
}

std::string database_id(connection& from) {
  const auto found = from.run("SELECT value FROM outcry.about WHERE key = 'database'");
  if (found.count() == 0) throw failure(failure_kind::refused, "the shared database has no name");
  return found.text(0, 0);
}

}  // namespace outcry::postgres
