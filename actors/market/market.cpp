#include "actors/market/market.hpp"

#include <algorithm>
#include <chrono>

#include <caf/exit_reason.hpp>
#include <spdlog/spdlog.h>

#include "actors/floor/floor.hpp"
#include "actors/floor/supervisor.hpp"

namespace outcry {

namespace {

constexpr std::chrono::seconds answer_timeout{5};
constexpr std::chrono::minutes look_interval{1};

}  // namespace

void market_state::open(std::shared_ptr<market_book> book, pit_neighbours neighbours,
                        floor_actor floor, house_ptr house) {
  book_ = std::move(book);
  neighbours_ = std::move(neighbours);
  floor_ = std::move(floor);
  house_ = std::move(house);
  self_->delayed_send(self_, look_interval, wake{});
}

pit_address market_state::find(const std::string& ticker) {
  auto& entry = book_->pits[ticker];
  if (!entry.book) {
    entry.book = std::make_shared<pit_book>();
    entry.book->ticker = ticker;
    entry.pit = open_pit(entry.book);
  }
  // Whoever asks will subscribe: the address is good until long after that.
  entry.wanted_ns = house_->time->now();
  return {entry.pit};
}

caf::actor market_state::open_pit(const std::shared_ptr<pit_book>& book) {
  child_spec spec;
  spec.name = "pit:" + book->ticker;
  spec.kind = "pit";
  spec.start = [book, neighbours = neighbours_, house = house_](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn(pit, book, neighbours, house));
  };
  auto label = spec.name;
  auto supervisor = spawn_supervised(self_->system(), std::move(spec), house_);
  self_
      ->request(floor_, answer_timeout,
                supervise{label, static_cast<std::uint32_t>(floor_tier::market), supervisor})
      .then([](const supervised&) {}, [this](caf::error&) { self_->count_error(); });
  return supervisor;
}

void market_state::on_timer() {
  self_->delayed_send(self_, look_interval, wake{});
  for (const auto& [ticker, entry] : book_->pits) {
    self_->request(caf::actor_cast<pit_actor>(entry.pit), answer_timeout, get_pit{})
        .then([this, ticker = ticker](const pit_status& status) { look_at(ticker, status); },
              // One that is down may have listeners: it is looked at again when it is up.
              [](caf::error&) {});
  }
}

void market_state::look_at(const std::string& ticker, const pit_status& status) {
  auto known = book_->pits.find(ticker);
  if (known == book_->pits.end()) return;
  auto now = house_->time->now();
  if (status.subscribers > 0)
    known->second.wanted_ns = now;
  else if (now - known->second.wanted_ns >= pit_idle_limit_ns)
    close_pit(ticker);
}

void market_state::close_pit(const std::string& ticker) {
  auto gone = std::move(book_->pits.extract(ticker).mapped());
  spdlog::info("pit {} is closed: nobody wants it", ticker);
  self_->send_exit(gone.pit, caf::exit_reason::user_shutdown);
  if (auto board = board_of(self_->system())) board->remove("pit:" + ticker);
  // Before a successor can tell the feed of itself.
  if (neighbours_.feed) self_->send(neighbours_.feed, demand{ticker, 0, {}});
}

caf::result<pit_list> market_state::list() {
  auto promise = self_->make_response_promise<pit_list>();
  if (book_->pits.empty()) return promise.deliver(pit_list{});
  auto result = std::make_shared<pit_list>();
  auto open = std::make_shared<std::size_t>(book_->pits.size());
  auto settle = [result, open, promise]() mutable {
    if (--*open != 0) return;
    std::sort(result->pits.begin(), result->pits.end(),
              [](const pit_status& a, const pit_status& b) { return a.ticker < b.ticker; });
    promise.deliver(*result);
  };
  for (const auto& [ticker, entry] : book_->pits) {
    self_->request(caf::actor_cast<pit_actor>(entry.pit), answer_timeout, get_pit{})
        .then(
            [result, settle](const pit_status& status) mutable {
              result->pits.push_back(status);
              settle();
            },
            [this, settle](caf::error&) mutable {
              self_->count_error();
              settle();
            });
  }
  return promise;
}

market_impl::behavior_type market(market_self* self, std::shared_ptr<market_book> book,
                                  pit_neighbours neighbours, floor_actor floor, house_ptr house) {
  self->observe({"market", "market", 100'000});
  self->state.open(std::move(book), std::move(neighbours), std::move(floor), std::move(house));
  return {
      // The pit of a ticker.
      [self](const find_pit& request) { return self->state.find(request.ticker); },
      // Every pit.
      [self](const list_pits&) { return self->state.list(); },
      // Time to look for pits that nobody wants.
      [self](const wake&) { self->state.on_timer(); },
  };
}

}  // namespace outcry
