#include "actors/signals/expiry.hpp"

#include <array>
#include <string_view>

namespace outcry::signals {

namespace {

constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};

/// The integer at mark `i`; 0 = none.
int integer_at(const message_view& view, std::size_t i, int most) {
  if (!view.has(i) || view.at(i) != term::number) return 0;
  const auto& t = view.first_token(i);
  const bool ordinal = t.unit == number_unit::ordinal;
  if (!ordinal && !view.is_plain_integer(i, most)) return 0;
  return static_cast<int>(t.value.units() / detail::decimal_one);
}

int month_at(const message_view& view, std::size_t i) {
  if (!view.has(i) || view.first_token(i).kind != token_kind::word) return 0;
  const auto word = view.word(i);
  if (word.size() < 3) return 0;
  for (std::size_t n = 0; n < months.size(); ++n)
    if (word.substr(0, 3) == months[n] &&
        (word.size() == 3 || word.size() > 4 || word == "july" || word == "june" || word == "sept"))
      return static_cast<int>(n) + 1;
  return 0;
}

bool exists(int month, int day) {
  constexpr std::array<int, 12> days = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month >= 1 && month <= 12 && day >= 1 && day <= days[static_cast<std::size_t>(month - 1)];
}

/// 21 and 2021; 0 = no year.
int year_of(int number) {
  if (number >= 20 && number <= 60) return 2000 + number;
  return number >= 2000 && number <= 2060 ? number : 0;
}

read_date made(int year, int month, int day, std::size_t marks) {
  return {{static_cast<std::uint16_t>(year), static_cast<std::uint8_t>(month),
           static_cast<std::uint8_t>(day)},
          marks};
}

}  // namespace

std::optional<read_date> read_expiry(const message_view& view, std::size_t i) {
  if (!view.has(i)) return std::nullopt;
  const auto word = view.word(i);
  if (word == "0dte" || word == "odte") return made(0, 0, 0, 1);
  if (const auto month = month_at(view, i)) {
    const auto day = integer_at(view, i + 1, 31);
    if (!exists(month, day)) return std::nullopt;
    const auto year = year_of(integer_at(view, i + 2, 2060));
    return made(year, month, day, year != 0 ? 3 : 2);
  }
  const auto first = integer_at(view, i, 2060);
  if (first == 0) return std::nullopt;
  if (const auto month = month_at(view, i + 1)) {
    if (!exists(month, first)) return std::nullopt;
    const auto year = year_of(integer_at(view, i + 2, 2060));
    return made(year, month, first, year != 0 ? 3 : 2);
  }
  const auto joint = view.at(i + 1);
  if ((joint != term::slash && joint != term::dash) || !view.glued(i + 1)) return std::nullopt;
  const auto second = integer_at(view, i + 2, 31);
  if (second == 0 || !view.glued(i + 2)) return std::nullopt;
  const bool third = view.at(i + 3) == joint && view.glued(i + 3);
  const auto last = third ? integer_at(view, i + 4, 2060) : 0;
  if (const auto year = year_of(first); year > 60 && first > 1000 && last != 0)
    return exists(second, last) ? std::optional{made(year, second, last, 5)} : std::nullopt;
  if (!exists(first, second)) return std::nullopt;
  if (!third) return made(0, first, second, 3);
  const auto year = year_of(last);
  return year != 0 ? std::optional{made(year, first, second, 5)} : std::nullopt;
}

}  // namespace outcry::signals
