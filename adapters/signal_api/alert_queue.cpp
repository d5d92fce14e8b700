#include "adapters/signal_api/alert_queue.hpp"

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <unistd.h>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"

namespace outcry::signal_api {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view extension = ".alert";
constexpr detail::input_bounds file_bounds{std::size_t{1} << 20U, 2};

std::string written(const alert& x) {
  return detail::object_writer{}
      .text("name", x.name)
      .text("source_id", x.source_id)
      .number("received_ns", x.received_ns)
      .text("body", x.body)
      .finish();
}

std::optional<alert> read_back(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  detail::reading to;
  detail::object_reader fields{to, text, file_bounds};
  alert x;
  x.name = fields.text("name");
  x.source_id = fields.text("source_id");
  x.received_ns = fields.integer("received_ns");
  x.body = fields.text("body");
  if (to.error) return std::nullopt;
  return x;
}

class descriptor {
public:
  descriptor(const fs::path& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  bool write_all(std::string_view text) const {
    if (number_ < 0) return false;
    while (!text.empty()) {
      const auto n = ::write(number_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  bool sync() const { return number_ >= 0 && ::fsync(number_) == 0; }

private:
  int number_;
};

/// The file appears whole under its name, or not at all.
bool write_file(const fs::path& file, const std::string& text) {
  const auto temporary = file.string() + ".new";
  {
    const descriptor out{temporary, O_WRONLY | O_CREAT | O_TRUNC};
    if (!out.write_all(text) || !out.sync()) return false;
  }
  if (::rename(temporary.c_str(), file.c_str()) != 0) return false;
  return descriptor{file.parent_path(), O_RDONLY | O_DIRECTORY}.sync();
}

}  // namespace

alert_queue::alert_queue(options opts, std::function<void()> ready)
    : opts_(std::move(opts)), ready_(std::move(ready)) {
  if (opts_.folder.empty()) return;
  load();
  thread_ = std::thread{[this] { work(); }};
  if (!kept_.empty()) ready_();
}

alert_queue::~alert_queue() {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void alert_queue::load() {
  try {
    fs::create_directories(opts_.folder);
    fs::permissions(opts_.folder, fs::perms::owner_all);
    for (const auto& entry : fs::directory_iterator{opts_.folder}) {
      const auto& path = entry.path();
      const auto name = path.stem().string();
      std::uint64_t number = 0;
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
      if (path.extension() != extension || error != std::errc{} ||
          end != name.data() + name.size()) {
        continue;
      }
      last_ = std::max(last_, number);
      if (auto x = read_back(path)) {
        kept_.emplace(number, *std::move(x));
      } else {
        spdlog::error("alert file {} cannot be read; it is left where it is", path.string());
      }
    }
  } catch (const fs::filesystem_error& e) {
    throw std::runtime_error{"alert folder " + opts_.folder.string() + ": " + e.code().message()};
  }
}

bool alert_queue::offer(alert what, std::function<void(bool)> kept) {
  {
    const std::lock_guard lock{mutex_};
    if (ending_ || kept_.size() + writing_ >= opts_.most) return false;
    const auto number = ++last_;
    if (opts_.folder.empty()) {
      kept_.emplace(number, std::move(what));
    } else {
      ++writing_;
      jobs_.push_back({number, std::move(what), std::move(kept)});
    }
  }
  if (opts_.folder.empty()) {
    kept(true);
    ready_();
  } else {
    changed_.notify_all();
  }
  return true;
}

std::optional<waiting_alert> alert_queue::next() const {
  const std::lock_guard lock{mutex_};
  if (kept_.empty()) return std::nullopt;
  return waiting_alert{kept_.begin()->first, kept_.begin()->second};
}

void alert_queue::done(std::uint64_t number) {
  {
    const std::lock_guard lock{mutex_};
    if (kept_.erase(number) == 0 || opts_.folder.empty()) return;
    jobs_.push_back({number, std::nullopt, {}});
  }
  changed_.notify_all();
}

std::size_t alert_queue::size() const {
  const std::lock_guard lock{mutex_};
  return kept_.size() + writing_;
}

fs::path alert_queue::file_of(std::uint64_t number) const {
  return opts_.folder / fmt::format("{:016}{}", number, extension);
}

void alert_queue::work() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    auto one = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    run(one);
    lock.lock();
  }
}

void alert_queue::run(job& one) {
  const auto file = file_of(one.number);
  if (!one.write) {
    std::error_code ignored;
    // One that stays is delivered again, under the same source_id.
    fs::remove(file, ignored);
    return;
  }
  const bool good = write_file(file, written(*one.write));
  if (!good)
    spdlog::error("alert folder {}: an alert cannot be written: {}", opts_.folder.string(),
                  std::system_category().message(errno));
  {
    const std::lock_guard lock{mutex_};
    --writing_;
    if (good) kept_.emplace(one.number, *std::move(one.write));
  }
  one.kept(good);
  if (good) ready_();
}

}  // namespace outcry::signal_api
