#include "actors/market/market.hpp"

#include <algorithm>
#include <chrono>

#include "actors/floor/floor.hpp"
#include "actors/floor/supervisor.hpp"

namespace outcry {

namespace {

constexpr std::chrono::seconds answer_timeout{5};

}  // namespace

void market_state::open(std::shared_ptr<market_book> book, pit_neighbours neighbours,
                        floor_actor floor, house_ptr house) {
  book_ = std::move(book);
  neighbours_ = std::move(neighbours);
  floor_ = std::move(floor);
  house_ = std::move(house);
}

pit_address market_state::find(const std::string& ticker) {
  auto& entry = book_->pits[ticker];
  if (!entry.book) {
    entry.book = std::make_shared<pit_book>();
    entry.book->ticker = ticker;
    entry.pit = open_pit(entry.book);
  }
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

market_actor::behavior_type market(market_self* self, std::shared_ptr<market_book> book,
                                   pit_neighbours neighbours, floor_actor floor, house_ptr house) {
  self->observe({"market", "market", 100'000});
  self->state.open(std::move(book), std::move(neighbours), std::move(floor), std::move(house));
  return {
      // The pit of a ticker.
      [self](const find_pit& request) { return self->state.find(request.ticker); },
      // Every pit.
      [self](const list_pits&) { return self->state.list(); },
  };
}

}  // namespace outcry
