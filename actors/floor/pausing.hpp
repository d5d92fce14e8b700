#pragma once

#include <cstdint>

#include "actors/floor/seat.hpp"

namespace outcry {

/// Lets the actor in that seat handle nothing but the inspector's questions; what comes waits in
/// its mailbox, at most `pause_bound` messages. An exit, and a stop or kill that is meant for it,
/// ends the pause. False: nobody sits there, or he is paused already.
bool pause(seat& place, std::int64_t at_ms);

/// Ends the pause: what waited is handled in order, urgent messages apart. False: there is none.
bool resume(seat& place, std::int64_t at_ms);

/// Has the actor in that seat answer the next question, however much waits before it.
void expect_question(seat& place);

}  // namespace outcry
