#include <catch2/catch.hpp>

#include "tests/actors/signals/described.hpp"

using outcry::test::read_as;

namespace {

bool is_foreign_signal(const char* text) {
  return read_as(text).substr(0, 6) == "signal";
}

}  // namespace

TEST_CASE("labels of calls in other languages") {
  const std::string want = "signal: open long WAG/USDT limit 10 9.8 stop 9 targets 11 12";
  CHECK(read_as("Лонг #WAGUSDT\nВход: 10 - 9.8\nСтоп: 9\nЦели: 11 / 12") == want);
  CHECK(read_as("WAG/USDT LONG\nEntrada: 10 - 9,8\nStop: 9\nObjetivos: 11 / 12") == want);
  CHECK(read_as("WAG/USDT LONG\nEinstieg: 10 - 9.8\nStopp: 9\nZiele: 11 / 12") == want);
  CHECK(read_as("WAG/USDT LONG\nGiriş: 10 - 9.8\nZarar kes: 9\nHedef: 11 / 12") == want);
  CHECK(read_as("WAG/USDT لانگ\nورود: ۱۰ - ۹٫۸\nحد ضرر: ۹\nاهداف: ۱۱ / ۱۲") == want);
  CHECK(read_as("WAGUSDT 做多\n入场: 10-9.8\n止损: 9\n目标: 11 / 12") == want);
}

TEST_CASE("letters of other scripts are read in capitals, too") {
  CHECK(read_as("ШОРТ #WAGUSDT\nВХОД: 10\nСТОП: 11\nЦЕЛЬ: 9") ==
        "signal: open short WAG/USDT 10 stop 11 targets 9");
  CHECK(read_as("WAG/USDT\nENTRÉE: 10\nSTOP: 9\nOBJECTIF: 11") ==
        "signal: open long WAG/USDT 10 stop 9 targets 11");
}

TEST_CASE("thoughts and tales in other languages are no calls") {
  CHECK_FALSE(is_foreign_signal("если #WAGUSDT лонг: вход 10 стоп 9 цель 11"));
  CHECK_FALSE(is_foreign_signal("вчера лонг #WAGUSDT вход 10 стоп 9 цель 11"));
  CHECK_FALSE(is_foreign_signal("wenn #WAGUSDT dann long: Einstieg 10 Stopp 9 Ziel 11"));
  CHECK_FALSE(is_foreign_signal("talvez #WAGUSDT long entrada 10 stop 9 alvo 11"));
  CHECK(read_as("доброе утро, сегодня рынок стоит") == "nothing");
  CHECK(read_as("mercado en rango, paciencia") == "nothing");
}
