#include <algorithm>
#include <array>
#include <span>

#include "actors/signals/glyph.hpp"
#include "actors/signals/number.hpp"
#include "actors/signals/token.hpp"

namespace outcry::signals {

namespace {

bool is_wordy(const glyph& g) {
  return g.kind == glyph_class::letter || g.kind == glyph_class::other_letter ||
         g.kind == glyph_class::digit;
}

class tokenizer {
public:
  explicit tokenizer(std::string_view text) : text_(text), glyphs_(fold_text(text)) {
    // Folding never makes a text longer, so the views into the letters stay valid.
    result_.letters.reserve(text.size() + 1);
    result_.tokens.reserve(glyphs_.size() / 3 + 8);
  }

  token_list run() && {
    quoted_ = is_quoted();
    while (at_ < glyphs_.size()) step();
    return std::move(result_);
  }

private:
  const glyph* peek(std::size_t n = 0) const {
    return at_ + n < glyphs_.size() ? &glyphs_[at_ + n] : nullptr;
  }

  bool sign_at(std::size_t n, char c) const {
    const auto* g = peek(n);
    return g != nullptr && g->kind == glyph_class::punctuation && g->c == c;
  }

  bool digit_at(std::size_t n) const {
    const auto* g = peek(n);
    return g != nullptr && g->kind == glyph_class::digit;
  }

  bool blank_at(std::size_t n) const {
    const auto* g = peek(n);
    return g != nullptr && g->kind == glyph_class::space;
  }

  bool letter_at(std::size_t n) const {
    const auto* g = peek(n);
    return g != nullptr && (g->kind == glyph_class::letter || g->kind == glyph_class::other_letter);
  }

  /// Appends a token made of the next `count` glyphs.
  token& emit(token t, token_kind kind, std::size_t count) {
    const auto& first = glyphs_[at_];
    const auto& last = glyphs_[at_ + count - 1];
    t.kind = kind;
    t.offset = first.offset;
    t.length = last.offset + last.length - first.offset;
    t.glued = glued_;
    glued_ = kind != token_kind::newline;
    at_ += count;
    result_.tokens.push_back(t);
    return result_.tokens.back();
  }

  /// The folded letters of `count` glyphs from `n` on.
  std::string_view spell(std::size_t n, std::size_t count) {
    const auto start = result_.letters.size();
    for (std::size_t i = n; i < n + count; ++i) {
      const auto& g = glyphs_[at_ + i];
      if (g.kind == glyph_class::other_letter)
        append_letter(g, text_, result_.letters);
      else if (g.c != '\'' || g.kind != glyph_class::punctuation)
        result_.letters.push_back(g.c);
    }
    return {result_.letters.data() + start, result_.letters.size() - start};
  }

  bool begins_quote(std::size_t at) const {
    return glyphs_[at].kind == glyph_class::punctuation && glyphs_[at].c == '>' &&
           at + 1 < glyphs_.size() && glyphs_[at + 1].kind == glyph_class::space;
  }

  /// Every line that is not empty begins with "> ": a way to set off a whole message. A quote with
  /// something of the author's own is left as it is.
  bool is_quoted() const {
    bool any = false;
    bool first = true;
    for (std::size_t i = 0; i < glyphs_.size(); ++i) {
      const auto kind = glyphs_[i].kind;
      if (kind == glyph_class::newline) {
        first = true;
      } else if (first && kind != glyph_class::space) {
        if (!begins_quote(i)) return false;
        any = true;
        first = false;
      }
    }
    return any;
  }

  void step() {
    const auto& g = glyphs_[at_];
    const bool begins_line =
        result_.tokens.empty() || result_.tokens.back().kind == token_kind::newline;
    if (quoted_ && begins_line && begins_quote(at_)) {
      at_ += 2;
      glued_ = false;
      return;
    }
    switch (g.kind) {
      case glyph_class::space:
        glued_ = false;
        ++at_;
        return;
      case glyph_class::newline:
        emit({}, token_kind::newline, 1);
        return;
      case glyph_class::letter:
      case glyph_class::other_letter:
        word(0);
        return;
      case glyph_class::digit:
        number();
        return;
      case glyph_class::bullet:
        emit({}, token_kind::bullet, 1).index = static_cast<std::uint8_t>(g.c);
        return;
      case glyph_class::half:
        emit({}, token_kind::word, 1).text = "half";
        return;
      case glyph_class::check:
        emit({}, token_kind::check, 1);
        return;
      case glyph_class::emoji:
        emit({}, token_kind::emoji, 1).picture = g.code;
        return;
      case glyph_class::punctuation:
        punctuation(g.c);
        return;
    }
  }

  void punctuation(char c) {
    if (c == '<' && bracketed()) return;
    if (c == ':' && shortcode()) return;
    if ((c == '#' || c == '$') && tag()) return;
    if (c == '@' && person()) return;
    if (c == '$' && (digit_at(1) || (sign_at(1, '.') && digit_at(2)))) {
      // The sign belongs to the number.
      ++at_;
      currency_ = true;
      return;
    }
    if (c == '$' && blank_at(1) && digit_at(2) && !behind_number()) {
      at_ += 2;
      glued_ = false;
      currency_ = true;
      return;
    }
    if (c == '.' && digit_at(1) && (currency_ || !follows_number()) && !dotted_number(1))
      return number();
    if (c == '*' || c == '`' || c == '"' || c == '\\' ||
        ((c == '~' || c == '_' || c == '|') && sign_at(1, c))) {
      // Markdown: it ends words and says nothing.
      at_ += c == '~' || c == '_' || c == '|' ? 2 : 1;
      glued_ = false;
      return;
    }
    if (c == '~' || c == '_') c = '-';
    emit({}, token_kind::punctuation, 1).sign = c;
  }

  /// Digits with a dot of their own from `n` on: the dot before them ("sl.1.25") is none of theirs.
  bool dotted_number(std::size_t n) const {
    constexpr std::size_t most_digits = 12;
    const auto first = n;
    while (n < first + most_digits && digit_at(n)) ++n;
    return sign_at(n, '.') && digit_at(n + 1);
  }

  bool behind_number() const {
    return !result_.tokens.empty() && result_.tokens.back().kind == token_kind::number;
  }

  bool follows_number() const { return glued_ && behind_number(); }

  /// <@123>, <:name:123>, <https://...>: Discord's own brackets.
  bool bracketed() {
    constexpr std::size_t most = 200;
    const bool link = peek(1) != nullptr && glyphs_[at_ + 1].c == 'h';
    const bool other = sign_at(1, '@') || sign_at(1, '#') || sign_at(1, ':') || sign_at(1, '/') ||
                       (sign_at(2, ':') && letter_at(1));
    if (!link && !other) return false;
    for (std::size_t n = 1; n < most; ++n) {
      const auto* g = peek(n);
      if (g == nullptr || g->kind == glyph_class::newline || g->kind == glyph_class::space)
        return false;
      if (!sign_at(n, '>')) continue;
      const bool picture = sign_at(1, ':') || (letter_at(1) && !link);
      emit({}, link ? token_kind::url : picture ? token_kind::emoji : token_kind::mention, n + 1);
      return true;
    }
    return false;
  }

  /// :rocket:
  bool shortcode() {
    constexpr std::size_t most = 40;
    bool letters = false;
    for (std::size_t n = 1; n < most; ++n) {
      const auto* g = peek(n);
      if (g == nullptr) return false;
      if (sign_at(n, ':')) {
        if (!letters || n < 3) return false;
        emit({}, token_kind::emoji, n + 1);
        return true;
      }
      const bool small = g->kind == glyph_class::letter && !g->upper;
      letters = letters || small;
      if (!small && g->kind != glyph_class::digit && !sign_at(n, '_') && !sign_at(n, '+'))
        return false;
    }
    return false;
  }

  /// #BTC, $AAPL.
  bool tag() {
    std::size_t n = 1;
    while (peek(n) != nullptr && is_wordy(*peek(n))) ++n;
    bool letters = false;
    for (std::size_t i = 1; i < n; ++i) letters = letters || letter_at(i);
    if (!letters && sign_at(0, '#') && n > 1) {
      // "#1131" numbers the message; "Target#1.52" is a price.
      const bool price = (sign_at(n, '.') && digit_at(n + 1)) || glued_;
      if (price) return false;
      emit({}, token_kind::other, n);
      return true;
    }
    if (!letters) return false;
    // "$1.2k" and "$50c" are amounts.
    if (sign_at(0, '$') && digit_at(1)) return false;
    token t;
    t.text = spell(1, n - 1);
    t.upper = capitals(1, n);
    t.currency = sign_at(0, '$');
    emit(t, token_kind::tag, n);
    return true;
  }

  /// @name, unless it is a price's "@" or a word that says where: "@market".
  bool person() {
    if (!letter_at(1)) return false;
    std::size_t n = 1;
    while (peek(n) != nullptr && (is_wordy(*peek(n)) || sign_at(n, '_'))) ++n;
    const auto kept = result_.letters.size();
    const auto name = spell(1, n - 1);
    constexpr std::array<std::string_view, 8> places = {"market", "cmp",       "mkt",   "be",
                                                        "entry",  "breakeven", "price", "m"};
    if (std::find(places.begin(), places.end(), name) != places.end()) {
      result_.letters.resize(kept);
      return false;
    }
    token t;
    t.text = name;
    emit(t, token_kind::mention, n);
    return true;
  }

  bool capitals(std::size_t first, std::size_t last) const {
    bool any = false;
    for (auto i = first; i < last; ++i) {
      const auto& g = glyphs_[at_ + i];
      if (g.kind == glyph_class::other_letter || (g.kind == glyph_class::letter && !g.upper))
        return false;
      any = any || g.upper;
    }
    return any;
  }

  bool url(std::size_t letters) {
    const auto is = [&](std::size_t n, std::string_view what) {
      for (std::size_t i = 0; i < what.size(); ++i)
        if (peek(n + i) == nullptr || glyphs_[at_ + n + i].c != what[i]) return false;
      return true;
    };
    const bool scheme = is(letters, "://");
    constexpr std::array<std::string_view, 6> ends = {".com", ".io", ".me", ".gg", ".org", ".net"};
    const bool site = std::any_of(ends.begin(), ends.end(), [&](std::string_view end) {
      return is(letters, end) && !letter_at(letters + end.size());
    });
    if (!scheme && !site && !is(0, "www.")) return false;
    std::size_t n = letters;
    while (peek(n) != nullptr && peek(n)->kind != glyph_class::space &&
           peek(n)->kind != glyph_class::newline && !sign_at(n, ')') && !sign_at(n, '>'))
      ++n;
    emit({}, token_kind::url, n);
    return true;
  }

  /// Letters and digits that follow `digits` leading ones.
  void word(std::size_t digits) {
    std::size_t n = digits;
    while (peek(n) != nullptr && (is_wordy(*peek(n)) || (sign_at(n, '\'') && n > 0 &&
                                                         letter_at(n - 1) && letter_at(n + 1))))
      ++n;
    if (digits == 0 && url(n)) return;
    if (digits == 0) n = cut_price_off(n);
    token t;
    t.text = spell(0, n);
    t.upper = capitals(0, n);
    emit(t, token_kind::word, n);
  }

  /// "SL1.0850" and "TP105000" are a word and a price; "TP2", "H4" and "US30" are words. Returns
  /// how long the word is.
  std::size_t cut_price_off(std::size_t n) {
    std::size_t stem = 0;
    while (stem < n && letter_at(stem)) ++stem;
    const auto digits = n - stem;
    if (digits == 0 || stem == 0) return n;
    for (auto i = stem; i < n; ++i)
      if (!digit_at(i)) return n;
    const bool fraction = (sign_at(n, '.') || sign_at(n, ',')) && digit_at(n + 1);
    if (!fraction && digits < 3) return n;
    const auto kept = result_.letters.size();
    const auto name = spell(0, stem);
    constexpr std::array<std::string_view, 10> labels = {"sl",    "tp",  "entry", "stop", "target",
                                                         "entry", "buy", "sell",  "pt",   "tgt"};
    const bool label = std::find(labels.begin(), labels.end(), name) != labels.end();
    result_.letters.resize(kept);
    return label ? stem : n;
  }

  void number() {
    token t;
    const auto used = read_number(std::span{glyphs_}.subspan(at_), t);
    if (used == 0) {
      std::size_t digits = 0;
      while (digit_at(digits)) ++digits;
      if (digits > 0) return word(digits);
      emit({}, token_kind::punctuation, 1).sign = '.';
      return;
    }
    t.text = spell(0, used);
    t.currency = t.currency || currency_;
    currency_ = false;
    emit(t, t.kind, used);
  }

  std::string_view text_;
  std::vector<glyph> glyphs_;
  token_list result_;
  std::size_t at_ = 0;
  bool glued_ = false;
  bool quoted_ = false;    ///< all of it stands in a quote
  bool currency_ = false;  ///< a currency sign went before
};

}  // namespace

std::string_view to_string(token_kind x) {
  switch (x) {
    case token_kind::word:
      return "word";
    case token_kind::number:
      return "number";
    case token_kind::tag:
      return "tag";
    case token_kind::punctuation:
      return "sign";
    case token_kind::bullet:
      return "bullet";
    case token_kind::newline:
      return "newline";
    case token_kind::check:
      return "check";
    case token_kind::emoji:
      return "emoji";
    case token_kind::mention:
      return "mention";
    case token_kind::url:
      return "link";
    case token_kind::other:
      break;
  }
  return "other";
}

token_list tokenize(std::string_view text) {
  return tokenizer{text}.run();
}

}  // namespace outcry::signals
