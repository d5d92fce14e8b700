#include "adapters/firebase/auth/private_file.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/firebase/auth/secrets.hpp"
#include "adapters/firebase/jwt.hpp"

namespace outcry::firebase::auth {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, std::string_view what, std::string_view problem,
                       int error) {
  throw std::runtime_error(
      fmt::format("{} {}: {} ({})", what, file.string(), problem, std::strerror(error)));
}

class descriptor {
public:
  explicit descriptor(int number) : number_(number) {}
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  int get() const { return number_; }

private:
  int number_;
};

/// Makes the names in the folder of `file` last. Some file systems cannot; then the kernel will.
void sync_folder(const fs::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const descriptor open_folder(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (open_folder.get() >= 0) ::fsync(open_folder.get());
}

void write_all(const fs::path& file, std::string_view what, std::string_view text) {
  const descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (out.get() < 0) fail(file, what, "cannot be made", errno);
  // The process's mask may have taken more away than it should.
  if (::fchmod(out.get(), 0600) != 0) fail(file, what, "cannot be made private", errno);
  while (!text.empty()) {
    const ssize_t written = ::write(out.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(file, what, "cannot be written", written < 0 ? errno : ENOSPC);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(out.get()) != 0) fail(file, what, "cannot be written", errno);
}

}  // namespace

std::optional<std::string> read_private_file(const fs::path& file, std::string_view what,
                                             std::size_t limit) {
  const descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) {
    if (errno == ENOENT) return std::nullopt;
    fail(file, what, "cannot be read", errno);
  }
  std::string text(limit + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(in.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(file, what, "cannot be read", errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > limit) {
    throw std::runtime_error(
        fmt::format("{} {}: expected at most {} bytes, found more", what, file.string(), limit));
  }
  text.resize(size);
  return text;
}

void write_private_file(const fs::path& file, std::string_view what, std::string_view text) {
  const fs::path temporary = file.string() + "." + base64url(system_random_bytes(9)) + ".new";
  try {
    write_all(temporary, what, text);
    if (::rename(temporary.c_str(), file.c_str()) != 0)
      fail(file, what, "cannot be replaced", errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_folder(file);
}

bool remove_private_file(const fs::path& file, std::string_view what) {
  if (::unlink(file.c_str()) != 0) {
    if (errno == ENOENT) return false;
    fail(file, what, "cannot be removed", errno);
  }
  sync_folder(file);
  return true;
}

}  // namespace outcry::firebase::auth
