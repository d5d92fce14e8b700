#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/calendar/new_york.hpp"
#include "adapters/control/client.hpp"
#include "apps/outcry/backtest.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/waiting.hpp"
#include "messages/keys.hpp"
#include "messages/market_codec.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;

/// Writes trades as the replay reads them: rising times of one day.
class tick_writer {
public:
  explicit tick_writer(const std::string& path) : path_(path), out_(path, std::ios::binary) {
    out_ << "time_ms,price,size,exchange\n";
    require_written();
  }

  /// False: it is of another day, and the file is finished.
  bool write(const price_tick& tick) {
    auto at = tick.event_ns != 0 ? tick.event_ns : tick.init_ns;
    auto day = calendar::new_york_day(at);
    if (rows_ == 0) {
      day_ = day;
      midnight_ = calendar::new_york_time(day, std::chrono::minutes(0));
    }
    if (day != day_) return rows_ == 0 || day < day_;
    // What was late on its way happened, to a reader, when it came.
    last_ms_ = std::max(last_ms_, (at - midnight_) / ns_per_ms);
    out_ << fmt::format("{},{},{},-\n", last_ms_, to_string(tick.price), to_string(tick.volume));
    ++rows_;
    require_written();
    return true;
  }

  std::uint64_t rows() const { return rows_; }
  std::string day() const { return calendar::day_text(day_); }

private:
  void require_written() {
    if (!out_.flush()) throw std::invalid_argument(path_ + ": cannot be written");
  }

  std::string path_;
  std::ofstream out_;
  date::year_month_day day_{};
  timestamp_ns midnight_ = 0;
  std::int64_t last_ms_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace

exit_code record(const session& at, const std::string& wanted, const std::string& path) {
  auto ticker = normalise_ticker(wanted);
  if (!ticker) throw std::invalid_argument("--ticker: " + ticker.error());
  tick_writer file{path};
  std::uint64_t missed = 0;
  bool day_over = false;
  control::client::listener on;
  // A market may be silent for as long as it is closed.
  on.silence = std::chrono::hours(24 * 7);
  on.go_on = [&] { return !interrupted() && !day_over; };
  control::client floor{config::socket_path(at.settings), std::chrono::seconds(5), on.go_on};
  on.item = [&](const json& item) {
    if (item.contains("conflated")) missed += item["conflated"].value("count", std::uint64_t{0});
    if (!item.contains("data") || item["data"].value("type", "") != "price") return;
    auto heard = parse_market_update(item["data"].dump(), *ticker, 0);
    if (!heard) throw std::runtime_error("a price that is none: " + to_string(heard.error()));
    if (const auto* price = std::get_if<price_update>(&*heard))
      day_over = day_over || !file.write(price->tick);
  };
  on.dropped = [&](std::uint64_t lines) { missed += lines; };
  complain(fmt::format("recording {} into {}; Ctrl-C ends it", *ticker, path));
  floor.call("tail", {{"tickers", {*ticker}}}, on);
  if (file.rows() > 0)
    complain(fmt::format("{} trades of {}; try: outcry backtest --ticker {} --day {} --from {}",
                         file.rows(), file.day(), *ticker, file.day(), path));
  if (missed == 0) return all_done;
  complain(fmt::format("{} trades are missing: the floor was quicker than this program", missed));
  return not_done;
}

}  // namespace outcry::cli
