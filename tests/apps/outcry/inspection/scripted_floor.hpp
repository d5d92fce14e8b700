#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/control/server.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// A floor that is only its socket: each operation is answered from a script, at once and in order.
/// One without a script is `unsupported`, as an older floor says. Thread-safe once it stands.
class scripted_floor {
public:
  struct script {
    std::vector<std::string> lines;  ///< {"item":...}, {"dropped":n}; the id is put in
    /// The last line: {"end":true}, {"error":{...}}; nothing = the answer has no end.
    std::optional<std::string> last = R"({"end":true})";
  };

  explicit scripted_floor(std::map<std::string, script> scripts);

  const temp_dir& dir() const { return dir_; }

  /// Every request so far, without its id.
  std::vector<nlohmann::json> requests() const;

private:
  void answer(control::connection_id from, const std::string& line);

  temp_dir dir_;
  std::map<std::string, script> scripts_;
  mutable std::mutex mutex_;
  std::vector<nlohmann::json> requests_;
  std::unique_ptr<control::server> server_;
};

}  // namespace outcry::test
