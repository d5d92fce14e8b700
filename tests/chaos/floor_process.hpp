#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/adapters/firebase/local/rest_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// How a floor of a test is configured. Its feed is the simulated one.
struct floor_plan {
  std::vector<std::string> tickers = {"AAPL", "META", "GOOGL"};  ///< each with a counter bot
  std::string floor_lines;                                       ///< more lines of [floor]
  std::string simulated_lines = "interval_ms = 50\n";
  std::string bot_lines;               ///< [[bots]] beside the counters
  std::filesystem::path data_dir;      ///< empty: inside the test's own directory
  std::filesystem::path firebase_dir;  ///< empty: the floor's
  std::string firebase_lines;          ///< all of [firebase]; empty: straight to its Firebase
  std::string local_firebase_lines;    ///< more lines of [local_firebase]
};

/// A table as SQLite returns it, every value as text.
using table = std::vector<std::vector<std::string>>;

/// A floor and its local Firebase as real processes, on a free port and in a directory of their
/// own. What cannot be started throws std::runtime_error with what the process printed.
class floor_process {
public:
  explicit floor_process(floor_plan plan = {});

  /// Writes the configuration anew; a floor that runs does not notice.
  void configure(floor_plan plan);

  void start_firebase();
  /// Starts the floor and waits until it is open.
  void start();
  /// Starts the floor and does not wait.
  void launch();
  /// Starts the program that has crash points; it is to die at "<name>:<n>". Does not wait.
  void launch_dying(const std::string& crash_at);
  /// Waits until the floor that was launched is open; false when it ended before.
  bool await_open();
  /// SIGKILL, and waits until it is gone.
  void kill();
  /// SIGTERM; the exit code, -1 when it did not end.
  int stop();

  process& floor() { return floor_; }
  process& firebase() { return firebase_; }

  struct result {
    int code = -1;
    std::string output;
  };
  /// The command line, to its end; --config is added. Those that run at once need different slots.
  result outcry(std::vector<std::string> arguments, const std::string& slot = "cli") const;
  /// A second floor, or a floor with other arguments, to its end.
  result outcryd(std::vector<std::string> arguments, std::map<std::string, std::string> = {}) const;

  /// A connection of its own to Firebase with the operator's token; for one thread.
  std::unique_ptr<rest_client> connect() const;
  /// Reads `path` (escaped, without leading slash) from Firebase; null when there is no answer.
  nlohmann::json read(const std::string& path) const;
  /// Puts an operator message as a client would; returns the HTTP status.
  long put(const std::string& id, const nlohmann::json& message) const;
  /// Waits until Firebase says that the message is final; returns it, or null.
  nlohmann::json await_final(const std::string& id) const;
  /// Waits until nothing is owed to Firebase any more.
  bool await_empty_outbox() const;

  /// Rows of journal.db or history.db, read beside the floor.
  table journal(const std::string& sql) const;
  table history(const std::string& sql) const;
  /// The number in the first row's first column; 0 without a row.
  std::int64_t count(const std::string& sql) const;

  std::string config_file() const { return dir_.file("outcry.toml"); }
  const std::filesystem::path& data_dir() const { return plan_.data_dir; }
  const std::filesystem::path& firebase_dir() const { return plan_.firebase_dir; }
  const temp_dir& dir() const { return dir_; }
  std::uint16_t firebase_port() const { return port_; }

private:
  void run(const std::string& program, std::map<std::string, std::string> environment);

  temp_dir dir_;
  floor_plan plan_;
  std::uint16_t port_;
  process firebase_;
  process floor_;
  int runs_ = 0;
};

/// The system's clock: what a phone would write as pressedAt.
std::int64_t now_ms();

/// An operator message as a client writes it. An empty `to` means ALL.
nlohmann::json message(const std::string& type, const std::vector<std::string>& to,
                       const nlohmann::json& config = nlohmann::json::object());

/// Rows of any SQLite file.
table rows_of(const std::filesystem::path& file, const std::string& sql);

}  // namespace outcry::test
