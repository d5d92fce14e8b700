#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

namespace outcry::firebase::auth {

/// Who asks. Neither `admin` nor a `uid`: nobody.
struct identity {
  bool admin = false;           ///< above all rules: the floor itself and its command line
  std::string uid;              ///< empty = none
  std::string provider;         ///< how they signed in
  nlohmann::json claims;        ///< what rules see as `auth.token`
  std::int64_t expires_ms = 0;  ///< UNIX milliseconds; 0 = never
};

}  // namespace outcry::firebase::auth
