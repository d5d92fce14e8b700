#include "actors/signals/glyph.hpp"

#include <optional>

namespace outcry::signals {

namespace {

struct decoded {
  char32_t code = 0xFFFD;
  std::uint8_t length = 1;
};

/// One code point of UTF-8 at `text`, which is not empty.
decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  std::uint8_t length = 0;
  char32_t code = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    code = lead & 0x1FU;
  } else if ((lead & 0xF0U) == 0xE0) {
    length = 3;
    code = lead & 0x0FU;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    code = lead & 0x07U;
  }
  if (length == 0 || text.size() < length) return {};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  const bool too_long = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (too_long || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, length};
}

bool within(char32_t x, char32_t first, char32_t last) {
  return x >= first && x <= last;
}

/// The ASCII sign a look-alike stands for; 0 = none.
char plain_sign(char32_t x) {
  if (within(x, 0xFF01, 0xFF5E)) return static_cast<char>(x - 0xFF01 + 0x21);
  if (within(x, 0x1D400, 0x1D6A3)) {
    const auto i = (x - 0x1D400) % 52;
    return static_cast<char>(i < 26 ? 'A' + i : 'a' + (i - 26));
  }
  if (within(x, 0x1D7CE, 0x1D7FF)) return static_cast<char>('0' + (x - 0x1D7CE) % 10);
  if (within(x, 0x24B6, 0x24CF)) return static_cast<char>('A' + (x - 0x24B6));
  if (within(x, 0x24D0, 0x24E9)) return static_cast<char>('a' + (x - 0x24D0));
  if (within(x, 0x1F130, 0x1F149)) return static_cast<char>('A' + (x - 0x1F130));
  if (within(x, 0x1F170, 0x1F189)) return static_cast<char>('A' + (x - 0x1F170));
  switch (x) {
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
    case 0x2500:
    case 0x2501:
    case 0x2796:
    case 0xFE58:
      return '-';
    case 0x2192:
    case 0x21D2:
    case 0x2794:
    case 0x279C:
    case 0x279D:
    case 0x279E:
    case 0x27A1:
      return '>';
    case 0x2018:
    case 0x2019:
    case 0xB4:
      return '\'';
    case 0x201C:
    case 0x201D:
    case 0xAB:
    case 0xBB:
      return '"';
    case 0x20AC:
    case 0xA3:
    case 0xA5:
    case 0x20B9:
    case 0x20BF:
    case 0x20AE:
      return '$';
    case 0x2026:
      return '.';
    case 0xD7:
      return 'x';
    case 0x2236:
      return ':';
    case 0x2044:
    case 0x2215:
      return '/';
    default:
      return 0;
  }
}

/// Digits and separators of Arabic and Persian; 0 = none.
char plain_digit(char32_t x) {
  if (within(x, 0x660, 0x669)) return static_cast<char>('0' + (x - 0x660));
  if (within(x, 0x6F0, 0x6F9)) return static_cast<char>('0' + (x - 0x6F0));
  if (x == 0x66B) return '.';
  if (x == 0x66C || x == 0x60C) return ',';
  return 0;
}

/// Latin letters with accents and Cyrillic ones in small; others as they are.
char32_t small_letter(char32_t x) {
  constexpr char32_t cyrillic_step = 0x20;
  if (within(x, 0xC0, 0xDE) && x != 0xD7) return x + 0x20;
  if (within(x, 0x410, 0x42F)) return x + cyrillic_step;
  if (within(x, 0x400, 0x40F)) return x + 0x50;
  if (x == 0x130) return 'i';
  if (within(x, 0x100, 0x137)) return x | 1U;
  if (within(x, 0x14A, 0x177)) return x | 1U;
  return x;
}

/// The number in a circle; nothing = no such sign.
std::optional<char> circled_number(char32_t x) {
  if (within(x, 0x2460, 0x2473)) return static_cast<char>(x - 0x2460 + 1);
  if (within(x, 0x2474, 0x2487)) return static_cast<char>(x - 0x2474 + 1);
  if (within(x, 0x2488, 0x249B)) return static_cast<char>(x - 0x2488 + 1);
  if (within(x, 0x2776, 0x277F)) return static_cast<char>(x - 0x2776 + 1);
  if (within(x, 0x2780, 0x2793)) return static_cast<char>((x - 0x2780) % 10 + 1);
  return std::nullopt;
}

bool is_blank(char32_t x) {
  return x == ' ' || x == '\t' || x == 0xA0 || within(x, 0x2000, 0x200A) || x == 0x202F ||
         x == 0x205F || x == 0x3000;
}

/// Signs that only change how others look.
bool is_invisible(char32_t x) {
  return within(x, 0x200B, 0x200F) || within(x, 0x202A, 0x202E) || within(x, 0x2060, 0x2064) ||
         x == 0xFEFF || within(x, 0xFE00, 0xFE0F) || within(x, 0x1F3FB, 0x1F3FF) || x == 0xAD ||
         within(x, 0x300, 0x36F) || within(x, 0xE0000, 0xE007F);
}

bool is_picture(char32_t x) {
  return x < 0x20 || x == 0x7F || within(x, 0x80, 0xBF) || within(x, 0x2000, 0x2BFF) ||
         within(x, 0x3001, 0x303F) || within(x, 0xE000, 0xF8FF) || within(x, 0x1F000, 0x1FAFF) ||
         x == 0xFFFD;
}

bool is_check(char32_t x) {
  return x == 0x2705 || x == 0x2714 || x == 0x2611 || x == 0x2713;
}

void classify_ascii(glyph& g, char c) {
  g.c = c;
  if (c >= '0' && c <= '9') {
    g.kind = glyph_class::digit;
  } else if (c >= 'a' && c <= 'z') {
    g.kind = glyph_class::letter;
  } else if (c >= 'A' && c <= 'Z') {
    g.kind = glyph_class::letter;
    g.upper = true;
    g.c = static_cast<char>(c - 'A' + 'a');
  } else {
    g.kind = glyph_class::punctuation;
  }
}

}  // namespace

void append_letter(const glyph& g, std::string_view text, std::vector<char>& into) {
  if (g.code < 0x80) {
    into.push_back(static_cast<char>(g.code));
  } else if (g.code < 0x800) {
    into.push_back(static_cast<char>(0xC0U | (g.code >> 6U)));
    into.push_back(static_cast<char>(0x80U | (g.code & 0x3FU)));
  } else {
    into.insert(into.end(), text.begin() + g.offset, text.begin() + g.offset + g.length);
  }
}

std::vector<glyph> fold_text(std::string_view text) {
  std::vector<glyph> result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = decode(text.substr(at));
    glyph g;
    g.offset = static_cast<std::uint32_t>(at);
    g.length = length;
    at += length;
    if (code == 0x20E3) {
      // A digit on a key: the digit went before.
      if (!result.empty() && result.back().kind == glyph_class::digit) {
        result.back().kind = glyph_class::bullet;
        result.back().c = static_cast<char>(result.back().c - '0');
      }
      continue;
    }
    if (is_invisible(code)) continue;
    if (code == '\n' || code == '\r' || code == 0x2028 || code == 0x2029 || code == 0x85) {
      g.kind = glyph_class::newline;
    } else if (is_blank(code)) {
      g.kind = glyph_class::space;
    } else if (code > 0x20 && code < 0x7F) {
      classify_ascii(g, static_cast<char>(code));
    } else if (const auto sign = plain_sign(code); sign != 0) {
      classify_ascii(g, sign);
    } else if (const auto digit = plain_digit(code); digit != 0) {
      classify_ascii(g, digit);
    } else if (const auto number = circled_number(code)) {
      g.kind = glyph_class::bullet;
      g.c = *number;
    } else if (code == 0xBD) {
      g.kind = glyph_class::half;
    } else if (is_check(code)) {
      g.kind = glyph_class::check;
    } else {
      g.kind = is_picture(code) ? glyph_class::emoji : glyph_class::other_letter;
      g.code = g.kind == glyph_class::other_letter ? small_letter(code) : code;
    }
    result.push_back(g);
  }
  return result;
}

}  // namespace outcry::signals
