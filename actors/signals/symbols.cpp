#include "actors/signals/symbols.hpp"

#include <algorithm>

namespace outcry::signals {

namespace {

constexpr std::size_t longest_ticker = 14;

/// What may follow a ticker in a call.
bool follows_ticker(term x) {
  return is_side(x) || x == term::limit || x == term::spot || x == term::futures ||
         x == term::market || x == term::entry_label || x == term::at_sign || x == term::stop_label;
}

bool is_ornament(term x) {
  return x == term::picture || x == term::check || x == term::dash || x == term::colon ||
         x == term::pipe || x == term::bullet || x == term::mention || x == term::open ||
         x == term::close || x == term::risky;
}

class searcher {
public:
  explicit searcher(const message_view& view) : view_(view) {}

  std::vector<found_symbol> run() && {
    for (std::size_t i = 0; i < view_.size(); ++i) {
      if (!may_be_name(i)) continue;
      if (auto found = read(i)) {
        i = found->last;
        found_.push_back(std::move(*found));
      }
    }
    return std::move(found_);
  }

private:
  bool is_coin_word(std::size_t i) const {
    const auto& m = view_.marks[i];
    const auto& t = view_.first_token(i);
    return m.count == 1 && t.kind == token_kind::word && t.upper && is_known_coin(t.text);
  }

  /// A word that is free to be a name: unknown, tagged, or a known coin in capitals ("NEAR").
  bool may_be_name(std::size_t i) const {
    const auto& m = view_.marks[i];
    const auto& t = view_.first_token(i);
    if (t.text.size() > longest_ticker || t.text.empty()) return false;
    if (m.what == term::unknown || m.what == term::tag) return plain_letters(t.text);
    if (is_stock_named_coin(i)) return true;
    if (is_worded_tag(i)) return plain_letters(t.text);
    // "NASDAQ: SOL" names an exchange, "nasdaq buy 17850" an index.
    if (m.what == term::brand) return view_.at(i + 1) != term::colon && known_instrument(t.text);
    // "id/usdt": a pair, whatever its first word means otherwise.
    const bool pair = m.count == 1 && t.kind == token_kind::word &&
                      view_.at(i + 1) == term::slash && view_.has(i + 2) &&
                      is_quote(view_.word(i + 2)) && !is_currency(t.text);
    if (pair && plain_letters(t.text)) return true;
    // "USD" alone is none; in "USD/CAD" it is.
    if (m.count == 1 && t.kind == token_kind::word && is_currency(t.text)) return true;
    const bool says_nothing =
        m.what == term::talk || m.what == term::filler || m.what == term::other_label;
    if (m.count != 1 || !is_known_coin(t.text)) return false;
    const auto next = view_.at(i + 1);
    const bool call = next == term::limit || next == term::spot || next == term::long_word ||
                      next == term::short_word;
    // "PERP limit": a coin named like a market.
    if (m.what == term::futures) return t.upper && call && is_ornamented_first(i);
    if (!says_nothing) return false;
    return is_coin_word(i) || (call && is_ornamented_first(i));
  }

  /// "COIN stopped out", "out of COIN": a stock whose ticker is a label elsewhere.
  bool is_stock_named_coin(std::size_t i) const {
    const auto& t = view_.first_token(i);
    if (view_.at(i) != term::symbol_label || view_.marks[i].count != 1 || !t.upper ||
        !is_known_stock(t.text))
      return false;
    const auto next = view_.at(i + 1);
    const bool event = next == term::stopped || next == term::closed || next == term::cancel ||
                       next == term::stop_label || next == term::close_verb;
    const auto before = i > 0 ? view_.at(i - 1) : term::newline;
    const bool left = before == term::out || before == term::sold || before == term::trim ||
                      before == term::filler;
    return event || (left && (!view_.has(i + 1) || is_sentence_end(next) || next == term::filler ||
                              next == term::market));
  }

  /// "#SAFE": a tag in capitals, but a common word.
  bool is_worded_tag(std::size_t i) const {
    const auto& t = view_.first_token(i);
    return t.kind == token_kind::tag && view_.at(i) == term::talk && t.upper;
  }

  /// Only pictures stand before it.
  bool is_ornamented_first(std::size_t i) const {
    bool message = false;
    return begins_line(i, message) && message;
  }

  static bool plain_letters(std::string_view text) {
    bool letter = false;
    for (char c : text) {
      const bool is_letter = c >= 'a' && c <= 'z';
      if (!is_letter && (c < '0' || c > '9')) return false;
      letter = letter || is_letter;
    }
    return letter;
  }

  std::optional<found_symbol> read(std::size_t i) const {
    if (auto pair = read_pair(i)) return pair;
    const auto& t = view_.first_token(i);
    if (view_.at(i) == term::tag) return read_tag(i);
    if (is_worded_tag(i))
      return found_symbol{
          {upper_case(t.text), "", asset_kind::crypto}, symbol_evidence::known_coin, i, i};
    if (is_currency(t.text)) return std::nullopt;
    if (labelled(i) && stands_alone(i)) {
      auto what = joined_pair(t.text, true);
      if (!what) what = instrument{upper_case(t.text), "", kind_of(t.text)};
      return found_symbol{*what, symbol_evidence::label, i, i};
    }
    if (auto what = known_instrument(t.text)) {
      return found_symbol{*what, symbol_evidence::name, i, i};
    }
    if (auto what = joined_pair(t.text, false)) {
      auto last = i;
      if (view_.at(i + 1) == term::dot && view_.has(i + 2) && view_.word(i + 2) == "p")
        last = i + 2;
      return found_symbol{*what, symbol_evidence::joined, i, last};
    }
    return read_bare(i);
  }

  static asset_kind kind_of(std::string_view name) {
    if (is_known_future(name)) return asset_kind::future;
    if (is_known_coin(name)) return asset_kind::crypto;
    return is_known_stock(name) ? asset_kind::stock : asset_kind::unknown;
  }

  std::optional<found_symbol> read_tag(std::size_t i) const {
    const auto& t = view_.first_token(i);
    if (auto what = joined_pair(t.text, true))
      return found_symbol{*what, symbol_evidence::tag, i, i};
    if (is_currency(t.text) || (is_quote(t.text) && !is_known_coin(t.text))) return std::nullopt;
    auto kind = kind_of(t.text);
    // "$AAPL" is how stocks are tagged, "#SOL" how coins are.
    if (kind == asset_kind::unknown && !t.currency) kind = asset_kind::crypto;
    // "#altseason" beside "#SOL" is a topic.
    const bool topic = !t.upper && !t.currency && !is_known_coin(t.text) && !is_known_stock(t.text);
    return found_symbol{{upper_case(t.text), "", kind},
                        topic ? symbol_evidence::place : symbol_evidence::tag,
                        i,
                        i};
  }

  /// "SOL/USDT", "SOL-USDT", "SOL | USDT", "ETH/SPOT".
  std::optional<found_symbol> read_pair(std::size_t i) const {
    const auto joint = view_.at(i + 1);
    if (view_.has(i + 1) && is_currency(view_.word(i)) && view_.first_token(i).upper &&
        is_currency(view_.word(i + 1)) && view_.first_token(i + 1).upper)
      if (auto what = pair_of(view_.word(i), view_.word(i + 1)))
        return found_symbol{*what, symbol_evidence::pair, i, i + 1};
    if (joint != term::slash && joint != term::dash && joint != term::pipe) return std::nullopt;
    if (joint == term::dash && !(view_.glued(i + 1) && view_.has(i + 2) && view_.glued(i + 2)))
      return std::nullopt;
    if (!view_.has(i + 2)) return std::nullopt;
    const auto& base = view_.first_token(i);
    const auto& next = view_.first_token(i + 2);
    if (next.kind != token_kind::word && next.kind != token_kind::tag) return std::nullopt;
    if (view_.at(i + 2) == term::spot || view_.at(i + 2) == term::futures) {
      auto what = joined_pair(base.text, true);
      if (!what) what = instrument{upper_case(base.text), "", asset_kind::crypto};
      return found_symbol{*what, symbol_evidence::pair, i, i + 1};
    }
    if (auto what = pair_of(base.text, next.text))
      return found_symbol{*what, symbol_evidence::pair, i, i + 2};
    return std::nullopt;
  }

  bool labelled(std::size_t i) const {
    if (i < 2) return false;
    auto at = i - 1;
    bool separated = false;
    while (at > 0 && (is_separator(view_.at(at)) || is_ornament(view_.at(at)) ||
                      view_.at(at) == term::at_sign)) {
      separated = separated || is_separator(view_.at(at)) || view_.at(at) == term::at_sign;
      --at;
    }
    return separated && view_.at(at) == term::symbol_label;
  }

  /// A name in capitals, known, or with nothing but the line's end behind it.
  bool stands_alone(std::size_t i) const {
    const auto& t = view_.first_token(i);
    const auto next = view_.at(i + 1);
    return t.upper || is_known_coin(t.text) || joined_pair(t.text, true) || !view_.has(i + 1) ||
           next == term::newline || is_ornament(next) || is_side(next);
  }

  /// The first word of the message or of a line.
  bool begins_line(std::size_t i, bool& begins_message) const {
    begins_message = false;
    while (i > 0) {
      const auto before = view_.at(i - 1);
      if (before == term::newline) return true;
      if (!is_ornament(before) && before != term::other_sign) return false;
      --i;
    }
    begins_message = true;
    return true;
  }

  /// What stands behind, ornaments passed over; a newline counts.
  std::size_t behind(std::size_t i) const {
    ++i;
    while (view_.has(i) && is_ornament(view_.at(i))) ++i;
    return i;
  }

  /// Some common words, then what follows a ticker: "SOL re-entry limit".
  bool leads_to_call(std::size_t i) const {
    constexpr std::size_t patience = 4;
    for (const auto end = i + patience; i < end && view_.has(i); ++i) {
      const auto x = view_.at(i);
      if (is_side(x) || x == term::limit || x == term::spot) return true;
      if (x == term::entry_label && view_.is_price(i + 1)) return true;
      if (x == term::number && (view_.first_token(i).unit == number_unit::ordinal ||
                                view_.first_token(i).unit == number_unit::timeframe))
        continue;
      if (x == term::timeframe || x == term::risky) continue;
      // "SOL risk 2% 140-138"
      if (x == term::risk_label && view_.at(i + 1) == term::number &&
          view_.first_token(i + 1).unit == number_unit::percent && view_.is_price(i + 2))
        return true;
      if (x != term::talk && x != term::filler && x != term::dash && x != term::unknown &&
          x != term::entry_label)
        return false;
    }
    return false;
  }

  /// Only common words stand before it in its line: "quick SOL scalp long".
  bool is_led_in(std::size_t i) const {
    constexpr std::size_t most_words = 4;
    for (std::size_t n = 0; n <= most_words; ++n) {
      if (i == n || view_.at(i - n - 1) == term::newline) return true;
      const auto x = view_.at(i - n - 1);
      if (x != term::talk && x != term::filler && x != term::timeframe && !is_ornament(x))
        return false;
    }
    return false;
  }

  bool after_mention(std::size_t i) const {
    // "@HEAD TRADER": the second word belongs to the name.
    return i > 0 &&
           (is_person(i - 1) || (i > 1 && is_person(i - 2) && view_.first_token(i - 1).upper));
  }

  /// A mention by name; "@everyone" and Discord's numbers are none.
  bool is_person(std::size_t i) const {
    return view_.at(i) == term::mention && !view_.word(i).empty() && view_.word(i) != "everyone" &&
           view_.word(i) != "here";
  }

  /// "SCALP TRADE - SOL (picture) TYPE": behind a heading, and then something else begins.
  bool is_headed(std::size_t i) const {
    if (i < 2 || view_.first_token(i).text.size() < 2) return false;
    const auto joint = view_.at(i - 1);
    if ((joint != term::dash && joint != term::colon) || view_.at(i - 2) != term::talk)
      return false;
    const auto next = view_.at(i + 1);
    return next == term::picture || next == term::newline || next == term::side_label ||
           next == term::entry_label || is_side(next);
  }

  /// The message begins with the side, and a name in capitals follows: "short SOL ...".
  bool follows_first_side(std::size_t i) const {
    if (i == 0 || !is_side(view_.at(i - 1)) || !view_.first_token(i).upper) return false;
    bool message = false;
    return begins_line(i - 1, message) && message;
  }

  std::optional<found_symbol> read_bare(std::size_t i) const {
    const auto& t = view_.first_token(i);
    const bool known = is_known_coin(t.text);
    const bool clear = t.upper || known || is_known_stock(t.text);
    if (is_currency(t.text) || (is_quote(t.text) && !known) || after_mention(i))
      return std::nullopt;
    if (t.text.size() < 2 && !is_known_coin(t.text)) return std::nullopt;
    instrument what{upper_case(t.text), "", kind_of(t.text)};
    bool begins_message = false;
    const bool begins = begins_line(i, begins_message);
    const auto next = behind(i);
    // "SOL scalp long", "AMD at 105".
    const bool style = known && view_.at(next) == term::talk && is_side(view_.at(next + 1));
    const bool at_price = view_.at(next) == term::filler && view_.is_price(next + 1);
    const bool call_follows =
        view_.is_price(next) || follows_ticker(view_.at(next)) || style || at_price;
    const bool ends =
        !view_.has(next) || view_.at(next) == term::newline || view_.at(next) == term::target_label;
    const bool named = begins && call_follows;
    // "long on SOL"
    const bool side_near =
        known && i > 1 && view_.at(i - 1) == term::filler && is_side(view_.at(i - 2));
    const bool side_past =
        i > 1 && is_side(view_.at(i - 2)) &&
        (is_ornament(view_.at(i - 1)) || view_.is_plain_integer(i - 1, 1'000'000));
    const bool side_before =
        side_near || side_past ||
        (i > 0 && (is_side(view_.at(i - 1)) || view_.at(i - 1) == term::limit ||
                   view_.at(i - 1) == term::market));
    const bool side_behind =
        is_side(view_.at(i + 1)) ||
        (known && t.upper && view_.at(i + 1) == term::colon && is_side(view_.at(i + 2))) ||
        (known && t.upper && (view_.at(i + 1) == term::limit || view_.at(i + 1) == term::spot)) ||
        (known && (begins_message || (t.upper && is_led_in(i))) &&
         (t.upper || view_.at(i) == term::unknown) && leads_to_call(i + 1));
    if (follows_first_side(i) && t.text.size() <= 6)
      return found_symbol{what, symbol_evidence::place, i, i};
    if ((named || side_behind || (side_before && (call_follows || ends))) && clear)
      return found_symbol{what, symbol_evidence::place, i, i};
    if (known && (side_before || (t.upper && view_.is_price(i + 1))))
      return found_symbol{what, symbol_evidence::place, i, i};
    // A name alone on the first line.
    if (begins_message && clear && view_.at(next) == term::newline && (known || t.text.size() >= 3))
      return found_symbol{what, symbol_evidence::place, i, i};
    // Before "stop" or "now" a word in small letters is a verb as well.
    const bool call_begins = call_follows && view_.at(next) != term::stop_label &&
                             view_.at(next) != term::market && view_.at(next) != term::entry_label;
    constexpr std::size_t longest_bare = 8;
    if (begins_message && call_begins && t.text.size() <= longest_bare)
      return found_symbol{what, symbol_evidence::position, i, i};
    if (side_before && view_.is_price(next))
      return found_symbol{what, symbol_evidence::position, i, i};
    if ((known && t.upper) || (view_.at(i) == term::unknown && is_unmistakable(t.text)))
      return found_symbol{what, symbol_evidence::known_coin, i, i};
    if (is_headed(i) && t.upper) return found_symbol{what, symbol_evidence::known_coin, i, i};
    if (begins_message && t.upper && view_.at(i + 1) == term::colon)
      return found_symbol{what, symbol_evidence::known_coin, i, i};
    if (t.upper && t.text.size() <= 6) return found_symbol{what, symbol_evidence::capitals, i, i};
    return std::nullopt;
  }

  const message_view& view_;
  std::vector<found_symbol> found_;
};

}  // namespace

std::vector<found_symbol> all_symbols(const message_view& view) {
  return searcher{view}.run();
}

}  // namespace outcry::signals
