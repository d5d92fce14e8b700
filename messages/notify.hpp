#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

namespace outcry {

/// How loud a push is: of ntfy's scale from 1 to 5 those that are used.
enum class loudness : std::uint8_t { normal = 3, high = 4, highest = 5 };

/// One message to the trader's phone.
struct push_request {
  std::string title;
  std::string text;
  loudness priority = loudness::normal;
  std::vector<std::string> tags;  ///< ntfy's short codes of pictures: "warning"
  std::string click;              ///< an address to open; empty = none

  bool operator==(const push_request&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, push_request& x) {
  return f(caf::meta::type_name("push_request"), x.title, x.text, x.priority, x.tags, x.click);
}

enum class push_outcome : std::uint8_t {
  delivered,     ///< the server has it
  retry_later,   ///< not delivered, or not known; the same may be sent again
  unauthorized,  ///< the server does not take our secret, or wants one
  refused,       ///< it will never take this message as it is
};

struct push_reply {
  push_outcome outcome = push_outcome::delivered;
  std::int64_t retry_after_ms = 0;  ///< the server asked for this pause; 0 = it did not
  std::string reason;               ///< for people; never holds a secret
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, push_reply& x) {
  return f(caf::meta::type_name("push_reply"), x.outcome, x.retry_after_ms, x.reason);
}

}  // namespace outcry
