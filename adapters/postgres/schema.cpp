#include "adapters/postgres/schema.hpp"

#include <fmt/format.h>

#include "adapters/postgres/schema_sql.hpp"

namespace outcry::postgres {

namespace {

// "outcry" in ASCII: the lock of all who would change the schema.
constexpr std::int64_t schema_lock = 0x6f7574637279;

constexpr auto versions_sql =
    "CREATE SCHEMA IF NOT EXISTS outcry;\n"
    "CREATE TABLE IF NOT EXISTS outcry.schema_versions ("
    "version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp());\n";

std::string step(std::size_t from) {
  return fmt::format("{}INSERT INTO outcry.schema_versions (version) VALUES ({});\n",
                     migrations.at(from), from + 1);
}

[[noreturn]] void refuse_newer(std::int64_t found) {
  throw failure(failure_kind::refused,
                fmt::format("the shared database has schema {}, this program knows up to {}: use a "
                            "newer version of it",
                            found, newest_schema()));
}

struct place {
  std::string database;
  std::string role;
  bool has_schema = false;
  bool has_versions = false;
  bool may_enter = false;  ///< use the schema
  bool may_look = false;   ///< read which version it is
  bool may_change = false;
};

place look(connection& to) {
  const auto found = to.run(
      "SELECT current_database(), current_user, n.oid IS NOT NULL, c.oid IS NOT NULL,"
      " coalesce(has_schema_privilege(n.oid, 'USAGE'), false),"
      " coalesce(has_table_privilege(c.oid, 'SELECT'), false),"
      " CASE WHEN n.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')"
      " ELSE pg_has_role(n.nspowner, 'USAGE') END"
      " FROM (SELECT 1) one LEFT JOIN pg_namespace n ON n.nspname = 'outcry'"
      " LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'schema_versions'");
  return {found.text(0, 0), found.text(0, 1), found.flag(0, 2), found.flag(0, 3),
          found.flag(0, 4), found.flag(0, 5), found.flag(0, 6)};
}

std::int64_t version_at(connection& to, const place& at) {
  if (!at.has_versions) return 0;
  if (!at.may_enter || !at.may_look) {
    throw failure(failure_kind::refused,
                  fmt::format("role {} may not use schema outcry of database {}: grant it "
                              "outcry_reader, outcry_contributor or both",
                              at.role, at.database));
  }
  return to.run("SELECT coalesce(max(version), 0) FROM outcry.schema_versions").number(0, 0);
}

void migrate_within(connection& to) {
  to.run("SELECT pg_advisory_xact_lock($1)", {std::to_string(schema_lock)});
  to.run_script(versions_sql);
  // Read behind the lock: another floor may have done it meanwhile.
  auto version = version_at(to, look(to));
  if (version > newest_schema()) refuse_newer(version);
  for (; version < newest_schema(); ++version)
    to.run_script(step(static_cast<std::size_t>(version)));
  to.run_script(roles_sql);
  to.run_script(renumber_sql);
}

}  // namespace

std::int64_t newest_schema() {
  return static_cast<std::int64_t>(migrations.size());
}

std::string schema_script() {
  auto script = fmt::format(
      "-- The shared database of signals. May be run again: what is there stays.\n"
      "BEGIN;\nSELECT pg_advisory_xact_lock({});\n{}",
      schema_lock, versions_sql);
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    // A DO block cannot hold the function's dollar quotes under the same tag.
    script += fmt::format(
        "DO $migration$ BEGIN\nIF NOT EXISTS (SELECT 1 FROM outcry.schema_versions WHERE version = "
        "{}) THEN\n{}END IF;\nEND $migration$;\n",
        i + 1, step(i));
  }
  return script + roles_sql + renumber_sql + "COMMIT;\n";
}

std::int64_t schema_of(connection& to) {
  return version_at(to, look(to));
}

void migrate(connection& to) {
  const auto at = look(to);
  if (!at.may_change) {
    throw failure(
        failure_kind::refused,
        at.has_schema
            ? fmt::format("role {} may not change schema outcry of database {}: its owner must "
                          "run \"outcry signals database init\"",
                          at.role, at.database)
            : fmt::format("database {} has no schema outcry and role {} may not create it: the "
                          "database's owner must run \"outcry signals database init\"",
                          at.database, at.role));
  }
  to.run_script("BEGIN");
  try {
    migrate_within(to);
    to.run_script("COMMIT");
  } catch (...) {
    try {
      to.run_script("ROLLBACK");
    } catch (const failure&) {
      // The connection is gone, and its transaction with it.
    }
    throw;
  }
}

rights prepare(connection& to) {
  const auto at = look(to);
  const auto version = version_at(to, at);
  if (version > newest_schema()) refuse_newer(version);
  if (version < newest_schema()) migrate(to);
  const auto found = to.run(
      "SELECT bool_and(has_table_privilege(c.oid, 'SELECT'))"
      "  FILTER (WHERE relname IN ('signals', 'updates', 'raw_messages')),"
      " bool_and(has_any_column_privilege(c.oid, 'INSERT'))"
      "  FILTER (WHERE relname IN ('raw_messages', 'signals', 'updates')),"
      " bool_and(has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE')"
      "  AND has_table_privilege(c.oid, 'SELECT')) FILTER (WHERE relname = 'trades')"
      " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = 'outcry'");
  return {at.role, found.flag(0, 0), found.flag(0, 1), found.flag(0, 2)};
}

}  // namespace outcry::postgres
