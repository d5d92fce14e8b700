#pragma once

#include <cstdint>
#include <string>

#include "adapters/postgres/connection.hpp"

namespace outcry::postgres {

/// The newest schema this program knows.
std::int64_t newest_schema();

/// All that makes and migrates the shared database, as one SQL script that can be run again: for
/// an owner who wants to read it first, or runs it with other tools.
std::string schema_script();

/// Which schema the database has; 0 = none. Throws failure.
std::int64_t schema_of(connection& to);

/// Makes or migrates the shared database. Floors that start at once do it once (an advisory lock).
/// The connection's role must own the database or its schema `outcry`; the roles outcry_reader and
/// outcry_contributor are made if it may make roles. Throws failure (refused), naming what is
/// missing; refuses a schema newer than this program's.
void migrate(connection& to);

/// What a role may do in a database that is up to date.
struct rights {
  std::string role;
  bool read = false;        ///< signals, updates, messages, trades
  bool contribute = false;  ///< insert messages, signals and updates
  bool trades = false;      ///< insert and replace trades
};

/// Migrates where that is needed and the role may, then answers what the role may do. Throws
/// failure (refused) when the schema is missing, older and not ours to migrate, or newer.
rights prepare(connection& to);

}  // namespace outcry::postgres
