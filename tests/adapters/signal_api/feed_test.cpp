#include "adapters/signal_api/feed.hpp"

#include <algorithm>
#include <random>
#include <string>

#include <catch2/catch.hpp>

using namespace outcry;
using namespace outcry::signal_api;

namespace {

/// What one listener was told, as "signal 3 v1" and so on; pings and the like left out.
struct told_log {
  std::vector<std::string> events;
  std::vector<std::int64_t> ids;  // of the new signals, by their "id:" lines
  bool open = true;
};

class logging_listener final : public listener {
public:
  explicit logging_listener(std::shared_ptr<told_log> log) : log_{std::move(log)} {}

  bool write(std::string events) override {
    std::size_t begin = 0;
    while (begin < events.size()) {
      const auto end = events.find("\n\n", begin);
      take(events.substr(begin, end - begin));
      begin = end + 2;
    }
    return log_->open;
  }
  bool open() const override { return log_->open; }

private:
  static std::string part(const std::string& text, const std::string& from, const char* to) {
    const auto at = text.find(from);
    if (at == std::string::npos) return {};
    const auto begin = at + from.size();
    return text.substr(begin, text.find_first_of(to, begin) - begin);
  }

  void take(const std::string& text) {
    const auto name = part(text, "event: ", "\n");
    if (name.empty()) return;
    log_->events.push_back(name + ' ' + part(text, "\"id\":", ",}") + " v" +
                           part(text, "\"version\":", ",}"));
    const auto id = part("\n" + text, "\nid: ", "\n");
    if (!id.empty()) log_->ids.push_back(std::stoll(id));
  }

  std::shared_ptr<told_log> log_;
};

/// A store whose answers come when the test says.
struct slow_store {
  struct question {
    find_signals what;
    feed::found answer;
    signal_list page;
  };

  std::vector<signal_record> rows;
  std::deque<question> waiting;
  bool down = false;

  feed::asker asker() {
    return [this](const find_signals& x, feed::found answer) {
      waiting.push_back({x, std::move(answer), {}});
    };
  }

  signal_record& add(const char* ticker = "SOL") {
    signal_record x;
    x.id = rows.empty() ? 1 : rows.back().id + 1;
    x.version = 1;
    x.source = "discord:1";
    x.ticker = ticker;
    x.state = signal_state::waiting;
    return rows.emplace_back(std::move(x));
  }

  signal_list find(const find_signals& x) const {
    signal_list result;
    for (const auto& r : rows) {
      if (x.after > 0 && r.id <= x.after) continue;
      if (x.before > 0 && r.id >= x.before) continue;
      if (!x.ticker.empty() && x.ticker != r.ticker) continue;
      result.signals.push_back(r);
    }
    if (x.after <= 0) std::ranges::reverse(result.signals);
    if (result.signals.size() > x.limit) result.signals.resize(x.limit);
    return result;
  }

  void answer_one() {
    auto x = std::move(waiting.front());
    waiting.pop_front();
    const auto page = find(x.what);
    x.answer(down ? nullptr : &page);
  }

  /// Reads for the oldest question now, and answers it later.
  void answer_stale(const std::function<void()>& meanwhile) {
    auto x = std::move(waiting.front());
    waiting.pop_front();
    const auto page = find(x.what);
    meanwhile();
    x.answer(&page);
  }

  void answer_all() {
    while (!waiting.empty()) answer_one();
  }
};

struct fixture {
  slow_store store;
  feed all{store.asker()};

  std::shared_ptr<told_log> open(std::optional<std::int64_t> after, const char* ticker = "") {
    auto log = std::make_shared<told_log>();
    stream_query query;
    query.after = after;
    query.filter.ticker = ticker;
    all.open(std::make_unique<logging_listener>(log), query);
    return log;
  }

  signal_record& come(const char* ticker = "SOL") {
    auto& x = store.add(ticker);
    all.told(x);
    return x;
  }

  void change(std::size_t id) {
    auto& x = store.rows[id - 1];
    ++x.version;
    all.told(x);
  }
};

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the store's first, then what comes") {
  fixture f;
  f.store.add();
  f.store.add();
  auto beginning = f.open(0);
  auto behind_one = f.open(1);
  auto now = f.open(std::nullopt);
  f.store.answer_all();
  f.come();
  f.store.answer_all();
  CHECK(beginning->events == texts{"signal 1 v1", "signal 2 v1", "signal 3 v1"});
  CHECK(beginning->ids == std::vector<std::int64_t>{1, 2, 3});
  CHECK(behind_one->events == texts{"signal 2 v1", "signal 3 v1"});
  CHECK(now->events == texts{"signal 3 v1"});
}

TEST_CASE("what comes before the feed knows where it stands is not lost") {
  fixture f;
  f.store.add();
  auto now = f.open(std::nullopt);
  f.come();
  f.store.answer_all();
  CHECK(now->events == texts{"signal 2 v1"});
}

TEST_CASE("the very first signal of a store is told") {
  fixture f;
  auto beginning = f.open(0);
  auto now = f.open(std::nullopt);
  f.store.answer_all();
  f.come();
  f.store.answer_all();
  CHECK(beginning->events == texts{"signal 1 v1"});
  CHECK(now->events == texts{"signal 1 v1"});
}

TEST_CASE("more than a page at once into an empty store") {
  fixture f;
  auto beginning = f.open(0);
  f.store.answer_all();
  for (int i = 0; i < 450; ++i) f.store.add();
  f.all.told(f.store.rows.back());
  f.store.answer_all();
  REQUIRE(beginning->ids.size() == 450);
  for (std::size_t i = 0; i < 450; ++i) CHECK(beginning->ids[i] == static_cast<int>(i) + 1);
}

TEST_CASE("changes are told without an id, to those that know the signal") {
  fixture f;
  f.store.add();
  auto a = f.open(0);
  f.store.answer_all();
  f.change(1);
  CHECK(a->events == texts{"signal 1 v1", "change 1 v2"});
  CHECK(a->ids == std::vector<std::int64_t>{1});
  // The same word twice is told once.
  f.all.told(f.store.rows[0]);
  CHECK(a->events.size() == 2);
}

TEST_CASE("a change that overtakes the page is told behind it") {
  fixture f;
  f.store.add();
  f.store.add();
  f.store.answer_all();
  auto late = f.open(1);
  f.store.answer_stale([&] { f.change(2); });
  f.store.answer_all();
  CHECK(late->events == texts{"signal 2 v1", "change 2 v2"});
  auto live = f.open(std::nullopt);
  f.come();
  f.store.answer_stale([&] { f.change(3); });
  f.store.answer_all();
  CHECK(live->events == texts{"signal 3 v1", "change 3 v2"});
}

TEST_CASE("what nobody told of is found with the next tick") {
  fixture f;
  auto a = f.open(std::nullopt);
  f.store.answer_all();
  f.store.add();
  f.store.answer_all();
  CHECK(a->events.empty());
  f.all.tick();
  f.store.answer_all();
  CHECK(a->events == texts{"signal 1 v1"});
}

TEST_CASE("a store that is away delays, and loses nothing") {
  fixture f;
  f.store.down = true;
  auto beginning = f.open(0);
  auto now = f.open(std::nullopt);
  f.store.answer_all();
  f.come();
  f.store.answer_all();
  f.store.down = false;
  CHECK(beginning->events.empty());
  f.all.retry();
  f.store.answer_all();
  CHECK(beginning->events == texts{"signal 1 v1"});
  CHECK(now->events == texts{"signal 1 v1"});
}

TEST_CASE("filters choose, the cursor goes on") {
  fixture f;
  for (int i = 0; i < 300; ++i) f.store.add(i % 2 == 0 ? "SOL" : "ETH");
  auto eth = f.open(0, "ETH");
  f.store.answer_all();
  CHECK(eth->events.size() == 150);
  CHECK(eth->ids.front() == 2);
  f.come("SOL");
  f.come("ETH");
  f.store.answer_all();
  CHECK(eth->ids.back() == 302);
  CHECK(eth->events.size() == 151);
}

TEST_CASE("an update waits for the signals that came before it") {
  fixture f;
  auto a = f.open(std::nullopt);
  f.store.answer_all();
  f.come();
  signal_update_record update;
  update.id = 9;
  update.version = 1;
  update.ticker = "SOL";
  f.all.told(update);
  CHECK(a->events.empty());
  f.store.answer_all();
  CHECK(a->events == texts{"signal 1 v1", "update 9 v1"});
}

TEST_CASE("listeners that have gone are forgotten") {
  fixture f;
  auto a = f.open(std::nullopt);
  auto b = f.open(0);
  CHECK(f.all.listeners() == 2);
  a->open = false;
  f.all.tick();
  CHECK(f.all.listeners() == 1);
}

TEST_CASE("whatever happens when, every signal is told once, in order, with its last word") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random{seed};
    fixture f;
    const auto before = random() % 5;
    for (std::size_t i = 0; i < before; ++i) f.store.add();
    std::vector<std::pair<std::int64_t, std::shared_ptr<told_log>>> logs;
    for (int step = 0; step < 200; ++step) {
      switch (random() % 8) {
        case 0:
          f.come();
          break;
        case 1:
          f.store.add();  // nobody tells
          break;
        case 2:
          if (!f.store.rows.empty()) f.change(random() % f.store.rows.size() + 1);
          break;
        case 3: {
          const auto known = static_cast<std::int64_t>(f.store.rows.size());
          const auto after = static_cast<std::int64_t>(random() % (f.store.rows.size() + 1));
          if (logs.size() < 6) logs.emplace_back(std::min(after, known), f.open(after));
          break;
        }
        case 4:
          if (random() % 10 == 0) f.all.tick();
          break;
        case 5:
          if (!f.store.waiting.empty())
            f.store.answer_stale([&] {
              if (!f.store.rows.empty()) f.change(random() % f.store.rows.size() + 1);
              f.come();
            });
          break;
        case 6:
          f.store.down = random() % 4 == 0;
          if (!f.store.waiting.empty()) f.store.answer_one();
          f.store.down = false;
          break;
        default:
          if (!f.store.waiting.empty()) f.store.answer_one();
      }
    }
    f.store.answer_all();
    f.all.tick();
    f.store.answer_all();
    f.all.retry();
    f.store.answer_all();
    for (const auto& [after, log] : logs) {
      INFO("seed " << seed << ", after " << after);
      REQUIRE(log->ids.size() == f.store.rows.size() - static_cast<std::size_t>(after));
      for (std::size_t i = 0; i < log->ids.size(); ++i)
        REQUIRE(log->ids[i] == after + static_cast<std::int64_t>(i) + 1);
      for (const auto id : log->ids) {
        const auto last = std::to_string(f.store.rows[static_cast<std::size_t>(id) - 1].version);
        const auto ends = " " + std::to_string(id) + " v" + last;
        const auto n =
            std::ranges::count_if(log->events, [&](const auto& x) { return x.ends_with(ends); });
        REQUIRE(n == 1);
      }
    }
  }
}
