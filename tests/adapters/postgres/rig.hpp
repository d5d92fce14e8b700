#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "adapters/postgres/outgoing.hpp"
#include "adapters/postgres/schema.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/skip.hpp"

namespace outcry::postgres::test {

/// A server of the test's own and its owner's connection.
struct rig {
  outcry::test::postgres_server server;
  bell alarm;
  connection owner{connection_string(server.url()), alarm};

  /// A role that may sign in and is a member of `groups`.
  void make_role(const std::string& name, const std::string& groups = "") {
    owner.run_script(fmt::format("CREATE ROLE {0} LOGIN PASSWORD 'secret-of-{0}'", name));
    if (!groups.empty()) owner.run_script(fmt::format("GRANT {} TO {}", groups, name));
  }

  connection as(const std::string& role) { return {connection_string(server.url(role)), alarm}; }

  std::string one(const std::string& sql) { return owner.run(sql.c_str()).text(0, 0); }

  /// Waits until one backend of this role is there besides those counted; its process id.
  std::string backend_of(const std::string& role) {
    std::string pid;
    outcry::test::eventually([&] {
      const auto found = owner.run(
          "SELECT pid FROM pg_stat_activity WHERE usename = $1 AND backend_type = 'client backend'",
          {role});
      if (found.count() > 0) pid = found.text(0, 0);
      return !pid.empty();
    });
    return pid;
  }
};

inline outgoing_row signal_row(const std::string& source_id, const std::string& floor = "f1",
                               const std::string& source = "discord:77") {
  return {row_kind::signal, 1, 1,
          fmt::format(R"({{"floor":"{}","source":"{}","source_id":"{}","author_id":"41",)"
                      R"("author":"Zoë","ticker":"XYZ","side":"long","action":"open",)"
                      R"("asset":"stock","call":"{{\"ticker\":\"XYZ\"}}","confidence":93,)"
                      R"("handed_in_by":"","said_ns":5,"received_ns":6}})",
                      floor, source, source_id)};
}

inline outgoing_row update_row(const std::string& source_id, const std::string& floor = "f1") {
  return {row_kind::update, 1, 1,
          fmt::format(R"({{"floor":"{}","source":"discord:77","source_id":"{}","edited_ns":9,)"
                      R"("author_id":"41","ticker":"XYZ","body":"{{\"kind\":\"stop\"}}",)"
                      R"("target_source":"discord:77","target_source_id":"1",)"
                      R"("handed_in_by":"","said_ns":7,"received_ns":8}})",
                      floor, source_id)};
}

inline outgoing_row message_row(const std::string& source_id, const std::string& body = "hello") {
  return {row_kind::message, 1, 1,
          fmt::format(R"({{"floor":"f1","source":"discord:77","source_id":"{}","edited_ns":0,)"
                      R"("deleted":false,"trusted":true,"author_id":"41","author":"Zoë",)"
                      R"("body":"{}","sent_ns":1,"received_ns":2,"reply_to":"",)"
                      R"("handed_in_by":"","verdict":"signal","rule":"r","reason":"why",)"
                      R"("confidence":93,"reading":"{{}}"}})",
                      source_id, body)};
}

/// An edit or a deletion, by an author who is not trusted.
inline outgoing_row later_row(const std::string& source_id, int edited_ns, const std::string& body,
                              bool deleted = false, const std::string& floor = "f1") {
  return {row_kind::message, 1, 1,
          fmt::format(R"({{"floor":"{}","source":"discord:77","source_id":"{}","edited_ns":{},)"
                      R"("deleted":{},"trusted":false,"author_id":"41","author":"Zoë",)"
                      R"("body":"{}","sent_ns":1,"received_ns":2,"reply_to":"5",)"
                      R"("handed_in_by":"","verdict":"signal","rule":"r","reason":"why",)"
                      R"("confidence":93,"reading":"{{}}"}})",
                      floor, source_id, edited_ns, deleted, body)};
}

inline outgoing_row trade_row(const std::string& source_id, const std::string& profit,
                              std::int64_t closed_ns, int version = 1,
                              const std::string& floor = "f1") {
  return {row_kind::trade, 1, 1,
          fmt::format(R"({{"floor":"{}","source":"discord:77","source_id":"{}","bot_id":"b",)"
                      R"("version":{},"state":"closed","side":"long","wanted":"10",)"
                      R"("entered":"10","exited":"10","entry_price":"100","exit_price":"1",)"
                      R"("stop":"98","first_stop":"98","profit":"{}","reason":"",)"
                      R"("opened_ns":1,"closed_ns":{},"updated_ns":1}})",
                      floor, source_id, version, profit, closed_ns)};
}

}  // namespace outcry::postgres::test

/// First line of every test that needs the server.
#define NEEDS_POSTGRES() \
  if (!outcry::test::postgres_server::available()) OUTCRY_SKIP("no PostgreSQL server (initdb)")
