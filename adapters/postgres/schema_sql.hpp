#pragma once

#include <array>

/// The SQL of the shared database. What has been released is never edited, only appended to.
namespace outcry::postgres {

/// From version i to i + 1.
extern const std::array<const char*, 1> migrations;

/// Roles and their rights; may be run again. Says a notice where the role that runs it may not make
/// roles.
extern const char* const roles_sql;

/// Rows that come from a dump carry transaction numbers of another cluster, which may lie ahead of
/// this one's: they are numbered anew, and readers start afresh.
extern const char* const renumber_sql;

}  // namespace outcry::postgres
