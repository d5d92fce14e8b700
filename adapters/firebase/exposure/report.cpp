#include "adapters/firebase/exposure/report.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include "adapters/firebase/auth/private_file.hpp"

namespace outcry::firebase::exposure {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view report_kind = "file of what is open now";
constexpr std::size_t report_bytes = 64u << 10;

fs::path report_path(const fs::path& data_dir) {
  return data_dir / "exposed-now.json";
}

[[noreturn]] void report_failure(const fs::path& file, const char* what) {
  throw std::runtime_error(
      fmt::format("{} {}: {} ({})", report_kind, file.string(), what, std::strerror(errno)));
}

/// Locks of open file descriptions: unlike POSIX's they end with ours, whatever else this process
/// closes, and unlike flock's they can be looked at without being taken.
bool try_lock(int file) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return ::fcntl(file, F_OFD_SETLK, &whole) == 0;
}

}  // namespace

report_writer::report_writer(const fs::path& data_dir)
    : path_(report_path(data_dir)),
      file_(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) report_failure(path_, "cannot be opened");
  // What a predecessor has left is not ours to say.
  if (try_lock(file_) && ::ftruncate(file_, 0) == 0) return;
  const bool other = errno == EAGAIN || errno == EACCES;
  ::close(file_);
  report_failure(path_, other ? "in use by another process" : "cannot be locked");
}

report_writer::~report_writer() {
  ::close(file_);
}

void report_writer::write(const report& what) {
  json failed = json::array();
  for (const auto& one : what.failed)
    failed.push_back({{"address", one.address}, {"why", one.why}});
  const std::string text =
      json{{"id", what.id}, {"open", what.open}, {"failed", failed}, {"problem", what.problem}}
          .dump(-1, ' ', false, json::error_handler_t::replace);
  // In place: the lock belongs to this file. A reader that comes in between reads again.
  if (::ftruncate(file_, 0) != 0 ||
      ::pwrite(file_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    report_failure(path_, "cannot be written");
  }
}

bool server_runs(const fs::path& data_dir) {
  const auto path = report_path(data_dir);
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return false;
    report_failure(path, "cannot be opened");
  }
  struct flock asked {};
  asked.l_type = F_WRLCK;
  asked.l_whence = SEEK_SET;
  const bool known = ::fcntl(file, F_OFD_GETLK, &asked) == 0;
  ::close(file);
  if (!known) report_failure(path, "cannot be examined");
  return asked.l_type != F_UNLCK;
}

std::optional<report> read_report(const fs::path& data_dir) {
  if (!server_runs(data_dir)) return std::nullopt;
  const auto text = auth::read_private_file(report_path(data_dir), report_kind, report_bytes);
  const auto found = json::parse(text.value_or(""), nullptr, false);
  if (!found.is_object()) return std::nullopt;
  try {
    report made{found.at("id").get<std::string>(),
                found.at("open").get<std::vector<std::string>>(),
                {},
                found.at("problem").get<std::string>()};
    for (const auto& one : found.at("failed"))
      made.failed.push_back(
          {one.at("address").get<std::string>(), one.at("why").get<std::string>()});
    return made;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace outcry::firebase::exposure
