#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "apps/outcry/console/json_cursor.hpp"
#include "apps/outcry/console/page.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

namespace {

constexpr std::int64_t trace_count = 200;
constexpr std::int64_t trace_seconds = 60;

struct traced_message {
  std::int64_t at_ms = 0;
  std::string from;
  std::string message;
  std::string text;
  std::int64_t took_ns = -1;
  std::uint64_t dropped = 0;  ///< so many were left out before it
};

traced_message read_traced(json_cursor& in) {
  traced_message result;
  std::string_view name;
  if (!in.enter_object()) return result;
  while (in.next_member(name)) {
    if (name == "at_ms")
      result.at_ms = in.integer();
    else if (name == "from")
      in.text(result.from);
    else if (name == "message")
      in.text(result.message);
    else if (name == "text")
      in.text(result.text);
    else if (name == "took_ns")
      result.took_ns = in.null() ? -1 : in.integer();
    else
      in.skip();
  }
  return result;
}

/// What was traced, shared with the question under way.
struct trace_log {
  std::deque<traced_message> lines;
  std::uint64_t dropped = 0;  ///< since the last line
  std::uint64_t all_dropped = 0;
  std::int64_t begun_ms = 0;  ///< of the steady clock; 0 = not asked yet
  std::string ended;          ///< why; "" = it goes on
};

void hear_trace(trace_log& to, const answer& x) {
  if (x.what == answer::part::dropped) {
    to.dropped += x.count;
    to.all_dropped += x.count;
    return;
  }
  std::string_view name;
  json_cursor in{x.text};
  if (x.what == answer::part::refused) {
    to.ended = fmt::format("{} ({})", x.text, x.code);
  } else if (x.what == answer::part::end) {
    to.ended = "it has ended";
    if (!in.enter_object()) return;
    while (in.next_member(name)) {
      if (name != "reason") {
        in.skip();
        continue;
      }
      const auto reason = in.text();
      to.ended = reason == "count"  ? "so many were wanted"
                 : reason == "time" ? "its time is over"
                 : reason == "gone" ? "the actor is gone"
                                    : reason;
    }
  } else if (in.enter_object()) {
    while (in.next_member(name)) {
      if (name != "traced") {
        in.skip();
        continue;
      }
      auto one = read_traced(in);
      one.dropped = std::exchange(to.dropped, 0);
      to.lines.push_back(std::move(one));
      if (to.lines.size() > static_cast<std::size_t>(trace_count)) to.lines.pop_front();
    }
  }
}

class trace_page final : public text_page {
public:
  explicit trace_page(std::string name) : name_(std::move(name)) { follow_end(); }

  std::string actor() const override { return name_; }
  std::string remark() const override { return "trace of " + name_; }

  channel asks_over() const override { return channel::trace; }

  void work(talk& over, std::int64_t now_ms) override {
    now_ms_ = now_ms;
    if (!begun_) {
      begun_ = true;
      over.open(now_ms);
    }
    if (log_->begun_ms != 0) {
      // One connection is one trace: nothing is begun anew by itself.
      if (!log_->ended.empty() && !closed_) close(over);
      return;
    }
    if (!over.live()) {
      if (!over.why_not().empty()) {
        log_->ended = over.why_not();
        log_->begun_ms = now_ms;
      }
      return;
    }
    log_->begun_ms = now_ms;
    over.ask("trace",
             fmt::format("\"name\":{},\"count\":{},\"seconds\":{}", json_text(name_), trace_count,
                         trace_seconds),
             (trace_seconds + 15) * 1000, [kept = log_](const answer& x) { hear_trace(*kept, x); });
  }

  void close(talk& over) override {
    if (begun_ && !std::exchange(closed_, true)) over.close();
  }

protected:
  std::vector<text_line> lines(const look&, int) override {
    const auto left_s = trace_seconds - (now_ms_ - log_->begun_ms) / 1000;
    const auto& x = *log_;
    std::vector<text_line> result;
    for (const auto& one : x.lines) {
      if (one.dropped > 0)
        result.push_back(
            {{fmt::format("  {} messages were left out: too many a second", one.dropped),
              ink::warn}});
      result.push_back(
          {{clock_words(one.at_ms) + "." + fmt::format("{:03} ", one.at_ms % 1000), ink::dim},
           {one.from.empty() ? "" : one.from + " ", ink::dim},
           {one.message + " ", ink::strong},
           {one.text},
           {one.took_ns < 0 ? "" : "  " + nanos_words(static_cast<double>(one.took_ns)),
            ink::dim}});
    }
    if (!x.ended.empty())
      result.push_back({{fmt::format("{} of at most {} messages; the trace has ended: {}",
                                     x.lines.size(), trace_count, x.ended),
                         ink::title}});
    else
      result.push_back({{fmt::format("{} of at most {} messages; ends in {} s", x.lines.size(),
                                     trace_count, std::max<std::int64_t>(left_s, 0)),
                         ink::title}});
    return result;
  }

private:
  std::string name_;
  std::shared_ptr<trace_log> log_ = std::make_shared<trace_log>();
  std::int64_t now_ms_ = 0;
  bool begun_ = false;
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<page> make_trace_page(const std::string& name) {
  return std::make_unique<trace_page>(name);
}

}  // namespace outcry::console
