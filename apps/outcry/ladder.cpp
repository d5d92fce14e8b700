#include "apps/outcry/ladder.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/outcry/output.hpp"
#include "messages/keys.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

std::string read_text(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) throw std::invalid_argument(path + ": cannot be read");
  std::string text;
  // One byte more than is allowed is enough to be refused.
  text.resize(ladders::max_csv_bytes + 1);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) throw std::invalid_argument(path + ": cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

template <class Number>
Number number_of(const char* option, const std::string& text) {
  auto value = Number::parse(text);
  if (!value) throw std::invalid_argument(fmt::format("{}: {}", option, value.error()));
  return *value;
}

/// "--step: expected ..., found ...": the options are called as the plan's fields are.
[[noreturn]] void refuse_option(const invalid_field& why) {
  throw std::invalid_argument("--" + to_string(why));
}

json row_json(const ladders::ladder_row& row, std::size_t index,
              const std::optional<ladders::csv_order>& pending) {
  json x = {{"index", index},
            {"buy_price", to_string(row.buy_price)},
            {"sell_price", to_string(row.sell_price)},
            {"target", to_string(row.target)},
            {"held", to_string(row.held)},
            {"improvement", to_string(row.improvement)},
            {"profit", to_string(row.profit)},
            {"last_action", row.last_action_s},
            {"last", row.last}};
  if (pending && pending->row == index) x["pending_order"] = pending->id;
  return x;
}

void print_json(const ladders::ladder_file& file) {
  json rows = json::array();
  for (std::size_t i = 0; i < file.rows.rows.size(); ++i)
    rows.push_back(row_json(file.rows.rows[i], i, file.pending));
  json x = {{"rows", rows},
            {"shares", to_string(held_shares(file.rows))},
            {"invested", to_string(cost_of_held(file.rows))},
            {"cash", to_string(file.rows.cash)},
            {"deposited", to_string(file.rows.deposited)}};
  output{}.line(x.dump());
}

void print_table(const ladders::ladder_file& file) {
  std::vector<std::vector<cell>> rows;
  for (std::size_t i = 0; i < file.rows.rows.size(); ++i) {
    const auto& row = file.rows.rows[i];
    bool waits = file.pending && file.pending->row == i;
    rows.push_back({{fmt::to_string(i), colour::dim},
                    {to_string(row.buy_price)},
                    {to_string(row.sell_price)},
                    {to_string(row.target)},
                    {to_string(row.held), has_shares(row) ? colour::green : colour::dim},
                    {to_string(row.profit)},
                    {local_time(row.last_action_s * 1000), colour::dim},
                    {waits ? file.pending->id : "", colour::yellow}});
  }
  output out;
  out.table({"ROW", "BUY", "SELL", "TARGET", "HELD", "PROFIT", "LAST FILL", "ORDER"}, rows);
  out.line(fmt::format("{} rows, {} shares held for {}, {} still to invest", rows.size(),
                       to_string(held_shares(file.rows)), to_string(cost_of_held(file.rows)),
                       to_string(file.rows.cash)));
}

}  // namespace

ladders::ladder_file read_ladder_file(const std::string& path, bool pending_allowed) {
  auto file = ladders::read_ladder_csv(read_text(path));
  if (!file) throw std::invalid_argument(fmt::format("{}: {}", path, to_string(file.error())));
  if (file->pending && !pending_allowed)
    throw std::invalid_argument(
        fmt::format("{}: line {}, column pending_order_id: an order waits ({}). Cancel it and let "
                    "the bot that owns the file write None there; a ladder is taken over without "
                    "orders only",
                    path, file->pending->row + 2, harmless(file->pending->id)));
  return std::move(*file);
}

exit_code ladder_build(const ladder_build_options& what) {
  if (!what.ticker.empty())
    if (auto ticker = normalise_ticker(what.ticker); !ticker)
      throw std::invalid_argument("--ticker: " + ticker.error());
  if (what.rows > 0 && what.risk > 0)
    throw std::invalid_argument("--rows and --risk: give one of them");
  ladders::ladder_plan plan;
  plan.cash = number_of<Money>("--cash", what.cash);
  plan.start = number_of<Price>("--start", what.start);
  plan.step = number_of<Ratio>("--step", what.step);
  if (what.rows > 0) plan.rows = what.rows;
  if (what.risk > 0) plan.rows = what.risk * ladders::rows_per_risk;
  auto made = ladders::build_ladder(plan);
  if (!made) refuse_option(made.error());
  auto text = ladders::write_ladder_csv(*made);
  output out;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) out.line(line);
  return out.closed() ? not_done : all_done;
}

exit_code ladder_show(const std::string& path, bool as_json) {
  auto file = read_ladder_file(path, true);
  if (as_json)
    print_json(file);
  else
    print_table(file);
  return all_done;
}

}  // namespace outcry::cli
