#include "adapters/postgres/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include <libpq-fe.h>
#include <poll.h>

namespace outcry::postgres {

namespace {

using std::chrono::steady_clock;

int poll_ms(steady_clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

/// What a connection is opened with unless its string says otherwise.
constexpr std::array<std::pair<const char*, const char*>, 7> habits{{
    {"application_name", "outcry"},
    {"client_encoding", "UTF8"},
    {"keepalives", "1"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "15000"},
}};

void ignore_notices(void*, const PGresult*) {}

}  // namespace

// -- rows -----------------------------------------------------------------------------------------

rows::rows(pg_result* result) : result_(result) {}

void rows::clear::operator()(pg_result* x) const {
  PQclear(x);
}

int rows::count() const {
  return PQntuples(result_.get());
}

std::string rows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t rows::number(int row, int column) const {
  const auto field = text(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size())
    throw failure(failure_kind::unreachable, "the database answers with a number that is none");
  return value;
}

bool rows::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

// -- connection -----------------------------------------------------------------------------------

void connection::finish::operator()(pg_conn* x) const {
  PQfinish(x);
}

connection::connection(const connection_string& target, bell& alarm, connection_limits limits)
    : target_(target), alarm_(alarm), limits_(limits) {
  connect();
}

connection::~connection() = default;

// https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PQCONNECTSTARTPARAMS: later keywords
// win over earlier ones, so that what the string says comes last.
void connection::connect() {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : habits) {
    if (target_.sets(keyword)) continue;
    keywords.push_back(keyword);
    values.push_back(value);
  }
  keywords.insert(keywords.end(), {"dbname", nullptr});
  values.insert(values.end(), {target_.text().c_str(), nullptr});
  if (alarm_.stopping()) throw failure(failure_kind::stopped, "stopped");
  conn_.reset(PQconnectStartParams(keywords.data(), values.data(), 1));
  if (!conn_ || PQstatus(conn_.get()) == CONNECTION_BAD) lost();
  PQsetNoticeReceiver(conn_.get(), ignore_notices, nullptr);
  const auto end = steady_clock::now() + limits_.connect;
  auto next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED) lost();
    await(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, end, "no connection");
    next = PQconnectPoll(conn_.get());
  }
  if (PQsetnonblocking(conn_.get(), 1) != 0) lost();
}

void connection::await(short events, time_point end, const char* what) {
  while (true) {
    std::array<pollfd, 2> on{{{PQsocket(conn_.get()), events, 0}, {alarm_.fd(), POLLIN, 0}}};
    // What rings only to wake is no reason to give up an answer: looked at again by whoever waits.
    const bool heard = alarm_.stopping();
    if (heard) throw failure(failure_kind::stopped, "stopped");
    std::array<pollfd, 1> alone{on[0]};
    const bool ringing = ::poll(&on[1], 1, 0) > 0;
    const int found = ringing ? ::poll(alone.data(), 1, std::min(poll_ms(end), 100))
                              : ::poll(on.data(), 2, poll_ms(end));
    if (found < 0 && errno != EINTR) lost();
    const auto& socket = ringing ? alone[0] : on[0];
    if (found > 0 && socket.revents != 0) return;
    if (steady_clock::now() >= end) {
      throw failure(failure_kind::unreachable,
                    fmt::format("{} from {} within its time", what, target_.shown()));
    }
  }
}

void connection::flush(time_point end) {
  while (true) {
    const int left = PQflush(conn_.get());
    if (left < 0) lost();
    if (left == 0) return;
    await(POLLIN | POLLOUT, end, "no progress");
    if (PQconsumeInput(conn_.get()) == 0) lost();
  }
}

rows connection::collect(time_point end) {
  std::unique_ptr<pg_result, void (*)(pg_result*)> last(nullptr, PQclear);
  std::unique_ptr<pg_result, void (*)(pg_result*)> bad(nullptr, PQclear);
  while (true) {
    while (PQisBusy(conn_.get()) != 0) {
      await(POLLIN, end, "no answer");
      if (PQconsumeInput(conn_.get()) == 0) lost();
    }
    auto* answer = PQgetResult(conn_.get());
    if (answer == nullptr) break;
    const auto status = PQresultStatus(answer);
    const bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    auto& place = good ? last : bad;
    if (good || !bad) {
      place.reset(answer);
    } else {
      PQclear(answer);
    }
  }
  if (bad) raise(bad.get());
  if (!last) lost();
  return rows(last.release());
}

rows connection::run(const char* sql, const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const auto& x : parameters) values.push_back(x.c_str());
  const auto end = steady_clock::now() + limits_.answer;
  if (PQsendQueryParams(conn_.get(), sql, static_cast<int>(values.size()), nullptr, values.data(),
                        nullptr, nullptr, 0) == 0) {
    lost();
  }
  flush(end);
  return collect(end);
}

void connection::run_script(const std::string& sql) {
  const auto end = steady_clock::now() + limits_.answer;
  if (PQsendQuery(conn_.get(), sql.c_str()) == 0) lost();
  flush(end);
  collect(end);
}

bool connection::take_notifications() {
  bool any = false;
  while (auto* x = PQnotifies(conn_.get())) {
    PQfreemem(x);
    any = true;
  }
  return any;
}

// A backend that was ended by force may leave words to be read before the end of the stream: only
// reading on until that fails tells the connection's death.
bool connection::wait(std::chrono::milliseconds limit) {
  const auto end = steady_clock::now() + limit;
  while (true) {
    if (take_notifications()) return true;
    if (alarm_.stopping()) throw failure(failure_kind::stopped, "stopped");
    std::array<pollfd, 2> on{{{PQsocket(conn_.get()), POLLIN, 0}, {alarm_.fd(), POLLIN, 0}}};
    if (::poll(on.data(), 2, poll_ms(end)) < 0 && errno != EINTR) lost();
    if (on[0].revents != 0) {
      if (PQconsumeInput(conn_.get()) == 0 || PQstatus(conn_.get()) != CONNECTION_OK) lost();
      // Nobody has asked anything: an answer is the server's farewell.
      if (PQisBusy(conn_.get()) == 0) {
        while (auto* answer = PQgetResult(conn_.get())) PQclear(answer);
      }
    }
    if (on[1].revents != 0) {
      alarm_.clear();
      if (alarm_.stopping()) throw failure(failure_kind::stopped, "stopped");
      return take_notifications();
    }
    if (steady_clock::now() >= end) return take_notifications();
  }
}

void connection::lost() const {
  const auto words = conn_ ? target_.cleaned(PQerrorMessage(conn_.get())) : "out of memory";
  // Before there is a connection libpq gives no SQLSTATE: its words must do.
  const bool people = words.find("authentication failed") != std::string::npos ||
                      words.find("no pg_hba.conf entry") != std::string::npos ||
                      words.find("does not exist") != std::string::npos ||
                      words.find("permission denied") != std::string::npos ||
                      words.find("no password supplied") != std::string::npos ||
                      words.find("is not permitted") != std::string::npos;
  throw failure(
      people ? failure_kind::refused : failure_kind::unreachable,
      fmt::format("{}: {}", target_.shown(), words.empty() ? "the connection is lost" : words));
}

void connection::raise(const pg_result* answer) const {
  const auto field = [&](int code) {
    const char* value = PQresultErrorField(answer, code);
    return std::string(value == nullptr ? "" : value);
  };
  const auto state = field(PG_DIAG_SQLSTATE);
  auto words = field(PG_DIAG_MESSAGE_PRIMARY);
  if (words.empty()) words = PQresultErrorMessage(answer);
  throw failure(kind_of(state), target_.cleaned(words), state);
}

}  // namespace outcry::postgres
