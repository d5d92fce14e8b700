#include "apps/outcry/console/app.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace outcry::console {

namespace {

constexpr std::int64_t notice_ms = 6'000;

}  // namespace

console_app::console_app(const console_options& options)
    : options_(options),
      main_(channel::main, true, [this] { begin_watch(); }),
      trace_(channel::trace, false, [] {}) {
  tabs_.push_back({"Actors", make_table_page(table_kind::actors)});
  tabs_.push_back({"Tree", make_tree_page()});
  tabs_.push_back({"Pits", make_table_page(table_kind::pits)});
  tabs_.push_back({"Links", make_table_page(table_kind::links)});
  tabs_.push_back({"Messages", make_table_page(table_kind::messages)});
  tabs_.push_back({"Dead", make_table_page(table_kind::graves)});
  tabs_.push_back({"Verdict", make_verdict_page(verdict_)});
}

std::vector<outgoing> console_app::take_outgoing() {
  auto result = main_.take_outgoing();
  auto more = trace_.take_outgoing();
  std::move(more.begin(), more.end(), std::back_inserter(result));
  return result;
}

look console_app::at(std::int64_t now_ms) const {
  // Frozen, time stands still, too. Of a floor that is gone or silent nobody knows what goes on.
  if (frozen_) return {*frozen_, frozen_at_ms_};
  const auto known_ms = book_.heard_ms() + (main_.live() ? options_.interval_ms + grace_ms : 0);
  return {book_, book_.now_ms(std::min(now_ms, known_ms))};
}

void console_app::say(std::string text, ink paint) {
  notice_ = {std::move(text), paint};
  notice_until_ms_ = now_ms_ + notice_ms;
}

void console_app::begin_watch() {
  main_.ask("inspect", fmt::format("\"interval_ms\":{}", options_.interval_ms), 0,
            [this](const answer& x) { hear_watch(x); });
}

void console_app::hear_watch(const answer& x) {
  if (x.what == answer::part::refused && main_.live()) {
    say(fmt::format("the floor tells nothing ({}): {}", x.code, x.text), ink::bad);
    return main_.lost(fmt::format("the floor refuses ({}): {}", x.code, x.text), now_ms_);
  }
  // Asked again after a pause: a floor that ends each inspection at once would be asked all the
  // time.
  if (x.what == answer::part::end)
    return main_.lost("the floor has ended its inspection: is it ending?", now_ms_);
  if (x.what != answer::part::item) return;
  const auto heard_ms = main_.heard_ms();
  const bool told = book_.take(x.text, heard_ms);
  if (!frozen_) stale_ = true;
  if (told) verdict_ = judge_.examine(book_.rows(), heard_ms);
}

void console_app::tick(std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (!std::exchange(started_, true)) main_.open(now_ms);
  main_.tick(now_ms);
  trace_.tick(now_ms);
  top().work(talk_of(top().asks_over()), now_ms);
}

void console_app::arrange(std::int64_t now_ms) {
  if (!std::exchange(stale_, false)) return;
  top().show_hidden(show_hidden_);
  top().arrange(at(now_ms));
}

}  // namespace outcry::console
