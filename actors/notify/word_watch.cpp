#include "actors/notify/word_watch.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "actors/notify/command_watch.hpp"

namespace outcry {

namespace {

constexpr std::size_t most_calls = 5;
constexpr std::int64_t ms_per_minute = 60'000;
constexpr std::int64_t longest_warning_ms = 60 * ms_per_minute;

notice of_floor(std::string title, std::string text) {
  return {notice_kind::halt, "halt", std::move(title), std::move(text)};
}

}  // namespace

news halt_watch::look(const halt_state& halt, const std::string& sender) {
  news result;
  const auto before = std::exchange(known_, halt.kind);
  if (!before || *before == halt.kind) return result;
  if (halt.kind == halt_kind::none) {
    result.over.push_back(of_floor("The floor goes on", "Bots may trade again."));
    return result;
  }
  const bool killed = halt.kind == halt_kind::killed;
  auto about = of_floor(killed ? "The floor is killed" : "The floor is stopped",
                        killed ? "Every bot is shut out, every order cancelled; start with "
                                 "config.confirm lifts it."
                               : "Every bot is stopped, and those that come later.");
  if (sender == dead_man_sender) {
    about.kind = notice_kind::dead_man;
    about.title = "The dead-man's switch has stopped all bots";
    about.text = "You were not heard for too long. Send start when you are back.";
  }
  about.urgent = true;
  about.escalates = sender.empty() || sender == dead_man_sender;
  about.page = halt.message_id.empty() ? "/" : message_page(halt.message_id);
  result.raised.push_back(std::move(about));
  return result;
}

news dead_man_watch::look(std::int64_t span_ms, std::int64_t fires_at_ms, bool has_fired,
                          std::int64_t now_ms) {
  news result;
  notice nearing{notice_kind::dead_man, "dead_man_near", {}, {}, true};
  const auto warning = std::min(longest_warning_ms, span_ms / 4);
  const bool near = !has_fired && fires_at_ms != 0 && now_ms >= fires_at_ms - warning;
  if (near && !near_) {
    const auto minutes = std::max<std::int64_t>(0, (fires_at_ms - now_ms) / ms_per_minute);
    nearing.title = fmt::format("All bots are stopped in {} min", minutes);
    nearing.text = "The dead-man's switch has not heard you. Open the page or send anything.";
    result.raised.push_back(std::move(nearing));
  } else if (!near && near_) {
    result.over.push_back(std::move(nearing));  // in silence: whoever was heard knows
  }
  near_ = near;
  return result;
}

news signal_watch::look(const std::vector<signal_record>& waiting, timestamp_ns now_ns) {
  news result;
  std::set<std::int64_t> here;
  bool grown = false;
  for (const auto& x : waiting) {
    here.insert(x.id);
    grown = grown || !known_.contains(x.id);
  }
  const bool emptied = here.empty() && !known_.empty();
  known_ = std::move(here);
  // A yes cannot wait for a digest, and nobody is called twice for the same one.
  notice about{notice_kind::signal, "signals", {}, {}, true, false};
  if (emptied) result.over.push_back(about);
  if (!grown) return result;
  about.title = waiting.size() == 1 ? "A call waits for your yes"
                                    : fmt::format("{} calls wait for your yes", waiting.size());
  for (std::size_t i = 0; i < waiting.size() && i < most_calls; ++i) {
    const auto& x = waiting[i];
    if (i > 0) about.text += '\n';
    about.text +=
        fmt::format("{} {} by {}", x.ticker, x.side, x.author.empty() ? x.source : x.author);
    if (x.expires_ns > now_ns)
      about.text += fmt::format(", {} min left", (x.expires_ns - now_ns) / (60 * ns_per_s));
  }
  if (waiting.size() > most_calls)
    about.text += fmt::format("\nand {} more", waiting.size() - most_calls);
  result.raised.push_back(std::move(about));
  return result;
}

}  // namespace outcry
