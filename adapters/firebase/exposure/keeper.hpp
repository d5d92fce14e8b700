#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "adapters/firebase/exposure/report.hpp"
#include "adapters/firebase/exposure/wish.hpp"
#include "adapters/http/host_list.hpp"
#include "adapters/http/server.hpp"

namespace outcry::firebase::exposure {

/// Opens the local Firebase to the home network and closes it, as the wish in the data folder says:
/// never without a passcode, never without TLS. One thread.
class keeper {
public:
  struct options {
    std::filesystem::path data_dir;
    /// Listens on `where.address` with TLS. Throws std::runtime_error saying why not.
    std::function<std::unique_ptr<http::server>(http::options where)> listen;
    std::shared_ptr<http::host_list> hosts;  ///< is told the Host headers of those who come so
    /// UNIX seconds.
    std::function<std::time_t()> now = [] { return std::time(nullptr); };
  };

  /// Throws std::runtime_error if another process keeps this data folder.
  explicit keeper(options opts);
  /// Closes.
  ~keeper();
  keeper(const keeper&) = delete;
  keeper& operator=(const keeper&) = delete;

  /// Looks at the wish, the passcode and the certificate, does what is to be done, and reports.
  /// Call it once or twice a second. Addresses that cannot be listened on are tried again each
  /// time. Does not throw.
  void look();

private:
  void follow(const wish& wanted, report& result);
  void prepare(const wish& wanted);
  void close();
  void tell(const report& result);

  options opts_;
  report_writer writer_;
  std::optional<wish> in_force_;
  std::time_t certificate_due_ = 0;  ///< when to look at the certificate again
  std::map<std::string, std::unique_ptr<http::server>> open_;  ///< by address
  std::optional<report> told_;
};

}  // namespace outcry::firebase::exposure
