#include "adapters/redis/command_reader.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace outcry::redis {

namespace {

using positions = std::map<std::string, std::string>;  ///< by stream

/// XREADGROUP over many streams; streams.hpp has the form for one.
arguments read_many(const command_reader_options& options, const positions& from, bool waits) {
  arguments words{"XREADGROUP",     "GROUP", options.group,
                  options.consumer, "COUNT", std::to_string(options.batch)};
  if (waits) words.insert(words.end(), {"BLOCK", std::to_string(options.block.count())});
  words.emplace_back("STREAMS");
  for (const auto& [stream, after] : from) words.push_back(stream);
  for (const auto& [stream, after] : from) words.push_back(after);
  return words;
}

/// The entries of such an answer; nil (nothing came) has none.
std::optional<failure> parse_many(const reply& raw, const std::vector<std::string>& wanted,
                                  std::vector<read_entry>& entries) {
  auto wrong = [](const char* what) { return failure{failure_kind::malformed, what}; };
  for (std::size_t i = 0; i < raw.size(); ++i) {
    auto stream = raw[i];
    if (stream.size() != 2 || !stream[0].is_text() || !stream[1].is_array())
      return wrong("answer of XREADGROUP: expected a stream and its entries");
    for (std::size_t k = 0; k < stream[1].size(); ++k) {
      auto entry = stream[1][k];
      if (entry.size() != 2 || !entry[0].is_text())
        return wrong("stream entry: expected an id and its fields");
      read_entry found{stream[0].text(), entry[0].text(), {}, {}};
      for (std::size_t n = 0; n + 1 < entry[1].size() && found.field.empty(); n += 2) {
        auto known = std::find(wanted.begin(), wanted.end(), entry[1][n].text());
        if (known == wanted.end()) continue;
        found.field = *known;
        found.text = entry[1][n + 1].text();
      }
      entries.push_back(found);
    }
  }
  return std::nullopt;
}

}  // namespace

struct command_reader::core {
  explicit core(command_reader_options given) : options(std::move(given)) {}

  command_reader_options options;
  stop_signal stop;
  std::atomic<bool> repeats = false;
  mutable std::mutex mutex;
  std::vector<read_stream> wanted;
  std::set<std::string> ready;
  std::uint64_t errors = 0;

  void run();

private:
  failure serve(connection& link);
  std::optional<failure> make_groups(connection& link);
  std::optional<failure> read_pending(connection& link);
  std::optional<failure> take(connection& link, const positions& from, bool waits,
                              std::vector<read_entry>& entries, reply& raw);
  void report(link_state state, std::optional<failure> reason, unsigned attempt,
              std::chrono::milliseconds retry_in);
  template <class Call>
  void guarded(Call call);

  positions fresh_;            ///< what is read, each behind ">"
  std::set<std::string> met_;  ///< whose group stood once in our life
  bool lived_ = false;         ///< the connection of this attempt became live
};

template <class Call>
void command_reader::core::guarded(Call call) {
  try {
    call();
  } catch (...) {
    std::lock_guard lock(mutex);
    ++errors;
  }
}

void command_reader::core::report(link_state state, std::optional<failure> reason, unsigned attempt,
                                  std::chrono::milliseconds retry_in) {
  if (options.on_state)
    guarded([&] { options.on_state({state, std::move(reason), attempt, retry_in}); });
}

void command_reader::core::run() {
  unsigned attempt = 0;
  while (!stop.requested) {
    report(link_state::connecting, std::nullopt, attempt, {});
    failure reason;
    lived_ = false;
    auto opened = connection::open(options.connection, &stop.event);
    try {
      reason = opened ? serve(*opened) : opened.error();
    } catch (const std::bad_alloc&) {
      reason = {failure_kind::out_of_memory, "no memory for the commands"};
    }
    {
      std::lock_guard lock(mutex);
      ready.clear();
    }
    fresh_.clear();
    if (stop.requested) break;
    attempt = lived_ ? 1 : attempt + 1;
    auto pause = backoff_delay(attempt, options.link.backoff, options.link.uniform());
    report(link_state::down, reason, attempt, pause);
    if (!pause_until(std::chrono::steady_clock::now() + pause, stop.event)) break;
  }
  report(link_state::stopped, std::nullopt, attempt, {});
}

/// Makes what is missing of the groups of the wanted streams. True in `fresh_` what is then read.
std::optional<failure> command_reader::core::make_groups(connection& link) {
  std::vector<read_stream> now;
  {
    std::lock_guard lock(mutex);
    now = wanted;
  }
  positions next;
  for (const auto& stream : now) {
    if (fresh_.count(stream.name) == 0) {
      // One whose group stood before has lost what was in it: whatever stands there is news.
      auto made = create_group(link, stream.name, options.group,
                               met_.count(stream.name) != 0 ? "0" : stream.from);
      if (!made) return made.error();
      met_.insert(stream.name);
    }
    next[stream.name] = ">";
  }
  if (next == fresh_ && lived_) return std::nullopt;
  fresh_ = std::move(next);
  {
    std::lock_guard lock(mutex);
    ready.clear();
    for (const auto& [name, after] : fresh_) ready.insert(name);
  }
  if (!std::exchange(lived_, true)) report(link_state::live, std::nullopt, 0, {});
  repeats = true;  // first what we may have read in an earlier life
  if (options.on_ready) guarded([&] { options.on_ready(); });
  return std::nullopt;
}

/// Reads once. A group that is gone is made again at the next turn.
std::optional<failure> command_reader::core::take(connection& link, const positions& from,
                                                  bool waits, std::vector<read_entry>& entries,
                                                  reply& raw) {
  auto limit = link.command_timeout() + (waits ? options.block : std::chrono::milliseconds{0});
  auto answer = link.command(read_many(options, from, waits), limit);
  std::optional<failure> bad;
  if (!answer) {
    bad = answer.error();
    if (!group_is_gone(*bad)) return bad;
    fresh_.clear();
    return std::nullopt;
  }
  raw = std::move(*answer);
  bad = parse_many(raw, options.fields, entries);
  if (bad && options.on_error) guarded([&] { options.on_error(*bad); });
  return std::nullopt;
}

std::optional<failure> command_reader::core::read_pending(connection& link) {
  positions after;
  for (const auto& [name, position] : fresh_) after[name] = "0";
  while (!after.empty() && !stop.requested) {
    std::vector<read_entry> entries;
    reply raw;
    if (auto bad = take(link, after, false, entries, raw)) return bad;
    positions next;
    for (const auto& entry : entries) next[std::string(entry.stream)] = std::string(entry.id);
    if (!entries.empty() && options.on_entries) guarded([&] { options.on_entries(entries); });
    after = std::move(next);
  }
  return std::nullopt;
}

failure command_reader::core::serve(connection& link) {
  while (!stop.requested) {
    if (auto bad = make_groups(link)) return *bad;
    if (repeats.exchange(false)) {
      if (auto bad = read_pending(link)) return *bad;
    }
    if (fresh_.empty()) {
      // Nothing to read, or all of it to be made anew; but the connection is to be watched.
      auto pong = link.command({"PING"});
      if (!pong) return pong.error();
      if (!pause_until(std::chrono::steady_clock::now() + options.block, stop.event)) break;
      continue;
    }
    std::vector<read_entry> entries;
    reply raw;
    if (auto bad = take(link, fresh_, true, entries, raw)) return *bad;
    if (!entries.empty() && options.on_entries) guarded([&] { options.on_entries(entries); });
  }
  return {failure_kind::cancelled, "stopped"};
}

command_reader::command_reader(command_reader_options options)
    : core_(std::make_shared<core>(std::move(options))) {}

command_reader::~command_reader() {
  stop();
  // An actor may end with the last reference to it, which this very thread held to wake it. What
  // the thread still needs it owns.
  if (thread_.joinable()) thread_.detach();
}

void command_reader::start() {
  if (thread_.joinable() || core_->stop.requested) return;
  thread_ = start_thread("redis-commands", [core = core_] { core->run(); });
}

void command_reader::stop() {
  core_->stop.request();
  if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
}

void command_reader::read(std::vector<read_stream> streams) {
  std::lock_guard lock(core_->mutex);
  core_->wanted = std::move(streams);
}

void command_reader::repeat() {
  core_->repeats = true;
}

bool command_reader::is_reading(const std::string& stream) const {
  std::lock_guard lock(core_->mutex);
  return core_->ready.count(stream) != 0;
}

std::uint64_t command_reader::callback_errors() const {
  std::lock_guard lock(core_->mutex);
  return core_->errors;
}

}  // namespace outcry::redis
