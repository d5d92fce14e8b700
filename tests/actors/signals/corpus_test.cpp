#include <cstdlib>
#include <iostream>

#include <catch2/catch.hpp>

#include "tests/actors/signals/corpus_score.hpp"
#include "tests/support/skip.hpp"

namespace {

using namespace outcry::test;

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

void print(const char* part, const corpus_score& x) {
  const auto line = [](const char* what, const class_score& c) {
    std::cout << "  " << what << ": precision " << share(c.right, c.read) << " (" << c.right << "/"
              << c.read << "), recall " << share(c.right, c.total) << " (" << c.right << "/"
              << c.total << "), left to a person " << c.cautious << "\n";
  };
  std::cout << part << "\n";
  line("signals", x.signals);
  line("updates", x.updates);
  std::cout << "  noise " << x.noise << ", to be refused " << x.rejects << ": read as a signal "
            << x.false_trades << ", as an update " << x.false_updates << "\n";
  if (std::getenv("OUTCRY_SHOW_MISSES") != nullptr)
    for (const auto& miss : x.misses) std::cout << "    " << miss << "\n";
}

}  // namespace

TEST_CASE("labelled messages of real channels are read rightly") {
  const auto corpus = read_corpus(SOURCE_ROOT "/../shared/data/signals/signals.jsonl");
  if (!corpus) OUTCRY_SKIP("no ../shared/data/signals/signals.jsonl");
  const auto seen = score(*corpus, false);
  print("seen while the rules were written", seen);
  const auto held_out = score(*corpus, true);
  print("held out", held_out);
  for (const auto* x : {&seen, &held_out}) {
    CHECK(x->false_trades == 0);
    CHECK(x->false_updates == 0);
    // What is read as a signal is right in every part.
    CHECK(x->signals.right == x->signals.read);
    CHECK(share(x->updates.right, x->updates.read) >= 0.95);
    CHECK(share(x->updates.right, x->updates.total) >= 0.95);
  }
  CHECK(share(seen.signals.right, seen.signals.total) >= 0.95);
  CHECK(share(held_out.signals.right, held_out.signals.total) >= 0.90);
}
