#include "adapters/paper/uuid.hpp"

#include <fmt/format.h>

namespace outcry::paper {

namespace {

/// The output function of SplitMix64 (Steele, Lea, Flood 2014): every input has its own output.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

}  // namespace

std::string seeded_uuid(std::uint64_t seed, std::uint64_t number) {
  const auto high = mix(mix(seed) ^ number);
  const auto low = mix(mix(~seed) + number);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xfff, 8 + (low >> 62), (low >> 48) & 0xfff, low & 0xffff'ffff'ffffU);
}

}  // namespace outcry::paper
