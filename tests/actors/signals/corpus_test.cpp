#include <cstdlib>
#include <fstream>
#include <iostream>
#include <numeric>

#include <catch2/catch.hpp>
#include <openssl/evp.h>

#include "actors/signals/labelled_score.hpp"
#include "tests/support/skip.hpp"

namespace {

using namespace outcry::signals;

/// A third of the messages, chosen by their digest: the rules were first written without having
/// seen them. The digest, a number of 160 bits, modulo 3: as 256 is 1 modulo 3, the sum of its
/// bytes.
bool is_held_out(const std::string& text) {
  std::vector<unsigned char> digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return std::accumulate(digest.begin(), digest.begin() + size, 0U) % 3 == 0;
}

void print(const char* part, const label_score& x) {
  const auto line = [](const char* what, const class_score& c) {
    std::cout << "  " << what << ": precision " << c.precision() << " (" << c.right << "/" << c.read
              << "), recall " << c.recall() << " (" << c.right << "/" << c.labelled
              << "), left to a person " << c.cautious << "\n";
  };
  std::cout << part << "\n";
  line("signals", x.signals);
  line("updates", x.updates);
  if (std::getenv("OUTCRY_SHOW_MISSES") == nullptr) return;
  for (const auto& miss : x.misses) {
    std::cout << "    line " << miss.label.line << ": " << miss.read.reason;
    for (const auto& d : miss.wrong)
      std::cout << "; " << d.field << ": expected " << d.expected << ", read " << d.found;
    std::cout << "\n";
  }
}

}  // namespace

TEST_CASE("labelled messages of real channels are read rightly") {
  std::ifstream in{SOURCE_ROOT "/../shared/data/signals/signals.jsonl"};
  if (!in) OUTCRY_SKIP("no ../shared/data/signals/signals.jsonl");
  std::vector<labelled_message> parts[2];
  for (auto& x : read_labelled(in, "signals.jsonl"))
    parts[is_held_out(x.text) ? 1 : 0].push_back(std::move(x));
  const auto seen = score(parts[0]);
  print("seen while the rules were written", seen);
  const auto held_out = score(parts[1]);
  print("held out", held_out);
  for (const auto* x : {&seen, &held_out}) {
    for (const auto kind : {label_class::noise, label_class::reject}) {
      CHECK(x->count(kind, verdict::signal) == 0);
      CHECK(x->count(kind, verdict::update) == 0);
    }
    // What is read as a signal is right in every part.
    CHECK(x->signals.right == x->signals.read);
    CHECK(x->updates.precision() >= 0.95);
    CHECK(x->updates.recall() >= 0.95);
    CHECK(x->signals.recall() >= 0.95);
  }
}
