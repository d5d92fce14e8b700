#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace outcry::postgres {

/// What is to be done about an error.
enum class failure_kind : std::uint8_t {
  unreachable,  ///< no connection, or it was lost: another try later
  refused,      ///< password, rights, schema: people must act; tried again now and then
  bad_row,      ///< the database will never take this row
  stopped,      ///< whoever waited was told to end
};

/// An error of the shared database. Its text never holds the password or the connection string.
class failure : public std::runtime_error {
public:
  failure(failure_kind kind, const std::string& text, std::string sqlstate = {})
      : std::runtime_error(text), kind_(kind), sqlstate_(std::move(sqlstate)) {}

  failure_kind kind() const { return kind_; }
  /// Five characters, as in PostgreSQL's documentation, appendix A; empty if the server said none.
  const std::string& sqlstate() const { return sqlstate_; }

private:
  failure_kind kind_;
  std::string sqlstate_;
};

/// What an error of the server with this SQLSTATE means.
failure_kind kind_of(std::string_view sqlstate);

}  // namespace outcry::postgres
