#include "actors/signals/mark.hpp"

#include <array>
#include <iterator>

#include "actors/signals/instruments.hpp"

namespace outcry::signals {

namespace {

term sign_term(char c) {
  switch (c) {
    case '@':
      return term::at_sign;
    case ':':
      return term::colon;
    case '=':
      return term::equals;
    case '-':
      return term::dash;
    case '/':
      return term::slash;
    case ',':
      return term::comma;
    case ';':
      return term::comma;
    case '|':
      return term::pipe;
    case '+':
      return term::plus;
    case '&':
      return term::ampersand;
    case '>':
      return term::arrow;
    case '(':
    case '[':
    case '{':
      return term::open;
    case ')':
    case ']':
    case '}':
      return term::close;
    case '.':
      return term::dot;
    case '?':
      return term::question;
    case '!':
      return term::exclamation;
    default:
      return term::other_sign;
  }
}

term plain_term(const token& t) {
  switch (t.kind) {
    case token_kind::number:
      return term::number;
    case token_kind::tag:
      return term::tag;
    case token_kind::punctuation:
      return sign_term(t.sign);
    case token_kind::bullet:
      return term::bullet;
    case token_kind::newline:
      return term::newline;
    case token_kind::check:
      return term::check;
    case token_kind::emoji:
      return term::picture;
    case token_kind::mention:
      return term::mention;
    case token_kind::url:
      return term::link;
    default:
      return term::other;
  }
}

bool is_number_text(std::string_view text) {
  for (char c : text)
    if (c < '0' || c > '9') return false;
  return !text.empty();
}

/// "h4", "d1", "m15".
bool is_timeframe(std::string_view word) {
  return word.size() >= 2 && word.size() <= 3 && std::string_view{"hdwm"}.find(word[0]) < 4 &&
         is_number_text(word.substr(1));
}

/// A label with its number stuck to it, "tp2", or a factor, "x10".
bool numbered_word(std::string_view word, mark& into) {
  std::size_t stem = 0;
  while (stem < word.size() && (word[stem] < '0' || word[stem] > '9')) ++stem;
  const auto digits = word.substr(stem);
  if (stem == 0 || digits.size() > 2 || !is_number_text(digits)) return false;
  const auto name = word.substr(0, stem);
  auto meaning = name == "t" ? term::target_label : look_up(name);
  if (name == "x") meaning = term::times;
  if (meaning != term::target_label && meaning != term::entry_label &&
      meaning != term::stop_label && meaning != term::times && meaning != term::buy_word &&
      meaning != term::sell_word && meaning != term::add_label)
    return false;
  into.what = meaning;
  into.index = 0;
  for (char c : digits) into.index = static_cast<std::uint8_t>(into.index * 10 + (c - '0'));
  return true;
}

/// "#long" says long, "#binance" nothing; any other tag names a ticker.
term tag_term(const token& t) {
  const auto meaning = look_up(t.text);
  const bool letter = meaning == term::talk && t.upper && t.text.size() == 1;
  if (meaning == term::unknown || t.currency || letter || is_known_coin(t.text)) return term::tag;
  return meaning;
}

/// A stop sign, no entry, a shield, a cross, a sign that forbids.
bool is_stop_picture(char32_t x) {
  return x == 0x1F6D1 || x == 0x26D4 || x == 0x1F6E1 || x == 0x274C || x == 0x1F6AB;
}

class marker {
public:
  explicit marker(token_list&& text) {
    view_.text = std::move(text);
    view_.marks.reserve(view_.text.tokens.size());
  }

  message_view run() && {
    const auto& tokens = view_.text.tokens;
    while (at_ < tokens.size()) {
      mark m;
      m.first = static_cast<std::uint32_t>(at_);
      m.line = line_;
      if (tokens[at_].kind == token_kind::word)
        words(m);
      else
        m.what = plain_term(tokens[at_]);
      if (const auto dots = leader_dots(); dots > 0) {
        m.what = term::dash;
        m.count = dots;
      }
      if (tokens[at_].kind == token_kind::tag && !begins_pair()) m.what = tag_term(tokens[at_]);
      if (m.what == term::newline) ++line_;
      at_ += m.count;
      view_.marks.push_back(m);
    }
    view_.roles.assign(view_.marks.size(), role::none);
    circles_ = circles_are_labels();
    if (initials_are_labels()) read_initials();
    for (std::size_t i = 0; i < view_.size(); ++i) in_context(i);
    return std::move(view_);
  }

private:
  /// The word after `from`, where one glued dash or slash may stand between ("take-profit"), or a
  /// blank; 0 = none.
  std::size_t next_word(std::size_t from) const {
    const auto& tokens = view_.text.tokens;
    auto i = from + 1;
    if (i >= tokens.size()) return 0;
    if (tokens[i].kind == token_kind::word) return i;
    // "T.P", "S.L"
    const bool initial = tokens[i].is('.') && tokens[from].text.size() == 1;
    const bool joint =
        (tokens[i].is('-') || tokens[i].is('/') || tokens[i].is('&') || initial) && tokens[i].glued;
    if (!joint || i + 1 >= tokens.size()) return 0;
    return tokens[i + 1].kind == token_kind::word && tokens[i + 1].glued ? i + 1 : 0;
  }

  /// "Entry ..... 12": how many dots lead to a number; 0 = none do.
  std::uint32_t leader_dots() const {
    constexpr std::uint32_t least = 3;
    const auto& tokens = view_.text.tokens;
    std::uint32_t count = 0;
    if (at_ > 0 && tokens[at_ - 1].is('.')) return 0;  // counted already
    while (at_ + count < tokens.size() && tokens[at_ + count].is('.')) ++count;
    const bool leads = count >= least && at_ + count < tokens.size() &&
                       tokens[at_ + count].kind == token_kind::number;
    return leads ? count : 0;
  }

  /// "#TA/USDT": what the word means otherwise does not matter.
  bool begins_pair() const {
    const auto& tokens = view_.text.tokens;
    return at_ + 2 < tokens.size() &&
           (tokens[at_ + 1].is('/') || tokens[at_ + 1].is('-') || tokens[at_ + 1].is('|')) &&
           is_quote(tokens[at_ + 2].text);
  }

  void words(mark& m) {
    const auto& tokens = view_.text.tokens;
    const auto first = tokens[at_].text;
    m.what = look_up(first);
    if (m.what == term::unknown && is_timeframe(first)) m.what = term::timeframe;
    if (m.what == term::unknown) numbered_word(first, m);
    if (!begins_phrase(first)) return;
    std::array<char, 64> room{};
    std::size_t used = first.copy(room.data(), room.size());
    if (used != first.size()) return;
    auto from = at_;
    for (std::size_t n = 1; n < longest_phrase; ++n) {
      const auto next = next_word(from);
      if (next == 0) return;
      const auto word = tokens[next].text;
      if (used + 1 + word.size() > room.size()) return;
      room[used++] = ' ';
      used += word.copy(room.data() + used, word.size());
      from = next;
      const auto meaning = look_up({room.data(), used});
      if (meaning != term::unknown) {
        m.what = meaning;
        m.index = 0;
        m.count = static_cast<std::uint32_t>(next - at_ + 1);
        continue;
      }
      // "take profit 2" has its number apart; "stop loss1" does not.
      mark numbered;
      if (numbered_phrase({room.data(), used}, numbered)) {
        m.what = numbered.what;
        m.index = numbered.index;
        m.count = static_cast<std::uint32_t>(next - at_ + 1);
        return;
      }
    }
  }

  static bool numbered_phrase(std::string_view phrase, mark& m) {
    return phrase.size() > 2 && phrase.back() >= '0' && phrase.back() <= '9' &&
           phrase.find(' ') != std::string_view::npos && numbered_word(phrase, m);
  }

  /// A red circle before one price and a blue or green one before another, and no label for either:
  /// they are the stop and the target.
  bool circles_are_labels() const {
    bool red = false;
    bool other = false;
    for (std::size_t i = 0; i < view_.size(); ++i) {
      const auto x = view_.at(i);
      if (x == term::stop_label || x == term::target_label) return false;
      if (x != term::picture || !view_.is_price(i + 1)) continue;
      const auto picture = view_.first_token(i).picture;
      red = red || picture == red_circle;
      other = other || picture == blue_circle || picture == green_circle;
    }
    return red && other;
  }

  /// "E: 12 S: 11 T: 14", or each in a line of its own: the label whose first letter mark `i` is;
  /// `unknown` = none.
  term initial_at(std::size_t i) const {
    const auto word = view_.word(i);
    if (word.size() != 1 || view_.first_token(i).kind != token_kind::word) return term::unknown;
    const bool begins = i == 0 || view_.at(i - 1) == term::newline || view_.at(i - 1) == term::pipe;
    const bool colon = view_.at(i + 1) == term::colon || view_.at(i + 1) == term::equals;
    if (!(colon && view_.is_price(i + 2)) && !(begins && view_.is_price(i + 1)))
      return term::unknown;
    if (word == "e") return term::entry_label;
    if (word == "s") return term::stop_label;
    return word == "t" ? term::target_label : term::unknown;
  }

  /// Initials are labels only together, and where no label is written out.
  bool initials_are_labels() const {
    bool entry = false;
    bool stop = false;
    for (std::size_t i = 0; i < view_.size(); ++i) {
      const auto x = view_.at(i);
      if (x == term::stop_label || x == term::target_label || x == term::entry_label) return false;
      const auto initial = initial_at(i);
      entry = entry || initial == term::entry_label;
      stop = stop || initial == term::stop_label;
    }
    return entry && stop;
  }

  void read_initials() {
    for (std::size_t i = 0; i < view_.size(); ++i)
      if (const auto x = initial_at(i); x != term::unknown) view_.marks[i].what = x;
  }

  /// Meanings that depend on what stands beside.
  void in_context(std::size_t i) {
    auto& m = view_.marks[i];
    const auto word = view_.word(i);
    const auto before = [&](std::size_t n) {
      return i >= n ? view_.marks[i - n].what : term::newline;
    };
    if (m.what == term::filler && word == "be" && m.count == 1) {
      // The verb "to be" is everywhere; breakeven is in capitals or stands by a stop.
      const bool place = before(1) == term::stop_label || before(1) == term::at_sign ||
                         before(1) == term::change || before(1) == term::closed ||
                         before(1) == term::stopped || before(1) == term::trailing;
      const bool target = (before(1) == term::joiner || before(1) == term::filler) &&
                          (before(2) == term::stop_label || before(2) == term::change ||
                           before(2) == term::closed || before(2) == term::stopped);
      if (view_.first_token(i).upper || place || target) m.what = term::breakeven;
    }
    // A picture right before a price is its label.
    if (m.what == term::picture && view_.is_price(i + 1)) {
      const auto picture = view_.first_token(i).picture;
      if (picture == 0x1F3AF) m.what = term::target_label;
      if (is_stop_picture(picture)) m.what = term::stop_label;
      if (picture == 0x1F4B0 || picture == 0x1F4B5) m.what = term::entry_label;
      if (circles_) {
        if (picture == red_circle) m.what = term::stop_label;
        if (picture == blue_circle || picture == green_circle) m.what = term::target_label;
      }
    }
    if (m.what == term::talk && word == "t" && view_.is_plain_integer(i + 1, 20) &&
        is_separator(view_.at(i + 2)))
      m.what = term::target_label;
  }

  static constexpr char32_t red_circle = 0x1F534;
  static constexpr char32_t blue_circle = 0x1F535;
  static constexpr char32_t green_circle = 0x1F7E2;

  message_view view_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 0;
  bool circles_ = false;
};

constexpr std::string_view role_names[] = {
    "",          "label",       "side",        "symbol",       "entry",  "add",    "stop",
    "target",    "leverage",    "size",        "quantity",     "strike", "expiry", "order",
    "timeframe", "list number", "not a price", "stray number", "event"};
static_assert(std::size(role_names) == static_cast<std::size_t>(role::event) + 1);

}  // namespace

std::string_view to_string(role x) {
  return role_names[static_cast<std::size_t>(x)];
}

bool message_view::is_plain_integer(std::size_t i, int most) const {
  if (!is_price(i)) return false;
  const auto& t = first_token(i);
  return t.fraction_digits == 0 && !t.currency && !t.multiplied && t.value.is_positive() &&
         t.value <= Price::from_integer(most);
}

message_view view_message(std::string_view text) {
  return marker{tokenize(text)}.run();
}

bool is_separator(term x) {
  return x == term::colon || x == term::equals || x == term::dash || x == term::arrow ||
         x == term::pipe;
}

bool is_sentence_end(term x) {
  return x == term::newline || x == term::dot || x == term::exclamation || x == term::question;
}

}  // namespace outcry::signals
