#include "actors/signals/signal_json.hpp"

#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "actors/signals/labelled.hpp"
#include "actors/signals/process_message.hpp"
#include "actors/signals/reading_json.hpp"
#include "tests/support/skip.hpp"

using namespace outcry;
using namespace outcry::signals;
using nlohmann::json;

namespace {

constexpr const char* corpus_path = SOURCE_ROOT "/../shared/data/signals/signals.jsonl";

/// Makes signals and updates in which any part may be there or not.
class maker {
public:
  explicit maker(unsigned seed) : random_{seed} {}

  signals::signal call() {
    signals::signal x;
    x.action = pick({trade_action::open, trade_action::close});
    x.side = pick({trade_side::long_side, trade_side::short_side});
    x.ticker = pick<std::string>({"SOL", "BRK.B", "EURUSD", "1000PEPE"});
    if (maybe()) x.quote = "USDT";
    x.asset = pick({asset_kind::unknown, asset_kind::stock, asset_kind::option, asset_kind::crypto,
                    asset_kind::forex, asset_kind::metal, asset_kind::future, asset_kind::index});
    x.order =
        pick({entry_order::unsaid, entry_order::market, entry_order::limit, entry_order::stop});
    x.venue = pick({venue_kind::unsaid, venue_kind::spot, venue_kind::futures});
    x.entries = some_prices(x.order == entry_order::market ? 0 : 1, most_entries);
    x.entry_range = x.entries.size() == 2 && maybe();
    if (maybe()) x.add_at = number<Price>();
    if (maybe()) x.stop = stop();
    if (maybe()) x.second_stop = stop();
    x.targets = some_prices(0, most_targets);
    if (maybe()) x.leverage = number<Ratio>(6);
    x.isolated_margin = maybe();
    if (maybe()) x.size.quantity = number<Quantity>();
    if (maybe()) x.size.percent = number<Ratio>(2);
    if (maybe()) x.size.risk_percent = number<Ratio>(2);
    if (maybe()) x.size.risk_r = number<Ratio>(6);
    x.size.risky = maybe();
    if (maybe())
      x.option = option_contract{number<Price>(), pick({option_right::call, option_right::put}),
                                 pick<expiry_date>({{}, {0, 2, 29}, {2027, 12, 31}})};
    if (maybe()) x.timeframe = "4H";
    take_origin(x);
    return x;
  }

  update follow_up() {
    using enum update_kind;
    update x;
    if (maybe()) x.ticker = "SOL";
    if (maybe()) x.quote = "USDT";
    if (maybe()) x.side = trade_side::short_side;
    for (auto n = between(1, most_steps); n > 0; --n) {
      update_step step;
      step.kind =
          pick({target_hit, stop_hit, filled, partial_fill, closed, close, close_partial, cancel,
                move_stop, trailing_stop, stop_rule_changed, set_target, set_leverage, scale});
      if (maybe()) step.target = static_cast<std::uint8_t>(between(1, 255));
      step.all = maybe();
      step.breakeven = maybe();
      if (maybe()) step.price = number<Price>();
      if (maybe()) step.percent = number<Ratio>(2);
      if (maybe()) step.leverage = number<Ratio>(6);
      if (maybe()) step.factor = number<Ratio>(6);
      x.steps.push_back(step);
    }
    take_origin(x);
    return x;
  }

private:
  std::size_t between(std::size_t least, std::size_t most) {
    return least + random_() % (most - least + 1);
  }
  bool maybe() { return random_() % 2 == 0; }

  template <class T>
  T pick(std::initializer_list<T> from) {
    return *(from.begin() + between(0, from.size() - 1));
  }

  /// Up to `digits` before the point, up to 12 behind it, above 0.
  template <class Decimal>
  Decimal number(int digits = 12) {
    auto text = std::to_string(random_() % 9 + 1);
    for (auto n = between(0, static_cast<std::size_t>(digits) - 1); n > 0; --n)
      text += std::to_string(random_() % 10);
    if (maybe()) {
      text += '.';
      for (auto n = between(1, 12); n > 0; --n) text += std::to_string(random_() % 10);
    }
    return Decimal::parse(text).value();
  }

  std::vector<Price> some_prices(std::size_t least, std::size_t most) {
    std::vector<Price> result(between(least, most));
    for (auto& x : result) x = number<Price>();
    return result;
  }

  stop_rule stop() {
    return {number<Price>(), pick({stop_trigger::touch, stop_trigger::candle_close}),
            pick<std::string>({"", "1D"})};
  }

  template <class T>
  void take_origin(T& x) {
    if (maybe()) x.source = "discord:9000000000000000001";
    if (maybe()) x.author = pick<std::string>({"Ж \"quoted\" \\ \xf0\x9f\x93\x88", "a\nb\tc"});
    if (maybe())
      x.message_time = static_cast<std::int64_t>(random_() % 4'000'000'000'000'000ULL) * 1'000;
  }

  std::mt19937_64 random_;
};

json whole_signal() {
  return json::parse(R"({
    "action": "open", "side": "long", "ticker": "SOL", "quote": "USDT", "asset": "crypto",
    "order": "limit", "venue": "futures", "entries": ["150", 148.5], "entry_range": true,
    "add_at": "147", "stop": {"price": "141", "trigger": "candle_close", "timeframe": "4H"},
    "second_stop": {"price": "139"}, "targets": ["160", "170", "180"], "leverage": "5",
    "isolated_margin": true,
    "size": {"quantity": "3", "percent": "5", "risk_percent": 0.5, "risk_r": "1", "risky": true},
    "option": {"strike": "160", "right": "put", "expiry": "2027-01-15"}, "timeframe": "2H",
    "source": "http:me", "author": "me", "message_time": "2026-01-31T09:30:00Z"})");
}

json whole_update() {
  return json::parse(R"({
    "ticker": "SOL", "quote": "USDT", "side": "short", "source": "http:me", "author": "me",
    "message_time": "2026-01-31T09:30:00.5+00:00",
    "steps": [{"kind": "target_hit", "target": 1, "all": true},
              {"kind": "move_stop", "breakeven": true, "price": "150", "percent": "50",
               "leverage": "3", "factor": "0.5"}]})");
}

/// The field that is refused once `value` stands at `pointer`; "read" if it is not.
std::string refused_signal(const char* pointer, const json& value) {
  auto x = whole_signal();
  x[json::json_pointer{pointer}] = value;
  const auto result = parse_signal(x.dump());
  return result ? "read" : result.error().field;
}

std::string refused_update(const char* pointer, const json& value) {
  auto x = whole_update();
  x[json::json_pointer{pointer}] = value;
  const auto result = parse_update(x.dump());
  return result ? "read" : result.error().field;
}

std::string without(json x, const char* key, bool is_signal) {
  x.erase(key);
  if (is_signal) {
    const auto result = parse_signal(x.dump());
    return result ? "read" : result.error().field;
  }
  const auto result = parse_update(x.dump());
  return result ? "read" : result.error().field;
}

}  // namespace

TEST_CASE("what is written of any signal is read as that signal") {
  maker make{17};
  for (int i = 0; i < 5'000; ++i) {
    const auto x = make.call();
    const auto text = to_json(x);
    const auto again = parse_signal(text);
    INFO(text << (again ? "" : to_string(again.error())));
    REQUIRE(again);
    REQUIRE(*again == x);
  }
}

TEST_CASE("what is written of any update is read as that update") {
  maker make{18};
  for (int i = 0; i < 5'000; ++i) {
    const auto x = make.follow_up();
    const auto text = to_json(x);
    const auto again = parse_update(text);
    INFO(text << (again ? "" : to_string(again.error())));
    REQUIRE(again);
    REQUIRE(*again == x);
  }
}

TEST_CASE("what the reader makes of real messages survives being written and read") {
  std::ifstream file{corpus_path};
  if (!file) OUTCRY_SKIP("the labelled messages are not there");
  const auto messages = signals::read_labelled(file, corpus_path);
  std::size_t calls = 0;
  std::size_t updates = 0;
  for (const auto& message : messages) {
    const auto x = process_message(message.text, {});
    INFO(message.text);
    if (x.outcome == verdict::signal) {
      const auto again = parse_signal(to_json(*x.call));
      INFO(to_json(*x.call) << (again ? "" : to_string(again.error())));
      REQUIRE(again);
      REQUIRE(*again == *x.call);
      ++calls;
    } else if (x.outcome == verdict::update) {
      const auto again = parse_update(to_json(*x.follow_up));
      INFO(to_json(*x.follow_up) << (again ? "" : to_string(again.error())));
      REQUIRE(again);
      REQUIRE(*again == *x.follow_up);
      ++updates;
    }
  }
  CHECK(calls > 50);
  CHECK(updates > 20);
}

TEST_CASE("a signal needs little") {
  const auto x = parse_signal(R"({"action":"open","side":"short","ticker":"X","entries":[1.5e2]})");
  REQUIRE(x);
  CHECK(x->side == trade_side::short_side);
  CHECK(x->order == entry_order::unsaid);
  CHECK(x->entries == std::vector{Price::from_integer(150)});
  CHECK(parse_signal(R"({"action":"close","side":"long","ticker":"X","order":"market"})"));
  for (const char* key : {"action", "side", "ticker", "entries"})
    CHECK(without(whole_signal(), key, true) == key);
  CHECK(without(whole_update(), "steps", false) == "steps");
}

TEST_CASE("every refusal of a signal names the field") {
  REQUIRE(parse_signal(whole_signal().dump()));
  struct row {
    const char* pointer;
    json value;
    const char* field;
  };
  const std::string long_text(longest_signal_text + 1, 'x');
  const std::vector<row> rows = {
      {"/action", "buy", "action"},
      {"/side", true, "side"},
      {"/ticker", "", "ticker"},
      {"/ticker", "sol", "ticker"},
      {"/ticker", std::string(33, 'A'), "ticker"},
      {"/ticker", "SO L", "ticker"},
      {"/ticker", 7, "ticker"},
      {"/quote", "", "quote"},
      {"/asset", "house", "asset"},
      {"/order", nullptr, "order"},
      {"/venue", 1, "venue"},
      {"/entries", "150", "entries"},
      {"/entries", json::array(), "entries"},
      {"/entries", json::array({"150"}), "entry_range"},
      {"/entries", std::vector<int>(17, 150), "entries"},
      {"/entries/1", "0", "entries[1]"},
      {"/entries/1", "NaN", "entries[1]"},
      {"/entries/1", "1e30", "entries[1]"},
      {"/entries/1", "1000000000000.1", "entries[1]"},
      {"/entries/0", json::object(), "entries[0]"},
      {"/entry_range", "true", "entry_range"},
      {"/add_at", "-1", "add_at"},
      {"/add_at", nullptr, "add_at"},
      {"/stop", "141", "stop"},
      {"/stop/price", 0, "stop.price"},
      {"/stop/trigger", "close", "stop.trigger"},
      {"/stop/timeframe", long_text, "stop.timeframe"},
      {"/stop/rule", "x", "stop.rule"},
      {"/second_stop", json::object(), "second_stop.price"},
      {"/targets", json::object(), "targets"},
      {"/targets", std::vector<int>(33, 160), "targets"},
      {"/targets/2", "-160", "targets[2]"},
      {"/targets/2", false, "targets[2]"},
      {"/leverage", "0", "leverage"},
      {"/leverage", "1000001", "leverage"},
      {"/isolated_margin", 1, "isolated_margin"},
      {"/size", json::array(), "size"},
      {"/size/quantity", "-1", "size.quantity"},
      {"/size/percent", "101", "size.percent"},
      {"/size/risk_percent", "-0.1", "size.risk_percent"},
      {"/size/risk_r", "", "size.risk_r"},
      {"/size/risky", "yes", "size.risky"},
      {"/size/shares", 1, "size.shares"},
      {"/option/strike", "0", "option.strike"},
      {"/option/right", "P", "option.right"},
      {"/option/expiry", "2027-02-30", "option.expiry"},
      {"/option/expiry", "1-15", "option.expiry"},
      {"/option/expiry", "2027/01/15", "option.expiry"},
      {"/option/expiry", 20270115, "option.expiry"},
      {"/option/style", "european", "option.style"},
      {"/timeframe", 2, "timeframe"},
      {"/source", long_text, "source"},
      {"/author", std::string("a\0b", 3), "author"},
      {"/author", nullptr, "author"},
      {"/message_time", "yesterday", "message_time"},
      {"/message_time", 1'700'000'000, "message_time"},
      {"/note", "to the moon", "note"},
  };
  for (const auto& x : rows) {
    INFO(x.pointer << " = " << x.value.dump());
    CHECK(refused_signal(x.pointer, x.value) == x.field);
  }
}

TEST_CASE("every refusal of an update names the field") {
  REQUIRE(parse_update(whole_update().dump()));
  struct row {
    const char* pointer;
    json value;
    const char* field;
  };
  const json step = {{"kind", "cancel"}};
  const std::vector<row> rows = {
      {"/ticker", "", "ticker"},
      {"/quote", "usdt", "quote"},
      {"/side", "both", "side"},
      {"/steps", json::array(), "steps"},
      {"/steps", json::object(), "steps"},
      {"/steps", std::vector<json>(17, step), "steps"},
      {"/steps/1", "close", "steps[1]"},
      {"/steps/1/kind", "hold", "steps[1].kind"},
      {"/steps/0/target", 0, "steps[0].target"},
      {"/steps/0/target", 256, "steps[0].target"},
      {"/steps/0/target", "1", "steps[0].target"},
      {"/steps/0/all", "all", "steps[0].all"},
      {"/steps/1/breakeven", 1, "steps[1].breakeven"},
      {"/steps/1/price", "0", "steps[1].price"},
      {"/steps/1/percent", "0", "steps[1].percent"},
      {"/steps/1/percent", "100.5", "steps[1].percent"},
      {"/steps/1/leverage", "-3", "steps[1].leverage"},
      {"/steps/1/factor", nullptr, "steps[1].factor"},
      {"/steps/1/why", "so", "steps[1].why"},
      {"/source", std::string(129, 's'), "source"},
      {"/author", 5, "author"},
      {"/message_time", "2026-13-01T00:00:00Z", "message_time"},
      {"/targets", json::array(), "targets"},
  };
  for (const auto& x : rows) {
    INFO(x.pointer << " = " << x.value.dump());
    CHECK(refused_update(x.pointer, x.value) == x.field);
  }
}

TEST_CASE("what is no signal at all is refused as a whole") {
  for (const char* text :
       {"", "null", "[]", "\"x\"", "{", "{}x", "{\"action\":", "{'a':1}", "\xff"}) {
    INFO(text);
    REQUIRE_FALSE(parse_signal(text));
    REQUIRE_FALSE(parse_update(text));
    CHECK(parse_signal(text).error().field.empty());
    CHECK_FALSE(parse_signal(text).error().expected.empty());
  }
  CHECK(parse_signal(R"({"action":"open","action":"close","side":"long","ticker":"X",)"
                     R"("order":"market"})")
            .error()
            .field == "action");
  const std::string deep =
      R"({"action":)" + std::string(5'000, '[') + std::string(5'000, ']') + "}";
  CHECK(parse_signal(deep).error().field.empty());
  const std::string large(longest_signal_json + 1, ' ');
  CHECK(parse_signal(large).error().expected == "at most 16384 bytes");
}

TEST_CASE("the largest signal and update that are allowed fit the bound on their JSON") {
  auto x = whole_signal();
  const json price = "999999999999.999999999999";
  // The longest way to write the longest text: every byte an escape of six.
  const std::string worst(longest_signal_text, '\x01');
  x["entries"] = std::vector<json>(most_entries, price);
  x["entry_range"] = false;
  x["targets"] = std::vector<json>(most_targets, price);
  for (const char* key : {"source", "author", "timeframe"}) x[key] = worst;
  x["stop"]["timeframe"] = x["second_stop"] = worst;
  x["second_stop"] = {{"price", price}, {"timeframe", worst}};
  CHECK(parse_signal(x.dump()));
  auto y = whole_update();
  y["steps"][1]["price"] = price;
  y["steps"] = std::vector<json>(most_steps, y["steps"][1]);
  for (const char* key : {"source", "author"}) y[key] = worst;
  CHECK(parse_update(y.dump()));
}
