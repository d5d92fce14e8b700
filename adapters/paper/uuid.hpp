#pragma once

#include <cstdint>
#include <string>

namespace outcry::paper {

/// The `number`th id that follows from `seed`, in the form of a random UUID (RFC 9562, version 4).
/// The same two always give the same id; different numbers give different ones (two would have to
/// agree in 120 mixed bits).
std::string seeded_uuid(std::uint64_t seed, std::uint64_t number);

}  // namespace outcry::paper
