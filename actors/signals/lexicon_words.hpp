#pragma once

#include <string_view>

#include "actors/signals/lexicon.hpp"

namespace outcry::signals {

/// Phrases of one meaning, separated by '|'.
struct word_family {
  term meaning;
  std::string_view phrases;
};

/// Every phrase that is known: the first family wins.
const word_family* begin_families();
const word_family* end_families();

/// The same of other languages than English; an English meaning goes before.
const word_family* begin_tongues();
const word_family* end_tongues();

}  // namespace outcry::signals
