#include "tests/bench/stage.hpp"

#include <caf/atom.hpp>
#include <fmt/format.h>

namespace outcry::bench {

namespace {

constexpr std::chrono::seconds patience{60};

}  // namespace

stage_config::stage_config() {
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-throughput", 50);
}

journal_actor::behavior_type fake_journal() {
  return {
      [](const journal_write&) { return journal_receipt{}; },
      [](const load_floor&) { return floor_image{}; },
      [](const load_bot& asked) {
        bot_image image;
        image.record.bot_id = asked.bot_id;
        return image;
      },
      [](const find_line&) { return ledger_line{}; },
      [](const load_trading&) { return trading_image{}; },
      [](const find_orders&) { return order_list{}; },
      [](const read_order_events&) { return order_event_list{}; },
      [](const get_performance&) { return performance_list{}; },
      [](const find_ledgers&) { return ledger_list{}; },
      [](const read_outbox&) { return outbox_page{}; },
      [](const outbox_delivered&) { return outbox_page{}; },
  };
}

mirror_actor::behavior_type fake_mirror() {
  return {
      [](const listen_to_mirror&) {},
      [](const mirror_patch&) { return mirror_reply{}; },
      [](const get_links&) { return link_list{}; },
  };
}

stage::stage() : root_(system_.spawn(floor, stop_limits{5000, 1000, 60'000})) {}

stage::~stage() {
  bots_.clear();
  caf::scoped_actor self{system_};
  self->request(root_, patience, stop_floor{"the benchmark is over"})
      .receive([](const stop_report&) {}, [](caf::error&) {});
  self->send_exit(root_, caf::exit_reason::user_shutdown);
}

caf::actor stage::adopt(floor_tier tier, child_spec spec) {
  auto name = spec.name;
  auto supervisor = spawn_supervised(system_, std::move(spec), house_);
  caf::scoped_actor self{system_};
  self->request(root_, patience, supervise{name, static_cast<std::uint32_t>(tier), supervisor})
      .receive([](const supervised&) {},
               [&](caf::error& reason) {
                 throw std::runtime_error(name + ": " + system_.render(reason));
               });
  return supervisor;
}

caf::actor stage::place_bot(const bot_identity& identity,
                            const std::shared_ptr<const bot_services>& services) {
  bot_setup_ptr setup = std::make_shared<const bot_setup>(bot_setup{identity, "{}"});
  auto bot = place(floor_tier::bots, "bot:" + identity.id, ticker_bot, setup, services);
  bots_.push_back(bot);
  return bot;
}

void stage::await_bots() {
  caf::scoped_actor self{system_};
  for (const auto& bot : bots_) {
    self->request(caf::actor_cast<bot_actor>(bot), patience, get_bot{})
        .receive([](const bot_status&) {},
                 [&](caf::error& reason) {
                   throw std::runtime_error("a bot is not ready: " + system_.render(reason));
                 });
  }
}

bot_identity numbered_bot(std::size_t n, std::size_t tickers) {
  bot_identity identity;
  identity.ticker = fmt::format("T{}", n % tickers);
  identity.id = fmt::format("counter-{}-{:05}", identity.ticker, n);
  identity.strategy = "counter";
  return identity;
}

}  // namespace outcry::bench
