#pragma once

/// Places at which a test may end the process as kill -9 would. `OUTCRY_CRASH_POINT("name")` is
/// nothing unless OUTCRY_CRASH_POINTS is defined (library outcry_sqlite_crash). Then the
/// environment variable OUTCRY_CRASH_AT="<name>:<n>" names the passage, counted from 1, that raises
/// SIGKILL.
#ifdef OUTCRY_CRASH_POINTS

namespace outcry::sqlite {

/// Counts a passage of `name` and ends the process if it is the one asked for. Any thread.
void pass_crash_point(const char* name);

}  // namespace outcry::sqlite

#define OUTCRY_CRASH_POINT(name) ::outcry::sqlite::pass_crash_point(name)
#else
#define OUTCRY_CRASH_POINT(name) static_cast<void>(0)
#endif
