#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/postgres/bell.hpp"
#include "adapters/postgres/failure.hpp"
#include "adapters/postgres/secret.hpp"

struct pg_conn;
struct pg_result;

namespace outcry::postgres {

/// The rows of an answer.
class rows {
public:
  explicit rows(pg_result* result);

  int count() const;
  /// A field as text; NULL is "".
  std::string text(int row, int column) const;
  /// Throws failure (unreachable) when the field is no whole number.
  std::int64_t number(int row, int column) const;
  bool flag(int row, int column) const { return text(row, column) == "t"; }
  bool is_null(int row, int column) const;

private:
  struct clear {
    void operator()(pg_result* x) const;
  };
  std::unique_ptr<pg_result, clear> result_;
};

struct connection_limits {
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds answer{30000};
};

/// One connection. Every wait ends at its limit, and at once when `alarm` is stopped (failure,
/// stopped). After any failure but bad_row and refused answers to a statement the connection is of
/// no use. Keepalives and TCP_USER_TIMEOUT are set where the string does not: a peer that vanished
/// without a word is noticed within about 25 s even while nothing is asked. One thread at a time.
class connection {
public:
  /// Connects. Throws failure. Resolving a host's name is the resolver's wait, not ours.
  connection(const connection_string& target, bell& alarm, connection_limits limits = {});
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Runs one statement with its parameters as text. Throws failure.
  rows run(const char* sql, const std::vector<std::string>& parameters = {});

  /// Runs several statements divided by semicolons, in one transaction unless they say otherwise.
  /// Throws failure.
  void run_script(const std::string& sql);

  /// Waits until a notification has come, the bell rings or `limit` passes. True: there was a
  /// notification; all that have come are taken. Throws failure when the connection is lost.
  bool wait(std::chrono::milliseconds limit);

private:
  using time_point = std::chrono::steady_clock::time_point;

  void connect();
  void await(short events, time_point end, const char* what);
  void flush(time_point end);
  rows collect(time_point end);
  bool take_notifications();
  [[noreturn]] void lost() const;
  [[noreturn]] void raise(const pg_result* answer) const;

  struct finish {
    void operator()(pg_conn* x) const;
  };
  connection_string target_;
  bell& alarm_;
  connection_limits limits_;
  std::unique_ptr<pg_conn, finish> conn_;
};

}  // namespace outcry::postgres
