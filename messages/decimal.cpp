#include "messages/decimal.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "messages/detail/decimal_text.hpp"
#include "messages/detail/text.hpp"

namespace outcry::detail {

namespace {

/// The magnitude of the lowest int128; the highest one's is one less.
constexpr auto sign_bit = static_cast<unsigned_int128>(1) << 127;

/// Digits whose value surely fits 64 bits.
constexpr std::size_t short_digits = 18;

constexpr auto powers_of_ten = [] {
  std::array<unsigned_int128, 39> result{};
  unsigned_int128 power = 1;
  for (auto& x : result) {
    x = power;
    power *= 10;
  }
  return result;
}();

std::string_view take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  const auto result = text.substr(0, n);
  text.remove_prefix(n);
  return result;
}

tl::unexpected<std::string> refuse(std::string_view what, std::string_view text) {
  return tl::unexpected{std::string{what} + ": \"" + shown(text) + '"'};
}

/// `[e[+-]digits]`; nothing is 0. Far exponents saturate: every text is shorter than they are.
bool take_exponent(std::string_view& text, std::int64_t& exponent) {
  exponent = 0;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const auto digits = take_digits(text);
  if (digits.empty()) return false;
  constexpr std::int64_t limit = 1'000'000'000'000'000;
  for (const char c : digits) exponent = std::min(exponent * 10 + (c - '0'), limit);
  if (negative) exponent = -exponent;
  return text.empty();
}

/// The value of the digits of `whole` followed by those of `fraction`.
std::uint64_t short_value(std::string_view whole, std::string_view fraction) {
  std::uint64_t value = 0;
  for (const char c : whole) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  for (const char c : fraction) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

unsigned_int128 magnitude(int128 x) {
  return x < 0 ? -static_cast<unsigned_int128>(x) : static_cast<unsigned_int128>(x);
}

/// Throws std::overflow_error if the number does not fit.
int128 signed_value(unsigned_int128 value, bool negative) {
  if (value >= sign_bit && !(negative && value == sign_bit)) {
    throw std::overflow_error{"decimal result is out of range"};
  }
  return static_cast<int128>(negative ? -value : value);
}

struct wide {
  unsigned_int128 high;
  unsigned_int128 low;
};

wide multiply_wide(unsigned_int128 a, unsigned_int128 b) {
  constexpr auto mask = static_cast<unsigned_int128>(~std::uint64_t{0});
  const auto low = (a & mask) * (b & mask);
  const auto cross1 = (a >> 64) * (b & mask);
  const auto cross2 = (a & mask) * (b >> 64);
  const auto middle = (low >> 64) + (cross1 & mask) + (cross2 & mask);
  return {(a >> 64) * (b >> 64) + (cross1 >> 64) + (cross2 >> 64) + (middle >> 64),
          (middle << 64) | (low & mask)};
}

struct division {
  unsigned_int128 value;  ///< all ones when the quotient does not fit 128 bits
  unsigned_int128 remainder;
};

division divide_wide(wide x, unsigned_int128 divisor) {
  if (x.high == 0) {
    const auto value = x.low / divisor;
    return {value, x.low - value * divisor};
  }
  if (divisor >> 64 == 0) {
    // Long division in 64-bit steps: the remainder stays below 2^64.
    const std::array<std::uint64_t, 4> limbs{
        static_cast<std::uint64_t>(x.high >> 64), static_cast<std::uint64_t>(x.high),
        static_cast<std::uint64_t>(x.low >> 64), static_cast<std::uint64_t>(x.low)};
    std::array<std::uint64_t, 4> quotient{};
    unsigned_int128 remainder = 0;
    for (std::size_t i = 0; i < limbs.size(); ++i) {
      const auto step = (remainder << 64) | limbs[i];
      quotient[i] = static_cast<std::uint64_t>(step / divisor);
      remainder = step % divisor;
    }
    // Beyond 2^128 the value is out of range whatever its lower half says.
    const auto value = quotient[0] != 0 || quotient[1] != 0
                           ? ~static_cast<unsigned_int128>(0)
                           : (static_cast<unsigned_int128>(quotient[2]) << 64) | quotient[3];
    return {value, remainder};
  }
  if (x.high >= divisor) return {~static_cast<unsigned_int128>(0), 0};
  // Bit by bit; amounts of money people have never come here.
  auto remainder = x.high;
  auto value = x.low;
  for (int i = 0; i < 128; ++i) {
    const bool carry = (remainder >> 127) != 0;
    remainder = (remainder << 1) | (value >> 127);
    value <<= 1;
    if (carry || remainder >= divisor) {
      remainder -= divisor;
      value |= 1;
    }
  }
  return {value, remainder};
}

bool rounds_up(rounding how, unsigned_int128 value, unsigned_int128 remainder,
               unsigned_int128 divisor) {
  if (remainder == 0 || how == rounding::down) return false;
  if (how == rounding::up) return true;
  const auto rest = divisor - remainder;
  if (remainder != rest) return remainder > rest;
  return how == rounding::half_even && (value & 1) != 0;
}

/// The units of one step of the last of `places`.
unsigned_int128 step_of(int places) {
  if (places < 0 || places > decimal_places) {
    throw std::domain_error{"decimal places are 0 to 12"};
  }
  return powers_of_ten[static_cast<std::size_t>(decimal_places - places)];
}

}  // namespace

tl::expected<int128, std::string> parse_decimal_units(std::string_view text) {
  auto rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  auto whole = take_digits(rest);
  if (whole.empty()) return refuse("not a decimal number", text);
  std::string_view fraction;
  if (!rest.empty() && rest[0] == '.') {
    rest.remove_prefix(1);
    fraction = take_digits(rest);
    if (fraction.empty()) return refuse("not a decimal number", text);
  }
  if (rest.empty() && fraction.size() <= std::size_t{decimal_places} &&
      whole.size() + fraction.size() <= short_digits) {
    const auto units = static_cast<int128>(short_value(whole, fraction) *
                                           powers_of_ten[decimal_places - fraction.size()]);
    return negative ? -units : units;
  }
  std::int64_t exponent = 0;
  if (!take_exponent(rest, exponent)) return refuse("not a decimal number", text);

  std::string digits;
  digits.reserve(whole.size() + fraction.size());
  digits.append(whole).append(fraction);
  // The number is `digits` * 10^power.
  auto power = exponent - static_cast<std::int64_t>(fraction.size());
  const auto last = digits.find_last_not_of('0');
  if (last == std::string::npos) return 0;
  power += static_cast<std::int64_t>(digits.size() - 1 - last);
  digits.erase(last + 1);
  digits.erase(0, digits.find_first_not_of('0'));

  const auto shift = power + decimal_places;
  if (shift < 0) return refuse("more than 12 decimal places", text);
  const auto total = shift + static_cast<std::int64_t>(digits.size());
  // 2^127 is 1.7 * 10^38, and what is below 3.4 * 10^38 does not wrap 128 bits.
  if (total > 39 || (total == 39 && digits[0] > '1')) return refuse("out of range", text);
  unsigned_int128 units = 0;
  for (const char c : digits) units = units * 10 + static_cast<unsigned>(c - '0');
  units *= powers_of_ten[static_cast<std::size_t>(shift)];
  if (units > sign_bit || (units == sign_bit && !negative)) return refuse("out of range", text);
  return static_cast<int128>(negative ? -units : units);
}

void append_decimal_units(std::string& out, int128 units) {
  // Filled from the back: sign, 27 digits, point, 12 digits.
  std::array<char, 41> buffer;
  auto at = buffer.size();
  const auto whole_units = magnitude(units);
  unsigned_int128 rest = 0;
  std::uint64_t fraction = 0;
  // Divisions of 128 bits cost ten times as much as those of 64.
  if (whole_units >> 64 == 0) {
    const auto few = static_cast<std::uint64_t>(whole_units);
    rest = few / static_cast<std::uint64_t>(decimal_one);
    fraction = few % static_cast<std::uint64_t>(decimal_one);
  } else {
    rest = whole_units / static_cast<unsigned_int128>(decimal_one);
    fraction = static_cast<std::uint64_t>(whole_units % static_cast<unsigned_int128>(decimal_one));
  }
  if (fraction != 0) {
    int places = decimal_places;
    // At most 11 zeros at the end.
    for (auto [zeros, power] : {std::pair{8, 100'000'000U}, {4, 10'000U}, {2, 100U}, {1, 10U}}) {
      if (fraction % power != 0) continue;
      fraction /= power;
      places -= zeros;
    }
    for (; places > 0; --places) {
      buffer[--at] = static_cast<char>('0' + fraction % 10);
      fraction /= 10;
    }
    buffer[--at] = '.';
  }
  for (; rest >> 64 != 0; rest /= 10)
    buffer[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
  auto left = static_cast<std::uint64_t>(rest);
  do {
    buffer[--at] = static_cast<char>('0' + left % 10);
    left /= 10;
  } while (left != 0);
  if (units < 0) buffer[--at] = '-';
  out.append(buffer.data() + at, buffer.size() - at);
}

std::string decimal_units_to_string(int128 units) {
  std::string result;
  append_decimal_units(result, units);
  return result;
}

int128 checked_add(int128 a, int128 b) {
  int128 result = 0;
  if (__builtin_add_overflow(a, b, &result)) {
    throw std::overflow_error{"decimal sum is out of range"};
  }
  return result;
}

int128 checked_subtract(int128 a, int128 b) {
  int128 result = 0;
  if (__builtin_sub_overflow(a, b, &result)) {
    throw std::overflow_error{"decimal difference is out of range"};
  }
  return result;
}

int128 multiply_units(int128 a, int128 b, rounding how) {
  return multiply_divide(a, b, decimal_one, how);
}

int128 multiply_divide(int128 a, int128 b, int128 c, rounding how) {
  if (c == 0) throw std::domain_error{"decimal division by zero"};
  const bool negative = ((a < 0) != (b < 0)) != (c < 0);
  const auto divisor = magnitude(c);
  auto [value, remainder] = divide_wide(multiply_wide(magnitude(a), magnitude(b)), divisor);
  if (rounds_up(how, value, remainder, divisor) && value < sign_bit + 1) ++value;
  return signed_value(value, negative);
}

int128 round_units(int128 units, int places, rounding how) {
  const auto step = step_of(places);
  auto value = magnitude(units);
  // Prices fit 64 bits, and there a division costs a tenth.
  const auto remainder = value >> 64 == 0
                             ? static_cast<std::uint64_t>(value) % static_cast<std::uint64_t>(step)
                             : value % step;
  if (remainder == 0) return units;
  value -= remainder;
  if (rounds_up(how, value / step, remainder, step)) value += step;
  return signed_value(value, units < 0);
}

int128 divide_units(int128 a, int128 b, int places, rounding how) {
  const auto step = static_cast<int128>(step_of(places));
  return multiply_units(multiply_divide(a, decimal_one / step, b, how), step * decimal_one, how);
}

}  // namespace outcry::detail
