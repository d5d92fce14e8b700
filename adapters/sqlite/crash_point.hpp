#pragma once

namespace outcry::sqlite {

/// A place at which a test may end the process as kill -9 would. Here it does nothing: programs
/// that are to be killed link another definition, which takes this one's place. Any thread.
void pass_crash_point(const char* name) noexcept;

}  // namespace outcry::sqlite
