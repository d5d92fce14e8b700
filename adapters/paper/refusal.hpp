#pragma once

#include <string>

namespace outcry::paper {

/// A request that changed nothing. Status, code and words are Alpaca's where it has some
/// (docs.alpaca.markets, Trading API reference and its error answers).
struct refusal {
  int http_status = 422;  ///< 403, 404 or 422
  int code = 40010001;    ///< 40010001 invalid, 40310000 not enough, 40410000 unknown, 42210000
  std::string reason;

  bool operator==(const refusal&) const = default;
};

inline refusal invalid(std::string reason) {
  return {422, 40010001, std::move(reason)};
}

inline refusal not_enough(std::string reason) {
  return {403, 40310000, std::move(reason)};
}

inline refusal not_possible(std::string reason) {
  return {422, 42210000, std::move(reason)};
}

inline refusal not_found() {
  return {404, 40410000, "order not found"};
}

}  // namespace outcry::paper
