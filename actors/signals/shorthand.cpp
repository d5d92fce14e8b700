#include "actors/signals/shorthand.hpp"

namespace outcry::signals {

namespace {

int128 power_of_ten(int n) {
  int128 result = 1;
  while (n-- > 0) result *= 10;
  return result;
}

bool within_factor_two(Price a, Price b) {
  return a.units() <= 2 * b.units() && b.units() <= 2 * a.units();
}

/// "58-57k": the letter is meant for both.
void share_multiplier(level& before, const level& x, const message_view& view) {
  const auto& first = view.first_token(before.mark);
  const auto& second = view.first_token(x.mark);
  if (!second.multiplied || first.multiplied || first.currency) return;
  constexpr int thousand = 1000;
  const auto meant = Price::from_units(before.value.units() * thousand);
  if (before.value < Price::from_integer(thousand) && within_factor_two(meant, x.value))
    before.value = meant;
}

void expand(std::vector<level>& list, const message_view& view) {
  for (std::size_t i = 1; i < list.size(); ++i) {
    if (!list[i].joined) continue;
    share_multiplier(list[i - 1], list[i], view);
    const auto& full = view.first_token(list[i - 1].mark);
    const auto& tail = view.first_token(list[i].mark);
    // The first price of the list gives the places when the one before was short itself.
    const auto& first = view.first_token(list[0].mark);
    const auto& pattern = full.fraction_digits == 0 ? first : full;
    if (auto x = complete(pattern, list[i - 1].value, tail)) list[i].value = *x;
  }
}

}  // namespace

std::optional<Price> complete(const token& full, Price value, const token& tail) {
  constexpr int places = 12;
  if (tail.fraction_digits != 0 || tail.multiplied || tail.currency) return std::nullopt;
  if (full.multiplied || full.fraction_digits > places || tail.whole_digits > places)
    return std::nullopt;
  if (within_factor_two(value, tail.value)) return std::nullopt;
  const int digits = tail.whole_digits;
  const int fraction = full.fraction_digits;
  if (fraction == 0 && digits >= full.whole_digits) return std::nullopt;
  if (fraction > 0 && digits > fraction) return std::nullopt;
  // The digits of `value` down to the written place, the last ones replaced.
  const auto unit = power_of_ten(places - fraction);
  const auto span = power_of_ten(digits);
  const auto written = value.units() / unit;
  const auto number = tail.value.units() / detail::decimal_one;
  const auto result = Price::from_units((written - written % span + number) * unit);
  if (!within_factor_two(value, result)) return std::nullopt;
  return result;
}

void expand_shorthand(level_set& levels, const message_view& view) {
  expand(levels.entries, view);
  expand(levels.buys, view);
  expand(levels.sells, view);
  expand(levels.targets, view);
}

}  // namespace outcry::signals
