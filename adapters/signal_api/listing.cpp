#include "adapters/signal_api/listing.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <limits>
#include <stdexcept>

#include "adapters/signal_api/contribution.hpp"
#include "adapters/signal_api/refusal.hpp"
#include "messages/detail/text.hpp"
#include "messages/keys.hpp"

namespace outcry::signal_api {

namespace {

constexpr std::int64_t highest_id = std::numeric_limits<std::int64_t>::max() - 1;
constexpr std::int64_t most_rows = 1000;

[[noreturn]] void refuse(std::string_view name, std::string expected, std::string_view found) {
  throw refusal{detail::refusal(std::string{name}, std::move(expected), found)};
}

void only(const http::request& asked, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : asked.query) {
    if (std::ranges::find(known, name) == known.end())
      throw refusal{detail::refusal(detail::shown(name), "no parameter of this name", value)};
    if (std::ranges::count_if(asked.query,
                              [&wanted = name](const auto& x) { return x.first == wanted; }) > 1)
      refuse(name, "the parameter once", value);
  }
}

std::optional<std::int64_t> whole(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < least || value > most) return std::nullopt;
  return value;
}

std::int64_t number(const http::request& asked, std::string_view name, std::int64_t least,
                    std::int64_t most, std::int64_t otherwise) {
  const auto* text = asked.find_parameter(name);
  if (!text) return otherwise;
  if (const auto value = whole(*text, least, most)) return *value;
  refuse(name, "a whole number of " + std::to_string(least) + " to " + std::to_string(most), *text);
}

std::string name_of_source(const http::request& asked) {
  const auto* text = asked.find_parameter("source");
  if (!text) return {};
  if (text->empty() || text->size() > longest_id || !detail::is_utf8(*text) ||
      text->find('\0') != std::string::npos)
    refuse("source", "a source of 1 to 128 bytes", *text);
  return *text;
}

void take_filter(const http::request& asked, find_signals& into) {
  into.source = name_of_source(asked);
  if (const auto* text = asked.find_parameter("ticker")) {
    const auto ticker = normalise_ticker(*text);
    if (!ticker) refuse("ticker", "a ticker", *text);
    into.ticker = *ticker;
  }
  const auto* states = asked.find_parameter("state");
  if (!states) return;
  for (std::size_t begin = 0; begin <= states->size();) {
    const auto end = std::min(states->find(',', begin), states->size());
    const auto word = states->substr(begin, end - begin);
    try {
      parse_signal_state(word);
    } catch (const std::invalid_argument&) {
      refuse("state", "states of a signal with commas between", word);
    }
    if (std::ranges::find(into.states, word) == into.states.end()) into.states.push_back(word);
    begin = end + 1;
  }
}

}  // namespace

find_messages read_message_query(const http::request& asked) {
  only(asked, {"after", "source", "verdict", "limit"});
  find_messages x;
  x.after = number(asked, "after", 0, highest_id, 0);
  x.source = name_of_source(asked);
  x.limit = static_cast<std::uint32_t>(number(asked, "limit", 1, most_rows, 50));
  if (const auto* text = asked.find_parameter("verdict")) {
    static constexpr std::string_view words[] = {"signal",  "update",  "quarantine",
                                                 "refused", "nothing", "duplicate"};
    if (std::ranges::find(words, *text) == std::end(words))
      refuse("verdict", "one of signal, update, quarantine, refused, nothing, duplicate", *text);
    x.verdict = *text;
  }
  return x;
}

find_signals read_signal_query(const http::request& asked) {
  only(asked, {"after", "before", "source", "ticker", "state", "limit", "stream"});
  find_signals x;
  x.after = number(asked, "after", 0, highest_id, 0);
  x.before = number(asked, "before", 0, highest_id, 0);
  if (x.after != 0 && x.before != 0) throw refusal{400, "before: expected nothing beside after"};
  x.limit = static_cast<std::uint32_t>(number(asked, "limit", 1, most_rows, 50));
  take_filter(asked, x);
  return x;
}

bool wants_stream(const http::request& asked) {
  if (const auto* text = asked.find_parameter("stream")) {
    if (*text != "0" && *text != "1") refuse("stream", "0 or 1", *text);
    return *text == "1";
  }
  const auto* accepted = asked.find_header("Accept");
  return accepted && accepted->find("text/event-stream") != std::string::npos;
}

stream_query read_stream_query(const http::request& asked) {
  only(asked, {"after", "source", "ticker", "state", "stream"});
  stream_query x;
  take_filter(asked, x.filter);
  if (asked.find_parameter("after")) x.after = number(asked, "after", 0, highest_id, 0);
  // A browser that reconnects repeats the address it began with; where it has got to is here.
  if (const auto* last = asked.find_header("Last-Event-ID"); last && !last->empty()) {
    x.after = whole(*last, 0, highest_id);
    if (!x.after) refuse("Last-Event-ID", "the id of an event", *last);
  }
  return x;
}

std::optional<std::int64_t> read_id(std::string_view text) {
  return whole(text, 1, highest_id);
}

}  // namespace outcry::signal_api
