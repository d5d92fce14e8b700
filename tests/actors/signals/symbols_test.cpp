#include "actors/signals/symbols.hpp"

#include <catch2/catch.hpp>

using namespace outcry;
using namespace outcry::signals;

namespace {

/// "SOL/USDT by a pair"; "or X" for a rival; "" = none.
std::string ticker_of(std::string_view text, symbol_evidence least = symbol_evidence::position) {
  const auto view = view_message(text);
  const auto found = find_symbol(view, least);
  if (!found.best) return "";
  auto result = found.best->what.ticker;
  if (!found.best->what.quote.empty()) result += "/" + found.best->what.quote;
  result += " by " + std::string{to_string(found.best->why)};
  if (found.rival) result += " or " + found.rival->what.ticker;
  return result;
}

}  // namespace

TEST_CASE("a base and a quote make a pair") {
  CHECK(ticker_of("long qqx/usdt") == "QQX/USDT by a pair");
  CHECK(ticker_of("SOL-USDT") == "SOL/USDT by a pair");
  CHECK(ticker_of("SOL | USDT") == "SOL/USDT by a pair");
  CHECK(ticker_of("sol/spot") == "SOL by a pair");
  CHECK(ticker_of("NZD CAD") == "NZDCAD by a pair");
  CHECK(ticker_of("nzd/cad") == "NZDCAD by a pair");
  CHECK(ticker_of("SOL - USDT is money") != "SOL/USDT by a pair");
}

TEST_CASE("pairs in one word") {
  CHECK(ticker_of("the solusdt chart") == "SOL/USDT by a pair in one word");
  CHECK(ticker_of("WAGUSDT.P now") == "WAG/USDT by a pair in one word");
  CHECK(ticker_of("gbpchf") == "GBPCHF by a known name");
  CHECK(ticker_of("hello steth").empty());
}

TEST_CASE("names, tags and labels") {
  CHECK(ticker_of("gold buys") == "XAUUSD by a known name");
  CHECK(ticker_of("nas100 up") == "NAS100 by a known name");
  CHECK(ticker_of("#WAG now") == "WAG by a tag");
  CHECK(ticker_of("$WAG now") == "WAG by a tag");
  CHECK(ticker_of("Coin: WAG") == "WAG by a label");
  CHECK(ticker_of("Ticker - #WAG/USDT") == "WAG/USDT by a pair");
}

TEST_CASE("a bare word is a ticker only where tickers stand") {
  CHECK(ticker_of("WAG long 12") == "WAG by its place and its capitals");
  CHECK(ticker_of("wag long 12") == "WAG by its place");
  CHECK(ticker_of("buy WAG @ 12") == "WAG by its place and its capitals");
  CHECK(ticker_of("people say WAG is nice").empty());
  CHECK(ticker_of("people say WAG is nice", symbol_evidence::capitals) ==
        "WAG by a word in capitals");
}

TEST_CASE("a known coin before a call's words") {
  CHECK(ticker_of("adding LINK limit 13") == "LINK by its place and its capitals");
  CHECK(ticker_of("XRP quick long 1.2") == "XRP by its place and its capitals");
  CHECK(ticker_of("XRP holders are happy").empty());
}

TEST_CASE("what a ticker is") {
  const auto kind = [](std::string_view text) {
    const auto found = find_symbol(view_message(text), symbol_evidence::position);
    return found.best ? found.best->what.kind : asset_kind::unknown;
  };
  CHECK(kind("NQ long 18000") == asset_kind::future);
  CHECK(kind("AMD long 100") == asset_kind::stock);
  CHECK(kind("SOL long 100") == asset_kind::crypto);
  CHECK(kind("silver long 30") == asset_kind::metal);
  CHECK(kind("GER40 long 18000") == asset_kind::index);
  CHECK(kind("WAG long 100") == asset_kind::unknown);
}

TEST_CASE("known coins whose names are common words") {
  CHECK(ticker_of("near limit 3") == "NEAR by its place and its capitals");
  CHECK(ticker_of("the price is near 3").empty());
  CHECK(ticker_of("MOVE SL TO BE", symbol_evidence::capitals).empty());
}

TEST_CASE("common words, exchanges and currencies are no tickers") {
  CHECK(ticker_of("VIP Signals\nbuy @ 12").empty());
  CHECK(ticker_of("BYBIT long 12").empty());
  CHECK(ticker_of("USD long 12").empty());
  CHECK(ticker_of("#binance #long").empty());
}

TEST_CASE("two tickers with evidence as good are rivals") {
  CHECK(ticker_of("#SOL and #ADA long") == "SOL by a tag or ADA");
  CHECK(ticker_of("SOL/USDT long, ADA sleeps") == "SOL/USDT by a pair");
  CHECK(ticker_of("#SOL, again #SOL/USDT") == "SOL/USDT by a pair");
}

TEST_CASE("a name behind a mention belongs to the mention") {
  CHECK(ticker_of("SL hit @HEAD TRADER", symbol_evidence::capitals).empty());
}

TEST_CASE("rates no pair of great currencies ever had are implausible") {
  CHECK(plausible_rate("GBPCHF", *Price::parse("1.12")));
  CHECK_FALSE(plausible_rate("GBPCHF", *Price::parse("112")));
  CHECK(plausible_rate("CHFJPY", *Price::parse("170")));
  CHECK_FALSE(plausible_rate("CHFJPY", *Price::parse("1.7")));
  CHECK(plausible_rate("USDTRY", *Price::parse("34")));
}

TEST_CASE("a name behind a heading, before something else begins") {
  const auto least = symbol_evidence::known_coin;
  CHECK(ticker_of("SCALP TRADE - WAG \U0001F3AE TYPE - LONG", least) == "WAG by a known ticker");
  CHECK(ticker_of("SCALP TRADE - X \U0001F3AE TYPE - LONG", least).empty());
}

TEST_CASE("a name in capitals behind the side that begins the message") {
  CHECK(ticker_of("short WAG massive risk") == "WAG by its place and its capitals");
  CHECK(ticker_of("I would short WAG massive risk").empty());
}

TEST_CASE("a mention of everybody hides nothing") {
  CHECK(ticker_of("@everyone SOL limit 21") == "SOL by its place and its capitals");
  CHECK(ticker_of("<@&123> SOL limit 21") == "SOL by its place and its capitals");
}

TEST_CASE("an index named like an exchange") {
  CHECK(ticker_of("nasdaq buy 17850") == "NAS100 by a known name");
  CHECK(ticker_of("NASDAQ: WAG buy 10") != "NAS100 by a known name");
}

TEST_CASE("a coin named like a market, and tags of one letter") {
  CHECK(ticker_of("PERP limit .52") == "PERP by its place and its capitals");
  CHECK(ticker_of("perp limit .52").empty());
  CHECK(ticker_of("#H long") == "H by a tag");
}

TEST_CASE("a pair may begin with a word that means something else") {
  CHECK(ticker_of("long id/usdt now") == "ID/USDT by a pair");
  CHECK(ticker_of("not/usdt") == "NOT/USDT by a pair");
}

TEST_CASE("common words and timeframes around a known coin") {
  CHECK(ticker_of("quick LINK scalp long") == "LINK by its place and its capitals");
  CHECK(ticker_of("LINK 4h long limit 13") == "LINK by its place and its capitals");
  CHECK(ticker_of("LINK high risk short 13") == "LINK by its place and its capitals");
  CHECK(ticker_of("the vault moved LINK yesterday, longs and shorts pay").empty());
}
