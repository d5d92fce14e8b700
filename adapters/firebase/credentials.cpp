#include "adapters/firebase/credentials.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <sys/stat.h>

#include "adapters/firebase/url.hpp"

namespace outcry::firebase {

namespace {

constexpr std::size_t max_token_bytes = 16 * 1024;

void replace_all(std::string& text, std::string_view what) {
  if (what.empty()) return;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += 3)
    text.replace(at, what.size(), "***");
}

class nobody : public credentials {
public:
  grant apply(const std::stop_token&) override { return {}; }
  void invalidate(const authorization&) override {}
};

class fixed_token : public credentials {
public:
  explicit fixed_token(authorization auth) : auth_(std::move(auth)) {}
  grant apply(const std::stop_token&) override {
    grant result;
    result.auth = auth_;
    return result;
  }
  void invalidate(const authorization&) override {}

private:
  const authorization auth_;
};

class token_in_file : public credentials {
public:
  token_in_file(std::string path, warning_sink warn)
      : path_(std::move(path)), warn_(std::move(warn)) {}

  grant apply(const std::stop_token&) override {
    std::lock_guard lock(mutex_);
    const auto stamp = file_stamp::of(path_);
    if (!stamp.exists() || stamp != stamp_ || current_.problem != credentials_problem::none)
      load(stamp);
    return current_;
  }

  void invalidate(const authorization& refused) override {
    std::lock_guard lock(mutex_);
    if (refused == current_.auth) stamp_ = {};
  }

private:
  void load(const file_stamp& stamp) {
    current_ = {};
    stamp_ = stamp;
    try {
      auto text = read_small_file(path_, "token file", max_token_bytes);
      const auto end = text.find_last_not_of(" \t\r\n");
      text.erase(end == std::string::npos ? 0 : end + 1);
      if (!is_token(text))
        throw std::runtime_error(fmt::format(
            "token file {}: expected one line with a token of printable ASCII, found {}", path_,
            text.empty() ? "nothing" : "spaces or other characters"));
      current_.auth = authorization::by_query(text);
      check_mode(stamp, path_, warn_);
    } catch (const std::exception& problem) {
      current_.problem = credentials_problem::bad_file;
      current_.error = problem.what();
    }
  }

  const std::string path_;
  const warning_sink warn_;
  std::mutex mutex_;
  file_stamp stamp_;
  grant current_;
};

}  // namespace

authorization authorization::by_query(std::string_view token) {
  return {"auth=" + percent_encode(token), {}, std::string(token)};
}

authorization authorization::by_header(std::string_view token) {
  return {{}, "Authorization: Bearer " + std::string(token), std::string(token)};
}

std::string authorization::scrub(std::string text) const {
  replace_all(text, secret);
  replace_all(text, percent_encode(secret));
  return text;
}

std::shared_ptr<credentials> no_credentials() {
  return std::make_shared<nobody>();
}

std::shared_ptr<credentials> static_token(std::string token) {
  if (!is_token(token))
    throw std::invalid_argument(
        "token: expected 1 to 16384 characters of printable ASCII without spaces");
  return std::make_shared<fixed_token>(authorization::by_query(token));
}

std::shared_ptr<credentials> token_file(std::string path, warning_sink warn) {
  if (!warn) warn = [](const std::string& text) { spdlog::warn("{}", text); };
  return std::make_shared<token_in_file>(std::move(path), std::move(warn));
}

file_stamp file_stamp::of(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return {};
  return {s.st_size, s.st_mtim.tv_sec * 1'000'000'000 + s.st_mtim.tv_nsec, s.st_ino, s.st_mode};
}

std::string read_small_file(const std::string& path, std::string_view what, std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw std::runtime_error(
        fmt::format("{} {}: cannot be read ({})", what, path, std::strerror(errno)));
  std::string text(limit + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) throw std::runtime_error(fmt::format("{} {}: cannot be read", what, path));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > limit)
    throw std::runtime_error(fmt::format("{} {}: larger than {} bytes", what, path, limit));
  return text;
}

void check_mode(const file_stamp& stamp, const std::string& path, const warning_sink& warn) {
  if ((stamp.mode & (S_IRGRP | S_IROTH)) != 0 && warn)
    warn(fmt::format("{}: readable by others (mode {:04o}); make it 0600", path,
                     stamp.mode & 07777));
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= max_token_bytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace outcry::firebase
