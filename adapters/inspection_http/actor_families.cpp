#include <algorithm>
#include <map>
#include <vector>

#include "adapters/inspection_http/exposition.hpp"

namespace outcry::inspection_http {

namespace {

struct counted {
  const char* member;
  const char* metric;
  const char* of_kind;
  const char* help;
};

/// Totals that survive restarts, for each actor and summed for each kind.
constexpr counted counters[] = {
    {"enqueued", "outcry_actor_enqueued_messages_total", "outcry_kind_enqueued_messages_total",
     "Messages that were put into the mailbox."},
    {"handled", "outcry_actor_handled_messages_total", "outcry_kind_handled_messages_total",
     "Messages handled."},
    {"sent", "outcry_actor_sent_messages_total", "outcry_kind_sent_messages_total",
     "Messages sent."},
    {"errors", "outcry_actor_errors_total", "outcry_kind_errors_total",
     "Handlers that threw or answered with an error."},
    {"refused", "outcry_actor_refused_messages_total", "outcry_kind_refused_messages_total",
     "Messages turned away: the mailbox was full, or the actor down."},
    {"restarts", "outcry_actor_restarts_total", "outcry_kind_restarts_total",
     "Restarts after a crash."},
};

using row_list = std::vector<const nlohmann::json*>;

bool is_one_of_many(const nlohmann::json& row) {
  const auto kind = text_in(row, "kind");
  return kind == "bot" || kind == "pit";
}

row_list rows_of(const nlohmann::json& snapshot) {
  row_list rows;
  for (const auto& [name, row] : rows_by(part_in(snapshot, "actors"), "name")) rows.push_back(row);
  std::stable_partition(rows.begin(), rows.end(),
                        [](const nlohmann::json* row) { return !is_one_of_many(*row); });
  return rows;
}

std::optional<double> since(std::optional<double> begun_ms, std::optional<double> at_ms) {
  if (!begun_ms || !at_ms) return std::nullopt;
  return std::max(0.0, (*at_ms - *begun_ms) / 1e3);
}

void add_actor(family_book& to, const nlohmann::json& row, std::optional<double> at_ms) {
  const family_book::labels of = {{"name", text_in(row, "name")}, {"kind", text_in(row, "kind")}};
  to.state("outcry_actor_state", "1 for what the actor does.", of, "state",
           {"starting", "running", "restarting", "failed", "stopped", "paused"},
           text_in(row, "state"));
  for (const auto& x : counters) to.counter(x.metric, x.help, of, number_in(row, x.member));
  to.gauge("outcry_actor_mailbox_messages", "Messages that wait, the one being served included.",
           of, number_in(row, "mailbox"));
  to.gauge("outcry_actor_mailbox_limit_messages",
           "Messages the mailbox takes; 0 = it is conflated.", of, number_in(row, "mailbox_bound"));
  to.gauge("outcry_actor_oldest_wait_seconds",
           "How long the oldest message has waited, within 1 s or a sixteenth of itself.", of,
           seconds_of_ms(number_in(row, "oldest_wait_ms")));
  const auto& serving = part_in(row, "serving");
  if (row.contains("serving"))
    to.gauge("outcry_actor_serving_seconds",
             "How long the handler has been at one message, within 1 s; 0 = it is at none.", of,
             serving.is_object() ? since(number_in(serving, "since_ms"), at_ms) : 0.0);
  to.gauge("outcry_actor_backoff_seconds", "Until it is started again.", of,
           seconds_of_ms(number_in(row, "backoff_left_ms")));
  const auto& handler = part_in(row, "handler");
  to.counter("outcry_actor_handler_samples_total", "Messages whose handling was timed.", of,
             number_in(handler, "sampled"));
  to.counter("outcry_actor_handler_sampled_seconds_total",
             "Time in handlers, of those messages that were timed.", of,
             seconds_of_ns(number_in(handler, "busy_ns")));
  to.gauge("outcry_actor_handler_max_seconds",
           "The longest that was timed, or seen for a second, within 60 s.", of,
           seconds_of_ns(number_in(handler, "max_ns")));
}

struct kind_sums {
  std::map<std::string, double> states;
  std::map<const counted*, double> totals;
  double mailbox = 0;
};

void add_kinds(family_book& to, const row_list& rows) {
  std::map<std::string, kind_sums> kinds;
  for (const auto* row : rows) {
    auto& sums = kinds[text_in(*row, "kind")];
    ++sums.states[text_in(*row, "state")];
    sums.mailbox += number_in(*row, "mailbox").value_or(0);
    for (const auto& x : counters)
      if (const auto value = number_in(*row, x.member)) sums.totals[&x] += *value;
  }
  for (const auto& [kind, sums] : kinds) {
    for (const auto& [state, count] : sums.states)
      to.gauge("outcry_actors", "Actors by kind and what they do.",
               {{"kind", kind}, {"state", state}}, count);
    to.gauge("outcry_kind_mailbox_messages", "Messages that wait for all actors of the kind.",
             {{"kind", kind}}, sums.mailbox);
    for (const auto& x : counters)
      if (const auto found = sums.totals.find(&x); found != sums.totals.end())
        to.counter(x.of_kind, x.help, {{"kind", kind}}, found->second);
  }
}

}  // namespace

void add_actors(family_book& to, const nlohmann::json& snapshot, std::size_t most_actors) {
  const auto rows = rows_of(snapshot);
  add_kinds(to, rows);
  const auto shown = std::min(rows.size(), most_actors);
  to.gauge("outcry_actors_without_series", "Actors that have no series of their own here.", {},
           static_cast<double>(rows.size() - shown));
  const auto at_ms = number_in(snapshot, "at_ms");
  for (std::size_t i = 0; i < shown; ++i) add_actor(to, *rows[i], at_ms);
}

}  // namespace outcry::inspection_http
