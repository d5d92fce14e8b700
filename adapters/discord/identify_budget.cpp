#include "adapters/discord/identify_budget.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace outcry::discord {

namespace {

constexpr std::int64_t day_ms = 24 * 3600 * 1000LL;
constexpr std::int64_t hour_ms = 3600 * 1000LL;
constexpr std::size_t max_times = 2000;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw std::runtime_error("identify file " + file.string() + ": " + what);
}

[[noreturn]] void fail_errno(const std::filesystem::path& file, const char* what) {
  fail(file, std::string(what) + ": " + std::system_category().message(errno));
}

void sync_folder(const std::filesystem::path& file) {
  auto folder = file.parent_path();
  if (folder.empty()) folder = ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail_errno(file, "its folder cannot be opened");
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!synced) fail_errno(file, "cannot be written");
}

}  // namespace

std::vector<std::int64_t> identify_file::load() {
  std::vector<std::int64_t> result;
  if (!std::filesystem::exists(file_)) return result;
  std::ifstream in(file_);
  if (!in) fail(file_, "cannot be read");
  std::string line;
  while (result.size() < max_times && std::getline(in, line)) {
    std::int64_t time = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), time);
    if (error != std::errc() || end != line.data() + line.size() || time < 0)
      fail(file_, "line " + std::to_string(result.size() + 1) +
                      ": expected a time in ms, found \"" + line.substr(0, 40) + "\"");
    result.push_back(time);
  }
  return result;
}

void identify_file::save(const std::vector<std::int64_t>& times) {
  std::string text;
  for (const auto time : times) text += std::to_string(time) + '\n';
  const auto fresh = std::filesystem::path(file_.string() + ".new");
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) fail_errno(file_, "cannot be written");
  const auto written = ::write(descriptor, text.data(), text.size());
  const bool synced = written == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!synced || ::rename(fresh.c_str(), file_.c_str()) != 0)
    fail_errno(file_, "cannot be written");
  sync_folder(file_);
}

identify_budget::identify_budget(identify_store& store, std::function<std::int64_t()> now_ms,
                                 identify_limits limits)
    : store_(store), now_ms_(std::move(now_ms)), limits_(limits) {}

std::vector<std::int64_t>& identify_budget::times(std::int64_t now) {
  if (!loaded_) {
    times_ = store_.load();
    loaded_ = true;
  }
  // A clock that was set back must not make old ones last for ever.
  for (auto& time : times_) time = std::min(time, now);
  std::sort(times_.begin(), times_.end());
  std::erase_if(times_, [now](std::int64_t time) { return now - time >= day_ms; });
  return times_;
}

std::int64_t identify_budget::wait_ms(const gateway_info& discord_says) {
  const auto now = now_ms_();
  const auto& known = times(now);
  std::int64_t until = now;
  if (!known.empty()) {
    const auto recent = std::count_if(known.begin(), known.end(),
                                      [now](std::int64_t time) { return now - time < hour_ms; });
    auto distance = limits_.spacing_ms;
    for (auto n = recent; n > 1 && distance < limits_.longest_ms; --n) distance *= 2;
    until = known.back() + std::min(distance, std::max(limits_.longest_ms, limits_.spacing_ms));
    const auto allowed = static_cast<std::size_t>(std::max(limits_.per_day, 1));
    if (known.size() >= allowed) until = std::max(until, known[known.size() - allowed] + day_ms);
  }
  if (discord_says.remaining <= limits_.reserve)
    until = std::max(until, now + std::max<std::int64_t>(discord_says.reset_after_ms, 1000));
  return std::max<std::int64_t>(until - now, 0);
}

void identify_budget::spend() {
  const auto now = now_ms_();
  auto next = times(now);
  next.push_back(now);
  store_.save(next);
  times_ = std::move(next);
}

}  // namespace outcry::discord
