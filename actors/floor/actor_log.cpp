#include "actors/floor/actor_log.hpp"

#include <algorithm>
#include <deque>
#include <list>
#include <map>
#include <mutex>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include "actors/floor/gauge.hpp"

namespace outcry {

namespace {

constexpr std::size_t most_lines = 100;
constexpr std::size_t most_loggers = 1000;
constexpr std::size_t longest_line = 500;

std::string written_down(const spdlog::details::log_msg& x) {
  using std::chrono::milliseconds;
  const auto since = std::chrono::duration_cast<milliseconds>(x.time.time_since_epoch());
  const auto level = spdlog::level::to_string_view(x.level);
  auto result = fmt::format("{:%H:%M:%S}.{:03} {} {}",
                            fmt::localtime(static_cast<std::time_t>(since.count() / 1000)),
                            since.count() % 1000, std::string_view{level.data(), level.size()},
                            std::string_view{x.payload.data(), x.payload.size()});
  if (result.size() <= longest_line) return result;
  auto end = longest_line;
  while (end > 0 && (static_cast<unsigned char>(result[end]) & 0xC0) == 0x80) --end;
  result.resize(end);
  return result;
}

}  // namespace

class actor_log::sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit sink(spdlog::level::level_enum usual) : usual_(usual) {}

  /// The lowest level that anybody wants.
  spdlog::level::level_enum lowest() {
    const std::lock_guard lock(mutex_);
    auto result = usual_;
    for (const auto& [name, level] : levels_) result = std::min(result, level);
    return result;
  }

  bool want(const std::string& name, const std::string& level) {
    const std::lock_guard lock(mutex_);
    if (level == "default") {
      levels_.erase(name);
      return true;
    }
    const auto wanted = spdlog::level::from_str(level);
    // An unknown word is "off" to spdlog.
    if (wanted == spdlog::level::off && level != "off") return false;
    if (levels_.size() >= most_loggers && !levels_.contains(name)) return false;
    levels_[name] = wanted;
    return true;
  }

  std::vector<std::string> lines(const std::string& name) {
    const std::lock_guard lock(mutex_);
    auto found = kept_.find(name);
    if (found == kept_.end()) return {};
    return {found->second.lines.begin(), found->second.lines.end()};
  }

protected:
  void sink_it_(const spdlog::details::log_msg& x) override {
    if (on_stage == nullptr) return;
    const auto& name = on_stage->name;
    auto level = levels_.find(name);
    if (x.level < (level == levels_.end() ? usual_ : level->second)) return;
    auto& mine = kept_of(name);
    mine.push_back(written_down(x));
    if (mine.size() > most_lines) mine.pop_front();
  }

  void flush_() override {}

private:
  struct kept_lines {
    std::deque<std::string> lines;
    std::list<std::string>::iterator turn;
  };

  /// The lines of that actor; who logged longest ago is forgotten for a new one.
  std::deque<std::string>& kept_of(const std::string& name) {
    auto found = kept_.find(name);
    if (found != kept_.end()) {
      order_.splice(order_.end(), order_, found->second.turn);
      return found->second.lines;
    }
    if (kept_.size() >= most_loggers) {
      kept_.erase(order_.front());
      order_.pop_front();
    }
    order_.push_back(name);
    auto& mine = kept_[name];
    mine.turn = std::prev(order_.end());
    return mine.lines;
  }

  const spdlog::level::level_enum usual_;
  std::map<std::string, spdlog::level::level_enum> levels_;
  std::map<std::string, kept_lines> kept_;
  std::list<std::string> order_;  ///< who logged longest ago first
};

actor_log::actor_log() {
  auto logger = spdlog::default_logger();
  sink_ = std::make_shared<sink>(logger->level());
  for (auto& other : logger->sinks()) other->set_level(std::max(other->level(), logger->level()));
  logger->sinks().push_back(sink_);
}

actor_log::~actor_log() {
  auto logger = spdlog::default_logger();
  logger->set_level(std::max(logger->level(), sink_->lowest()));
  std::erase(logger->sinks(), sink_);
}

bool actor_log::set_level(const std::string& name, const std::string& level) {
  if (!sink_->want(name, level)) return false;
  spdlog::default_logger()->set_level(sink_->lowest());
  return true;
}

std::vector<std::string> actor_log::lines(const std::string& name) const {
  return sink_->lines(name);
}

}  // namespace outcry
