#include "tests/chaos/books.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "messages/decimal.hpp"
#include "messages/trading_codec.hpp"

namespace outcry::test {

namespace {

std::map<std::string, Quantity> sums(const table& rows) {
  std::map<std::string, Quantity> result;
  for (const auto& row : rows) result[row.at(0)] += Quantity::parse(row.at(1)).value();
  std::erase_if(result, [](const auto& entry) { return entry.second.is_zero(); });
  return result;
}

}  // namespace

void write_swings(const std::filesystem::path& file, std::uint32_t seed, int every_ms) {
  std::ofstream out(file);
  out << "time_ms,price,size,exchange\n";
  std::mt19937 random(seed);
  int cents = 5000;
  for (int i = 0; i < 200'000; ++i) {
    cents = std::clamp(cents + static_cast<int>(random() % 21) - 10, 4800, 5040);
    out << fmt::format("{},{}.{:02},500,Q\n", 4 * 3'600'000 + i * every_ms, cents / 100,
                       cents % 100);
  }
}

std::string ladder_bots(const std::string& ticker, int count, const std::string& prefix) {
  std::string result;
  for (int i = 1; i <= count; ++i)
    result += fmt::format(
        "[[bots]]\nticker = \"{}\"\nid = \"{}{}\"\nstrategy = \"scale_t\"\n"
        "parameters = {{ cash = 10000, start = \"50.50\", step = 0.001, rows = 100 }}\n\n",
        ticker, prefix, i);
  return result;
}

table broker_rows(const floor_process& at, const std::string& sql) {
  return rows_of(at.data_dir() / "paper.db", sql);
}

namespace {

std::vector<std::string> differences(const floor_process& at) {
  std::vector<std::string> result;
  std::map<std::string, std::string> at_broker;
  for (const auto& row : broker_rows(at, "SELECT client_order_id, status, filled_qty FROM orders"))
    at_broker[row.at(0)] = row.at(1) + ' ' + row.at(2);
  for (const auto& row : at.journal("SELECT body FROM orders")) {
    const auto order = parse_order_record(row.at(0)).value();
    const auto found = at_broker.find(order.order.request.client_order_id);
    const auto said =
        fmt::format("{} {}", to_string(order.status), to_string(order.order.filled_qty));
    const bool over =
        order.order.filled_qty.is_zero() &&
        (order.status == order_status::never_sent || order.status == order_status::rejected);
    if (found == at_broker.end() ? !over : said != found->second)
      result.push_back(fmt::format("{}; at the broker: {}", row.at(0),
                                   found == at_broker.end() ? "nothing" : found->second));
    if (found != at_broker.end()) at_broker.erase(found);
  }
  for (const auto& [id, said] : at_broker)
    result.push_back(fmt::format("{} ({}) is at the broker only", id, said));
  const auto held = sums(at.journal("SELECT ticker, qty FROM holdings"));
  auto known = sums(at.journal("SELECT ticker, outside FROM tickers"));
  for (const auto& [ticker, qty] : held) known[ticker] += qty;
  std::erase_if(known, [](const auto& entry) { return entry.second.is_zero(); });
  if (known != sums(broker_rows(at, "SELECT ticker, qty FROM positions")))
    result.push_back("the positions are not the broker's");
  for (const auto& row : at.journal("SELECT halted FROM tickers WHERE halted <> ''"))
    result.push_back(row.at(0));
  std::map<std::string, Quantity> told;
  for (const auto& row : at.journal("SELECT body FROM order_events")) {
    const auto event = parse_order_event(row.at(0)).value();
    auto& sum = told[event.bot_id + '/' + event.terms.ticker];
    event.terms.side == order_side::buy ? sum += event.qty : sum -= event.qty;
  }
  std::erase_if(told, [](const auto& entry) { return entry.second.is_zero(); });
  if (told != sums(at.journal("SELECT bot_id || '/' || ticker, qty FROM holdings")))
    result.push_back("the fills told are not what the bots hold");
  return result;
}

}  // namespace

void check_books(const floor_process& at) {
  eventually([&] { return differences(at).empty(); }, std::chrono::seconds(20));
  CHECK(differences(at) == std::vector<std::string>{});
}

void stop_all(const floor_process& at) {
  const auto said = at.outcry({"stop", "ALL", "--protective", "cancel", "--wait", "90"});
  INFO(said.output);
  REQUIRE(said.code == 0);
}

void start_all(const floor_process& at) {
  const auto said = at.outcry({"start", "ALL", "--wait", "60"});
  INFO(said.output);
  REQUIRE(said.code == 0);
}

}  // namespace outcry::test
