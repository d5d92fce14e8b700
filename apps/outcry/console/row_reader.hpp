#pragma once

#include <string>

#include "actors/inspection/floor_snapshot.hpp"

namespace outcry::console {

class json_cursor;

using inspection::actor_row;
using inspection::floor_row;
using inspection::grave_row;
using inspection::link_row;
using inspection::message_row;
using inspection::pit_row;

/// Each reads the value the cursor is at. What a row does not have reads as nothing. An actor's row
/// keeps its memory: ten thousand are read into the same one.
void read(json_cursor& in, actor_row& to);
void read(json_cursor& in, floor_row& to);
void read(json_cursor& in, pit_row& to);
void read(json_cursor& in, link_row& to);
void read(json_cursor& in, message_row& to);
void read(json_cursor& in, grave_row& to);

/// What a row is found by.
inline const std::string& key_of(const actor_row& x) {
  return x.name;
}
inline const std::string& key_of(const pit_row& x) {
  return x.ticker;
}
inline const std::string& key_of(const link_row& x) {
  return x.name;
}
inline const std::string& key_of(const message_row& x) {
  return x.id;
}

}  // namespace outcry::console
