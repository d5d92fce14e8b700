#include "apps/outcry/signal_lists.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "adapters/sqlite/signal_reader.hpp"
#include "adapters/sqlite/signal_schema.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/signal_json.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;
using sqlite::signal_reader;

constexpr std::size_t longest_remark = 80;
constexpr std::int64_t ns_per_milli = 1'000'000;

signal_reader reader_of(const session& at) {
  return signal_reader(sqlite::signals_path(at.settings.floor.data_dir.string()));
}

cell when(timestamp_ns at) {
  return {local_time(at / ns_per_milli), colour::dim};
}

/// Cut where a character begins.
std::string shortened(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

std::string remark_of(const std::string& code, const std::string& reason) {
  if (code.empty()) return reason;
  return reason.empty() ? code : code + ": " + reason;
}

cell profit_of(const signal_record& x) {
  if (x.trade.empty() || x.trade.front().exited.is_zero()) return {"-", colour::dim};
  const auto profit = x.trade.front().profit;
  return {to_string(profit), profit.is_positive() ? colour::green
                             : profit < Money{}   ? colour::red
                                                  : colour::none};
}

void print_lines(const std::vector<json>& items) {
  output out;
  if (items.empty()) return out.line("[]");
  for (std::size_t i = 0; i < items.size(); ++i)
    out.line((i == 0 ? "[" : " ") + dump(items[i]) + (i + 1 == items.size() ? "]" : ","));
}

template <class Record>
json array_of(const std::vector<Record>& records) {
  auto result = json::array();
  for (const auto& x : records) result.push_back(to_json(x));
  return result;
}

template <class Record>
exit_code print_json(const std::vector<Record>& records) {
  std::vector<json> items;
  for (const auto& x : records) items.push_back(to_json(x));
  print_lines(items);
  return all_done;
}

void print_table(output& out, const std::vector<signal_record>& signals) {
  std::vector<std::vector<cell>> rows;
  for (const auto& x : signals) {
    const std::string state(to_string(x.state));
    rows.push_back({{fmt::to_string(x.id)},
                    when(x.said_ns),
                    {x.ticker, colour::bold},
                    {x.action == "close" ? "close " + x.side : x.side},
                    {state, colour_of(state)},
                    {x.bot_id},
                    profit_of(x),
                    {x.source + "/" + x.source_id, colour::dim},
                    {x.author},
                    {shortened(remark_of(x.code, x.reason), longest_remark)}});
  }
  out.table(
      {"NUMBER", "SAID", "TICKER", "SIDE", "STATE", "BOT", "PROFIT", "SOURCE/ID", "AUTHOR", ""},
      rows);
}

std::optional<std::int64_t> number_in(const std::string& name) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return number;
}

signal_record find(signal_reader& from, const std::string& name) {
  std::optional<signal_record> found;
  if (const auto number = number_in(name)) {
    found = from.ask().signal(*number);
  } else if (const auto slash = name.rfind('/'); slash != std::string::npos) {
    found = from.ask().signal(name.substr(0, slash), name.substr(slash + 1));
  } else {
    throw std::invalid_argument("signal: expected a number or SOURCE/ID, found " + name);
  }
  if (!found) throw std::invalid_argument("signal: there is none called " + name);
  return *found;
}

struct sheet {
  output out;
  std::size_t width = 14;

  void title(const std::string& text) { out.line({{text, colour::bold}}); }
  void row(const char* name, const std::string& value) {
    if (!value.empty()) out.line({{fmt::format("  {}", name), colour::dim}, {value}}, {width, 0});
  }
  void row(const char* name, timestamp_ns at) {
    if (at != 0) row(name, local_time(at / ns_per_milli));
  }
};

void show_trade(sheet& to, const trade_record& x) {
  to.title("trade");
  to.row("bot", x.bot_id);
  to.row("state", std::string(to_string(x.state)));
  to.row("entered", fmt::format("{} of {} at {}", to_string(x.entered), to_string(x.wanted),
                                to_string(x.entry_price)));
  to.row("exited", fmt::format("{} at {}", to_string(x.exited), to_string(x.exit_price)));
  to.row("stop", fmt::format("{} (first {})", to_string(x.stop), to_string(x.first_stop)));
  to.row("profit", to_string(x.profit));
  to.row("opened", x.opened_ns);
  to.row("closed", x.closed_ns);
  to.row("why", x.reason);
}

void show_signal(sheet& to, const signal_record& x) {
  to.title(fmt::format("signal {}: {} {} {}", x.id, x.action, x.side, x.ticker));
  to.row("state",
         fmt::format("{} since {}", to_string(x.state), local_time(x.updated_ns / ns_per_milli)));
  to.row("why", remark_of(x.code, x.reason));
  to.row("source", x.source + "/" + x.source_id);
  to.row("author", x.author);
  to.row("contributor", x.contributor);
  to.row("asset", x.asset);
  to.row("confidence", fmt::to_string(x.confidence));
  to.row("bot", x.bot_id);
  to.row("said", x.said_ns);
  to.row("received", x.received_ns);
  to.row("expires", x.expires_ns);
  to.row("call", x.call);
}

void show_update(sheet& to, const signal_update_record& x) {
  to.title(fmt::format("update {}", x.id));
  to.row("said", x.said_ns);
  to.row("source", x.source + "/" + x.source_id);
  to.row("result", remark_of(x.code, x.reason));
  to.row("update", x.update);
}

void show_message(sheet& to, const stored_message& x) {
  const auto& m = x.message;
  to.title(fmt::format("message {}{}", x.id,
                       m.deleted          ? " (taken back)"
                       : m.edited_ns != 0 ? " (edited)"
                                          : ""));
  to.row("received", m.received_ns);
  to.row("author", m.trusted ? m.author : m.author + " (not trusted)");
  to.row("verdict", fmt::format("{}, {} of 100: {}", x.verdict.verdict, x.verdict.confidence,
                                x.verdict.reason));
  to.row("rule", x.verdict.rule);
  to.row("text", m.text);
  to.row("reading", x.verdict.reading);
}

}  // namespace

exit_code signals_list(const session& at, const signal_list_options& what) {
  auto from = reader_of(at);
  find_signals query;
  query.source = what.source;
  query.ticker = what.ticker;
  if (!what.state.empty()) query.states = {what.state};
  query.limit = what.limit;
  const auto found = from.ask().read(query).signals;
  if (at.json) return print_json(found);
  output out;
  if (found.empty()) {
    out.line("no signals");
  } else {
    print_table(out, found);
  }
  return all_done;
}

exit_code signals_show(const session& at, const std::string& name) {
  auto from = reader_of(at);
  const auto signal = find(from, name);
  const auto updates = from.ask().read(find_updates{signal.source, signal.source_id, 1000}).updates;
  auto messages =
      from.ask().read(find_messages{0, signal.source, signal.source_id, "", 1000}).messages;
  std::reverse(messages.begin(), messages.end());
  if (at.json) {
    auto whole = to_json(signal);
    whole["updates"] = array_of(updates);
    whole["messages"] = array_of(messages);
    output{}.line(dump(whole));
    return all_done;
  }
  sheet to;
  show_signal(to, signal);
  for (const auto& x : signal.trade) show_trade(to, x);
  for (auto x = updates.rbegin(); x != updates.rend(); ++x) show_update(to, *x);
  for (const auto& x : messages) show_message(to, x);
  return all_done;
}

exit_code signals_quarantine(const session& at, std::uint32_t limit) {
  auto from = reader_of(at);
  find_signals query;
  query.states = {"quarantined", "waiting"};
  query.limit = limit;
  const auto signals = from.ask().read(query).signals;
  auto messages = from.ask().read(find_messages{0, "", "", "quarantine", limit}).messages;
  std::erase_if(messages, [&](const stored_message& x) {
    return from.ask().signal(x.message.source, x.message.source_id).has_value();
  });
  if (at.json) {
    output{}.line(dump({{"signals", array_of(signals)}, {"messages", array_of(messages)}}));
    return all_done;
  }
  output out;
  if (signals.empty() && messages.empty()) out.line("nothing waits");
  if (!signals.empty()) print_table(out, signals);
  std::vector<std::vector<cell>> rows;
  for (const auto& x : messages) {
    rows.push_back({{fmt::to_string(x.id)},
                    when(x.message.received_ns),
                    {x.message.source + "/" + x.message.source_id, colour::dim},
                    {x.message.author},
                    {x.verdict.reason},
                    {shortened(x.message.text, longest_remark), colour::dim}});
  }
  if (!rows.empty()) out.table({"MESSAGE", "RECEIVED", "SOURCE/ID", "AUTHOR", "WHY", "TEXT"}, rows);
  return all_done;
}

exit_code signals_stats(const session& at) {
  auto from = reader_of(at);
  const auto found = from.ask().read(get_source_results{}).sources;
  if (at.json) return print_json(found);
  output out;
  if (found.empty()) {
    out.line("no signals");
    return all_done;
  }
  std::vector<std::vector<cell>> rows;
  for (const auto& x : found) {
    const bool any = x.trades > 0;
    rows.push_back(
        {{x.source, colour::bold},
         {fmt::to_string(x.signals)},
         {fmt::to_string(x.trades)},
         {any ? hit_rate(x) + "%" : "-"},
         {x.r_trades > 0 ? to_string(rounded(x.average_r, 2, rounding::half_even)) : "-"},
         {any ? to_string(x.profit) : "-", x.profit < Money{} ? colour::red : colour::none},
         {any ? to_string(x.drawdown) : "-"}});
  }
  out.table({"SOURCE", "SIGNALS", "TRADES", "HIT RATE", "AVERAGE R", "PROFIT", "DRAWDOWN"}, rows);
  return all_done;
}

}  // namespace outcry::cli
