#include <algorithm>

#include <fmt/format.h>

#include "apps/outcry/console/actor_facts.hpp"
#include "apps/outcry/console/page.hpp"
#include "apps/outcry/console/sources.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

namespace {

constexpr std::int64_t ask_pause_ms = 1'000;
/// The floor gives an actor 2.5 s to tell of itself.
constexpr std::int64_t facts_limit_ms = 10'000;

/// What is known of the actor beyond its row, shared with the question under way.
struct asked_facts {
  actor_facts told;
  std::string refused;
  std::int64_t asked_ms = 0;
  bool asking = false;
  bool wants_state = false;
  bool asks_state = false;
};

text_line labelled(const char* label, field what) {
  return {{fmt::format("{:<10}", label), ink::dim}, std::move(what)};
}

class actor_page final : public text_page {
public:
  explicit actor_page(std::string name) : name_(std::move(name)) {}

  std::string actor() const override { return name_; }
  std::string remark() const override { return name_; }

  void work(talk& over, std::int64_t now_ms) override {
    auto& x = *facts_;
    if (x.asking || !over.live()) return;
    if (!x.wants_state && x.asked_ms > 0 && now_ms - x.asked_ms < ask_pause_ms) return;
    x.asked_ms = now_ms;
    x.asking = true;
    x.asks_state = std::exchange(x.wants_state, false);
    const auto arguments =
        fmt::format("\"name\":{},\"parts\":[{}\"recent\",\"mailbox\",\"links\",\"log\"]",
                    json_text(name_), x.asks_state ? "\"state\"," : "");
    // The page may be gone when the answer comes.
    over.ask("actor", arguments, facts_limit_ms, [kept = facts_](const answer& a) {
      if (a.what == answer::part::item) {
        kept->refused.clear();
        if (!take_facts(a.text, kept->told)) kept->refused = "its answer makes no sense";
      } else if (a.what == answer::part::refused) {
        kept->refused = fmt::format("{} ({})", a.text, a.code);
      }
      if (a.what == answer::part::end || a.what == answer::part::refused) kept->asking = false;
    });
  }

  bool press_key(const key& x, const look& at) override {
    if (x.is('s')) {
      facts_->wants_state = true;
      return true;
    }
    return text_page::press_key(x, at);
  }

protected:
  std::vector<text_line> lines(const look& at, int columns) override {
    std::vector<text_line> result;
    const auto* entry = at.data.actors().find(name_);
    if (entry == nullptr)
      result.push_back({{name_, ink::strong}, {" is not there (any more)", ink::bad}});
    else
      add_row(result, *entry, at, columns);
    if (!facts_->refused.empty())
      result.push_back(labelled("no answer", {facts_->refused, ink::bad}));
    for (const auto& x : facts_->told.unanswered)
      result.push_back(labelled("no answer", {x + ": the actor did not tell in time", ink::warn}));
    add_facts(result);
    return result;
  }

private:
  void add_row(std::vector<text_line>& to, const actor_entry& x, const look& at,
               int columns) const {
    const auto& r = x.row;
    const auto state = state_of(r, at.now_ms);
    to.push_back({{name_, ink::strong},
                  {"  " + r.kind + "  ", ink::dim},
                  state,
                  {fmt::format(" for {}", span_words(at.now_ms - r.since_ms))},
                  {fmt::format("  under {}", r.parent.empty() ? "the floor" : r.parent), ink::dim},
                  {r.hidden ? "  the system's own" : "", ink::dim}});
    const auto at_it = serving_ms(r, at.now_ms);
    to.push_back(labelled("handling", r.serving ? field{fmt::format("{} for {}", r.serving->message,
                                                                    span_words(at_it)),
                                                        at_it >= stuck_ms  ? ink::bad
                                                        : at_it >= busy_ms ? ink::warn
                                                                           : ink::plain}
                                                : field{"nothing", ink::dim}));
    const auto bound = r.mailbox_bound == 0 ? std::string{"conflated by its senders"}
                                            : fmt::format("of {}", r.mailbox_bound);
    to.push_back(
        labelled("mailbox", {fmt::format("{} {}, the oldest waits {}, {} refused", r.mailbox, bound,
                                         span_words(r.oldest_wait_ms), r.refused)}));
    const auto rate = [&](double value) { return rate_words(at.data.current(x, value)); };
    to.push_back(labelled("a second", {fmt::format("in {}, out {}, handled {}", rate(x.in_rate),
                                                   rate(x.out_rate), rate(x.handled_rate))}));
    to.push_back(labelled(
        "handler~",
        {fmt::format(
            "mean {}, max of 60 s {} (sampled: {} of {} handled)", nanos_words(x.mean_ns),
            r.handler.max_ns > 0 ? nanos_words(static_cast<double>(r.handler.max_ns)) : "-",
            count_words(r.handler.sampled), count_words(r.handled))}));
    to.push_back(labelled(
        "errors", {fmt::format("{}, restarts {}{}", r.errors, r.restarts,
                               r.backoff_left_ms > 0 ? ", again in " + span_words(r.backoff_left_ms)
                                                     : std::string{}),
                   r.errors + r.restarts > 0 ? ink::warn : ink::plain}));
    if (!r.last_exit.empty()) to.push_back(labelled("last exit", {r.last_exit, ink::bad}));
    const auto room = static_cast<std::size_t>(std::max(columns - 20, 10));
    add_spark(to, "in/s 60 s", x.in.values(at.data.looked_at_ms()), room, true);
    add_spark(to, "mailbox", x.mailbox.values(at.data.looked_at_ms()), room, false);
  }

  static void add_spark(std::vector<text_line>& to, const char* label,
                        const std::array<double, history_seconds>& values, std::size_t columns,
                        bool rate) {
    double most = 0;
    for (double x : values)
      if (x > most) most = x;
    const auto peak = rate ? rate_words(most) : count_words(static_cast<std::uint64_t>(most));
    to.push_back({{fmt::format("{:<10}", label), ink::dim},
                  {spark_line(values, columns), ink::title},
                  {" max " + peak, ink::dim}});
  }

  void add_facts(std::vector<text_line>& to) const {
    const auto& x = facts_->told;
    if (!x.links.empty()) {
      std::string all;
      for (const auto& one : x.links) all += (all.empty() ? "" : ", ") + one;
      to.push_back(labelled("links", {all}));
    }
    heading(to, fmt::format("the last {} messages", x.recent.size()));
    for (const auto& one : x.recent)
      to.push_back({{"  " + clock_words(one.at_ms) + "  ", ink::dim},
                    {fmt::format("{:<24}", one.message)},
                    {one.took_ns < 0 ? "" : "  " + nanos_words(static_cast<double>(one.took_ns)),
                     ink::dim}});
    heading(to, fmt::format("waiting in the mailbox, the first {}", x.mailbox.size()));
    for (const auto& one : x.mailbox)
      to.push_back({{"  " + one.message + "  ", ink::strong}, {one.text}});
    heading(to, x.state_told ? "state (s asks again)" : "state: s asks for it");
    for (const auto& one : x.state) to.push_back({{"  " + one}});
    if (facts_->wants_state || (facts_->asking && facts_->asks_state))
      to.push_back({{"  asking ...", ink::dim}});
    heading(to, fmt::format("log, the last {} lines", x.log.size()));
    for (const auto& one : x.log) to.push_back({{"  " + one}});
  }

  static void heading(std::vector<text_line>& to, std::string text) {
    to.push_back({{std::move(text), ink::title}});
  }

  std::string name_;
  std::shared_ptr<asked_facts> facts_ = std::make_shared<asked_facts>();
};

}  // namespace

std::unique_ptr<page> make_actor_page(const std::string& name) {
  return std::make_unique<actor_page>(name);
}

}  // namespace outcry::console
