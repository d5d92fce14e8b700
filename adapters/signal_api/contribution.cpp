#include "adapters/signal_api/contribution.hpp"

#include <algorithm>
#include <utility>

#include "actors/signals/reading_json.hpp"
#include "actors/signals/signal_json.hpp"
#include "adapters/signal_api/refusal.hpp"
#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"

namespace outcry::signal_api {

namespace {

using detail::object_reader;

constexpr detail::input_bounds whole_body{std::size_t{64} << 10U, 4};

/// Of a text that names something: no control characters, so that it is one line everywhere.
std::string short_text(object_reader& in, std::string_view key, bool blanks) {
  if (in.raw(key).empty()) return {};
  auto text = in.text(key);
  const auto wrong = [blanks](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F || (byte == ' ' && !blanks);
  };
  if (text.empty() || text.size() > longest_id || std::ranges::any_of(text, wrong))
    in.refuse(key, blanks ? "a text of 1 to 128 bytes without control characters"
                          : "a text of 1 to 128 bytes without blanks and control characters");
  return text;
}

timestamp_ns time(object_reader& in, std::string_view key, timestamp_ns otherwise) {
  const auto raw = in.raw(key);
  if (raw.empty()) return otherwise;
  const auto text = detail::string_of(raw);
  if (text)
    if (const auto parsed = parse_iso(*text); parsed && *parsed > 0) return *parsed;
  in.refuse(key, "a time like 2026-01-31T09:30:00Z");
  return otherwise;
}

}  // namespace

raw_message read_message(std::string_view body, const origin& from) {
  detail::reading to;
  object_reader in{to, body, whole_body};
  in.names_once();
  for (const auto& [name, value] : in.members())
    if (name != "source_id" && name != "author" && name != "text" && name != "sent_at" &&
        name != "channel")
      to.refuse(name, "no field of this name", value);
  raw_message x;
  x.source = "http:" + from.name;
  x.contributor = from.name;
  x.received_ns = from.now;
  x.text = in.text("text");
  // A database's text may hold no NUL.
  if (x.text.empty() || x.text.find('\0') != std::string::npos)
    in.refuse("text", "a text that is not empty and holds no NUL");
  x.source_id = short_text(in, "source_id", false);
  x.author = short_text(in, "author", true);
  x.sent_ns = time(in, "sent_at", from.now);
  const auto channel = short_text(in, "channel", false);
  if (x.source_id.empty()) x.source_id = from.fresh_id;
  x.author_id = x.author.empty() ? from.name : x.author;
  if (!channel.empty()) {
    x.source_id = channel + '/' + x.source_id;
    x.author_id = channel + '/' + x.author_id;
    if (std::max(x.source_id.size(), x.author_id.size()) > longest_id)
      in.refuse("channel", "with source_id, and with author, at most 127 bytes");
  }
  if (to.error) throw refusal{*to.error};
  return x;
}

contributed_signal read_signal(std::string_view body, const origin& from) {
  detail::reading to;
  object_reader in{to, body, whole_body};
  in.names_once();
  contributed_signal x;
  x.source_id = short_text(in, "source_id", false);
  if (to.error) throw refusal{*to.error};
  if (x.source_id.empty()) x.source_id = from.fresh_id;
  x.source = "http:" + from.name;
  x.contributor = from.name;
  x.received_ns = from.now;

  detail::object_writer rest;
  for (const auto& [name, value] : in.members())
    if (name != "source_id") rest.raw(name, value);
  const auto text = rest.finish();
  const auto take = [&](auto parsed, std::string& into) {
    if (!parsed) throw refusal{parsed.error()};
    if (!parsed->source.empty() && parsed->source != x.source)
      throw refusal{
          400, "source: expected nothing or \"" + x.source + "\": a token speaks for itself only"};
    parsed->source = x.source;
    if (parsed->author.empty()) parsed->author = from.name;
    if (parsed->message_time == 0) parsed->message_time = from.now;
    x.author = parsed->author;
    x.author_id = parsed->author;
    x.said_ns = parsed->message_time;
    into = signals::to_json(*parsed);
  };
  if (in.raw("steps").empty()) {
    take(signals::parse_signal(text), x.signal);
  } else {
    take(signals::parse_update(text), x.update);
  }
  return x;
}

}  // namespace outcry::signal_api
