#include "adapters/http/token_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

namespace outcry::http {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t shortest_token = 16;
constexpr std::size_t longest_token = 4096;

[[noreturn]] void fail(const fs::path& file, const std::string& what, int error) {
  throw std::runtime_error("token file " + file.string() + ": " + what + ": " +
                           std::system_category().message(error));
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

std::string random_base64url(std::size_t bytes) {
  static constexpr char alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string raw(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes)) != 1) {
    throw std::runtime_error("the system gives no random bytes for a token");
  }
  std::string text;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : raw) {
    held = (held << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) text.push_back(alphabet[(held >> (bits - 6)) & 63]);
  }
  if (bits > 0) text.push_back(alphabet[(held << (6 - bits)) & 63]);
  return text;
}

/// Writes `text` into a new file that only its owner may read.
void write_new(const fs::path& file, const std::string& text) {
  const descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (out.get() < 0) fail(file, "cannot be made", errno);
  const ssize_t written = ::write(out.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) {
    fail(file, "cannot be written", written < 0 ? errno : ENOSPC);
  }
  if (::fsync(out.get()) != 0) fail(file, "cannot be written", errno);
}

/// Gives `temporary` the name `file` unless that name is taken already.
void publish(const fs::path& temporary, const fs::path& file) {
  if (::link(temporary.c_str(), file.c_str()) == 0 || errno == EEXIST) return;
  // Some file systems (FAT, a few container mounts) have no hard links.
  if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) == 0 ||
      errno == EEXIST) {
    return;
  }
  fail(file, "cannot be made", errno);
}

}  // namespace

std::string read_token(const fs::path& file) {
  const descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) fail(file, "cannot be read", errno);
  std::string text(longest_token + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(in.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(file, "cannot be read", errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  const std::size_t first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  text = text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
  const bool visible =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (text.size() < shortest_token || text.size() > longest_token || !visible) {
    throw std::runtime_error(
        "token file " + file.string() + ": expected one token of " +
        std::to_string(shortest_token) + " to " + std::to_string(longest_token) +
        " visible characters, found " +
        (visible ? std::to_string(text.size()) + " characters" : std::string("others among them")));
  }
  return text;
}

std::string ensure_token(const fs::path& file) {
  if (!fs::exists(file)) {
    // The whole token appears under its final name in one step: a second process that is making
    // the same file sees either nothing or all of it.
    const fs::path temporary = file.string() + "." + random_base64url(9) + ".new";
    try {
      write_new(temporary, random_base64url(32) + "\n");
      publish(temporary, file);
    } catch (...) {
      ::unlink(temporary.c_str());
      throw;
    }
    ::unlink(temporary.c_str());
  }
  return read_token(file);
}

bool same_token(std::string_view left, std::string_view right) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> a{};
  std::array<unsigned char, SHA256_DIGEST_LENGTH> b{};
  SHA256(reinterpret_cast<const unsigned char*>(left.data()), left.size(), a.data());
  SHA256(reinterpret_cast<const unsigned char*>(right.data()), right.size(), b.data());
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace outcry::http
