#include "actors/market/broker_feed.hpp"

#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <caf/exit_reason.hpp>
#include <catch2/catch.hpp>

#include "actors/floor/supervisor.hpp"
#include "tests/actors/market/people.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

// One poll of a scripted source: what it gives and when it wants to be asked again.
struct scene {
  std::vector<price_batch> ticks;
  std::optional<duration_ns> again_after;  // nothing: the source ends
  std::string failure;
};

struct script {
  source_pace pace = source_pace::timed;
  bool in_session = true;
  std::deque<scene> scenes;  // behind the last one the source stays silent
  std::vector<std::pair<std::string, bool>> wants;
  std::vector<timestamp_ns> polls;
  std::uint64_t unreadable = 0;
};

class scripted_source final : public price_source {
public:
  explicit scripted_source(std::shared_ptr<script> text) : text_(std::move(text)) {}
  source_pace pace() const override { return text_->pace; }
  void want(const std::string& ticker, bool wanted) override {
    text_->wants.emplace_back(ticker, wanted);
  }
  std::optional<timestamp_ns> poll(timestamp_ns now, std::vector<price_batch>& out) override {
    text_->polls.push_back(now);
    if (text_->scenes.empty()) return now + 3600 * ns_per_s;
    auto next = text_->scenes.front();
    text_->scenes.pop_front();
    if (!next.failure.empty()) throw std::runtime_error(next.failure);
    out = next.ticks;
    if (!next.again_after) return std::nullopt;
    return now + *next.again_after;
  }
  bool in_session(timestamp_ns) const override { return text_->in_session; }
  std::uint64_t unreadable() const override { return text_->unreadable; }
  std::string describe() const override { return "a script"; }

private:
  std::shared_ptr<script> text_;
};

struct feed_floor : actor_fixture {
  std::shared_ptr<script> text = std::make_shared<script>();
  std::shared_ptr<feed_book> book = std::make_shared<feed_book>();
  notes aapl = std::make_shared<notebook>();
  notes meta = std::make_shared<notebook>();
  caf::actor aapl_pit = spawn(listener, "pit:AAPL", aapl);
  caf::actor meta_pit = spawn(listener, "pit:META", meta);
  caf::actor feed;

  void open() {
    book->source = std::make_unique<scripted_source>(text);
    feed = caf::actor_cast<caf::actor>(
        spawn(broker_feed, book, feed_options{30 * ns_per_s}, the_house()));
    run();
  }

  void open_supervised() {
    book->source = std::make_unique<scripted_source>(text);
    child_spec spec;
    spec.name = "feed";
    spec.kind = "feed";
    spec.start = [this](caf::actor_system& system) {
      return caf::actor_cast<caf::actor>(
          system.spawn(broker_feed, book, feed_options{30 * ns_per_s}, the_house()));
    };
    feed = spawn_supervised(system(), std::move(spec), the_house());
    own(feed);
    run();
  }

  void want(const std::string& ticker, std::uint32_t count) {
    tell(demand{ticker, count, ticker == "AAPL" ? aapl_pit : meta_pit});
  }

  template <class Message>
  void tell(const Message& message) {
    send(feed, message);
    run();
  }

  link_status link() {
    auto links = request_sync<link_list>(feed, get_links{});
    REQUIRE(links);
    REQUIRE(links->links.size() == 1);
    return links->links[0];
  }
};

using lines = std::vector<std::string>;
using wishes = std::vector<std::pair<std::string, bool>>;

}  // namespace

TEST_CASE_METHOD(feed_floor, "the source hears once that a ticker is wanted, once that it is not") {
  open();
  want("AAPL", 0);
  CHECK(text->wants.empty());
  want("AAPL", 1);
  want("AAPL", 3);
  want("META", 1);
  want("AAPL", 2);
  CHECK(text->wants == wishes{{"AAPL", true}, {"META", true}});
  want("AAPL", 0);
  want("AAPL", 0);
  CHECK(text->wants == wishes{{"AAPL", true}, {"META", true}, {"AAPL", false}});
  want("AAPL", 1);
  CHECK(text->wants.back() == std::pair<std::string, bool>{"AAPL", true});
  CHECK(text->wants.size() == 4);
}

TEST_CASE_METHOD(feed_floor, "no price is asked for before the feed opens") {
  open();
  want("AAPL", 1);
  advance(5s);
  CHECK(text->polls.empty());
  tell(open_feed{});
  tell(open_feed{});
  CHECK(text->polls == std::vector<timestamp_ns>{time()->now()});
}

TEST_CASE_METHOD(feed_floor, "the source is asked when it said, and its ticks go to their pits") {
  text->scenes = {{{}, 2 * ns_per_s, ""},
                  {{ticks_of("AAPL", 1, 2), ticks_of("META", 7, 7)}, 3 * ns_per_s, ""},
                  {{ticks_of("AAPL", 3, 3)}, 3600 * ns_per_s, ""}};
  open();
  want("AAPL", 1);
  want("META", 1);
  auto start = time()->now();
  tell(open_feed{});
  advance(10s);
  CHECK(text->polls ==
        std::vector<timestamp_ns>{start, start + 2 * ns_per_s, start + 5 * ns_per_s});
  CHECK(aapl->all == lines{"waiting", "live", "prices 1 2", "prices 3"});
  CHECK(meta->all == lines{"waiting", "live", "prices 7"});
}

TEST_CASE_METHOD(feed_floor,
                 "a ticker that is silent in session goes stale, once, and comes back") {
  text->scenes = {{{ticks_of("AAPL", 1, 1)}, 50 * ns_per_s, ""},
                  {{ticks_of("AAPL", 2, 2)}, 3600 * ns_per_s, ""}};
  open();
  want("AAPL", 1);
  auto start = time()->now();
  tell(open_feed{});
  advance(30s);
  CHECK(aapl->all == lines{"waiting", "live", "prices 1"});
  advance(1s);
  CHECK(aapl->all == lines{"waiting", "live", "prices 1", "stale"});
  CHECK(aapl->states.back().reason == "no price since " + to_iso(start));
  advance(18s);
  CHECK(aapl->states.size() == 3);
  advance(1s);
  CHECK(aapl->all == lines{"waiting", "live", "prices 1", "stale", "live", "prices 2"});
}

TEST_CASE_METHOD(feed_floor, "a ticker that never had a price goes stale too") {
  open();
  want("AAPL", 1);
  advance(60s);
  CHECK(aapl->all == lines{"waiting"});
  tell(open_feed{});
  advance(1s);
  CHECK(aapl->all == lines{"waiting", "stale"});
}

TEST_CASE_METHOD(feed_floor, "a ticker wanted late has its time before it is stale") {
  open();
  tell(open_feed{});
  advance(300s);
  want("AAPL", 1);
  CHECK(aapl->all == lines{"waiting"});
  advance(30s);
  CHECK(aapl->all == lines{"waiting"});
  advance(1s);
  CHECK(aapl->all == lines{"waiting", "stale"});
}

TEST_CASE_METHOD(feed_floor, "out of session a ticker is closed, not stale") {
  text->scenes = {{{ticks_of("AAPL", 1, 1)}, 3600 * ns_per_s, ""}};
  open();
  want("AAPL", 1);
  tell(open_feed{});
  text->in_session = false;
  advance(600s);
  CHECK(aapl->all == lines{"waiting", "live", "prices 1", "closed"});
  text->in_session = true;
  advance(1s);
  CHECK(aapl->all.back() == "stale");
}

TEST_CASE_METHOD(feed_floor, "a ticker that nobody wants any more is not live") {
  text->scenes = {{{ticks_of("AAPL", 1, 1)}, 3600 * ns_per_s, ""}};
  open();
  want("AAPL", 1);
  tell(open_feed{});
  CHECK(aapl->all == lines{"waiting", "live", "prices 1"});
  want("AAPL", 0);
  CHECK(aapl->all.back() == "waiting");
  advance(600s);
  CHECK(aapl->all.back() == "waiting");
  want("AAPL", 1);
  CHECK(aapl->all.back() == "waiting");
}

TEST_CASE_METHOD(feed_floor, "a bridge's ticks are handed on only while they are wanted") {
  text->pace = source_pace::external;
  open();
  tell(open_feed{});
  tell(ticks_of("AAPL", 1, 1));
  want("AAPL", 1);
  tell(ticks_of("AAPL", 2, 3));
  tell(ticks_of("META", 7, 7));
  tell(order_update{"AAPL", "1", "new", "{}", 1, 1});
  want("AAPL", 0);
  tell(ticks_of("AAPL", 4, 4));
  // An order of ours matters whether anybody wants prices or not.
  tell(order_update{"AAPL", "2", "fill", "{}", 1, 1});
  CHECK(aapl->all == lines{"waiting", "live", "prices 2 3", "order 1", "waiting", "order 2"});
  CHECK(meta->all.empty());
  CHECK(text->polls.empty());
}

TEST_CASE_METHOD(feed_floor, "how late prices from outside come is the feed's lag") {
  text->pace = source_pace::external;
  open();
  want("AAPL", 1);
  CHECK(link().lag_ms == -1);
  auto late = ticks_of("AAPL", 1, 2);
  late.ticks.back().event_ns = time()->now() - 340 * ns_per_ms;
  late.ticks.back().init_ns = time()->now();
  tell(late);
  CHECK(link().lag_ms == 340);
  // A source whose clock is ahead is not early.
  advance(20s);
  late.ticks.back().event_ns = time()->now() + ns_per_s;
  late.ticks.back().init_ns = time()->now();
  tell(late);
  CHECK(link().lag_ms == 0);
}

TEST_CASE_METHOD(feed_floor, "a bridge that loses its connection takes its tickers down") {
  text->pace = source_pace::external;
  open();
  want("AAPL", 1);
  tell(open_feed{});
  tell(link_status{"redis", link_state::live, time()->now_ms(), "", 0});
  tell(ticks_of("AAPL", 1, 1));
  tell(link_status{"redis", link_state::down, time()->now_ms(), "connection refused", 0});
  CHECK(aapl->all == lines{"waiting", "live", "prices 1", "down"});
  CHECK(aapl->states.back().reason == "connection refused");
  CHECK(link().state == link_state::down);
  tell(link_status{"redis", link_state::live, time()->now_ms(), "", 0});
  CHECK(aapl->all.back() == "live");
}

TEST_CASE_METHOD(feed_floor, "a source that throws is down, with its reason, and asked again") {
  text->scenes = {{{ticks_of("AAPL", 1, 1)}, ns_per_s, ""},
                  {{}, {}, "T.csv line 7: no number"},
                  {{ticks_of("AAPL", 2, 2)}, 3600 * ns_per_s, ""}};
  open_supervised();
  want("AAPL", 1);
  tell(open_feed{});
  advance(1s);
  CHECK(aapl->all == lines{"waiting", "live", "prices 1", "down"});
  CHECK(aapl->states.back().reason == "T.csv line 7: no number");
  CHECK(book->link.state == link_state::down);
  CHECK(book->link.reason == "T.csv line 7: no number");
  // The restarted feed goes on with the same source and the same demand.
  advance(1s);
  CHECK(aapl->all.back() == "prices 2");
  CHECK(aapl->states.back().state == feed_state::live);
  CHECK(link().state == link_state::live);
}

TEST_CASE_METHOD(feed_floor, "a source that keeps throwing stays down") {
  for (int i = 0; i < 20; ++i) text->scenes.push_back({{}, {}, "broken"});
  open_supervised();
  want("AAPL", 1);
  tell(open_feed{});
  advance(60s);
  CHECK(text->polls.size() == 6);
  CHECK(aapl->states.back().state == feed_state::down);
  CHECK(aapl->states.back().reason == "broken");
  auto links = request_sync<link_list>(feed, get_links{});
  REQUIRE_FALSE(links);
  CHECK(links.error() == ec::failed);
}

TEST_CASE_METHOD(feed_floor, "in lockstep the next batch comes when the last has been handled") {
  text->pace = source_pace::lockstep;
  text->scenes = {{{ticks_of("AAPL", 1, 2), ticks_of("META", 7, 7), ticks_of("AAPL", 3, 3)}, 0, ""},
                  {{ticks_of("AAPL", 4, 4)}, {}, ""}};
  aapl->answers = false;
  open();
  want("AAPL", 1);
  want("META", 1);
  tell(open_feed{});
  auto answer = [&](const caf::actor& pit) {
    send(pit, wake{});
    run();
  };
  CHECK(aapl->all == lines{"waiting", "live", "lockstep 1 2"});
  CHECK(meta->all == lines{"waiting", "live"});
  meta->answers = false;
  answer(aapl_pit);
  CHECK(meta->all == lines{"waiting", "live", "lockstep 7"});
  CHECK(aapl->lockstep.size() == 1);
  answer(meta_pit);
  CHECK(aapl->all.back() == "lockstep 3");
  CHECK(text->polls.size() == 1);
  answer(aapl_pit);
  CHECK(text->polls.size() == 2);
  CHECK(aapl->all.back() == "lockstep 4");
  answer(aapl_pit);
  CHECK(aapl->all.back() == "closed");
}

TEST_CASE_METHOD(feed_floor, "a pit that never answers does not stop a replay for good") {
  text->pace = source_pace::lockstep;
  text->scenes = {{{ticks_of("AAPL", 1, 1), ticks_of("AAPL", 2, 2)}, {}, ""}};
  aapl->answers = false;
  open();
  want("AAPL", 1);
  tell(open_feed{});
  CHECK(aapl->lockstep.size() == 1);
  advance(90s);
  CHECK(aapl->lockstep.size() == 2);
}

TEST_CASE_METHOD(feed_floor, "the end of a replay is closed, and nothing more is asked") {
  text->scenes = {{{ticks_of("AAPL", 1, 1)}, {}, ""}};
  open();
  want("AAPL", 1);
  tell(open_feed{});
  CHECK(aapl->all == lines{"waiting", "live", "prices 1", "closed"});
  advance(600s);
  CHECK(text->polls.size() == 1);
  CHECK(aapl->all.size() == 4);
  CHECK(link().reason == "a script, ended");
}

TEST_CASE_METHOD(feed_floor, "a restarted pit is told the present state and gets the ticks") {
  text->scenes = {{{ticks_of("AAPL", 1, 1)}, ns_per_s, ""},
                  {{ticks_of("AAPL", 2, 2)}, 3600 * ns_per_s, ""}};
  open();
  want("AAPL", 1);
  tell(open_feed{});
  auto log = std::make_shared<notebook>();
  tell(demand{"AAPL", 1, spawn(listener, "the next pit:AAPL", log)});
  CHECK(log->all == lines{"live"});
  advance(1s);
  CHECK(log->all == lines{"live", "prices 2"});
  CHECK(aapl->all == lines{"waiting", "live", "prices 1"});
  CHECK(text->wants.size() == 1);
}

TEST_CASE_METHOD(feed_floor, "a pit that was closed is forgotten, and its ticker with it") {
  open();
  want("AAPL", 1);
  want("META", 0);
  tell(demand{"AAPL", 0, {}});
  tell(demand{"META", 0, {}});
  tell(demand{"XYZ", 0, {}});
  CHECK(text->wants == wishes{{"AAPL", true}, {"AAPL", false}});
  CHECK(book->tickers.empty());
  want("AAPL", 1);
  CHECK(text->wants.back() == std::pair<std::string, bool>{"AAPL", true});
}

TEST_CASE_METHOD(feed_floor, "a batch of a pit that was closed does not stop a replay") {
  text->pace = source_pace::lockstep;
  text->scenes = {{{ticks_of("AAPL", 1, 1), ticks_of("META", 7, 7)}, ns_per_s, ""}};
  aapl->answers = false;
  open();
  want("AAPL", 1);
  want("META", 1);
  tell(open_feed{});
  tell(demand{"META", 0, {}});
  send(aapl_pit, wake{});
  advance(2s);
  CHECK(meta->lockstep.empty());
  CHECK(text->polls.size() == 2);
}

TEST_CASE_METHOD(feed_floor, "what its source could not read is the feed's errors, counted once") {
  open();
  auto errors = [&] { return board().find("feed", "feed")->status().errors; };
  text->unreadable = 10;
  advance(2s);
  CHECK(errors() == 10);
  text->unreadable = 11;
  advance(2s);
  CHECK(errors() == 11);
}
