#include <cstdio>
#include <string>

#include "tests/adapters/sqlite/samples.hpp"

/// Usage: sqlite_crash_writer DATA_DIR. Journals messages m1 to m3 one after the other, each with a
/// bot's record and a value owed, then forgets the first value; prints each number once told that
/// it is stored. A crash point ends it somewhere in between.
int main(int argc, char** argv) {
  using namespace outcry::sqlite;
  if (argc != 2) return 2;
  journal_engine engine(test::settings_in(argv[1]));
  for (std::uint64_t i = 1; i <= 3; ++i) {
    const auto number = std::to_string(i);
    auto write = test::adopting(test::sample_ledger("m" + number));
    write.bots.emplace_back();
    write.bots.back().bot_id = "b";
    write.bots.back().revision = i;
    write.owed = {{"p" + number, "1"}};
    test::one<outcry::journal_receipt>(engine, write);
    std::printf("%s\n", number.c_str());
    std::fflush(stdout);
  }
  test::one<outcry::outbox_page>(engine, outcry::outbox_delivered{1, {}, ""});
  std::printf("delivered\n");
  return 0;
}
