#pragma once

#include <cstdint>
#include <string>

#include "messages/interfaces/inspection.hpp"

namespace outcry::control {

class members;

/// What the operations that look into the floor ask for.
struct inspection_wish {
  std::uint32_t parts = part::all;  ///< inspect
  std::int64_t interval_ms = 0;     ///< inspect; 0 = once, else 200 to 60000
  std::string name;                 ///< actor, trace, act, log_level
  bool state = true;                ///< actor, as the next four
  bool mailbox = true;
  bool recent = true;
  bool links = true;
  bool log = true;
  std::uint32_t count = 0;                      ///< trace; 1 to 1000
  std::uint32_t seconds = 0;                    ///< trace; 1 to 600
  actor_action action = actor_action::restart;  ///< act
  std::string why;                              ///< act; 1 to 200 bytes
  std::string level;                            ///< log_level
  std::string who;                              ///< act, log_level; as the floor knows him
};

/// Each reads the members of one operation; what is wrong is thrown as bad_request.
void read_inspect(const members& from, inspection_wish& to);
void read_actor(const members& from, inspection_wish& to);
void read_trace(const members& from, inspection_wish& to);
void read_act(const members& from, inspection_wish& to);
void read_log_level(const members& from, inspection_wish& to);

}  // namespace outcry::control
