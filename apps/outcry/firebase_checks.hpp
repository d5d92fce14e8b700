#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/firebase/client.hpp"
#include "apps/outcry/checks.hpp"

namespace outcry::cli {

/// The configured identity at Firebase; what is wrong with its file is complained about when it is
/// first used. Throws std::invalid_argument.
std::shared_ptr<firebase::credentials> firebase_identity(const config::config& settings);

/// A database to look at.
struct firebase_view {
  firebase::database_url url;
  std::shared_ptr<firebase::credentials> identity = {};
  firebase::client_options options = {};
  std::string ticker = "OUTCRY";           ///< one whose orders may be asked for
  bool local = false;                      ///< it is the local Firebase
  std::int64_t clock_limit_s = 0;          ///< floor.clock_skew_limit_s
  std::function<std::int64_t()> now = {};  ///< UNIX milliseconds
};

/// True clocks may differ between `least` and `most` (the server's minus ours, milliseconds).
struct clock_difference {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

/// What a Date header of whole seconds tells, of an answer that was made between our times `asked`
/// and `answered` (all UNIX milliseconds).
clock_difference difference_from(std::int64_t asked, std::int64_t answered, std::int64_t date);

/// Fails if the clocks differ by more than the floor takes, warns if by more than a second, as far
/// as is certain.
check judge_clocks(const clock_difference& found, std::int64_t limit_s);

/// What people without credentials may read and write. Nothing is written: what they try is to
/// remove something that is not there. Whom rules let create but not remove is not found out so.
std::vector<check> check_strangers(const firebase_view& at);

/// Whether a project has the indexes that our rules name, and whether its rules are ours where the
/// identity may read them. Nothing for the local Firebase.
std::vector<check> check_rules(const firebase_view& at);

/// Compares the clocks over a few answers.
std::vector<check> check_clocks(const firebase_view& at);

/// All of it for the configured database, and whether it takes our credentials at all.
std::vector<check> check_firebase_closely(const config::config& settings);

/// As `doctor`, but looks at nothing but that.
exit_code doctor_firebase(const session& at, const std::vector<std::string>& problems);

}  // namespace outcry::cli
