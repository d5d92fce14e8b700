#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace outcry::firebase {

/// Which children of a path are wanted (firebase.google.com/docs/database/rest/retrieve-data).
/// The bounds are JSON texts of scalars: `json_string("sent")`, "5", "true", "null".
struct query {
  /// A child path, "$key", "$value" or "$priority"; written without quotes. Every bound and limit
  /// needs it. A child path must be in the rules' .indexOn, or the service answers 400.
  std::string order_by;
  std::optional<std::string> start_at;
  std::optional<std::string> start_after;
  std::optional<std::string> end_at;
  std::optional<std::string> end_before;
  std::optional<std::string> equal_to;
  std::optional<std::uint32_t> limit_to_first;  ///< at least 1
  std::optional<std::uint32_t> limit_to_last;   ///< at least 1
  /// Children's names only, each with the value true. Not together with anything else.
  bool shallow = false;
};

/// `text` as a JSON string with its quotes; ill-formed UTF-8 is replaced by U+FFFD.
std::string json_string(std::string_view text);

/// The query as encoded URL parameters ("" for the default query). Throws std::invalid_argument
/// naming the field at fault.
std::string to_parameters(const query& query);

}  // namespace outcry::firebase
