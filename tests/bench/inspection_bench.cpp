// What it costs that every actor can be seen into: prices one by one from pits to counter bots, on
// 10, 1000 and 10,000 actors, in three processes by turns of some tenths of a second: this program
// with the console closed, with the console open at one look a second, and the same floor with the
// observed base compiled out (inspection_bench_bare, built only when asked for). Shown as ratios of
// processor time for one delivery, each slice against its neighbour: what else the machine does
// changes from second to second.
// Usage: inspection_bench [deliveries a slice] [rounds] [least actors] [most actors]

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <caf/send.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <signal.h>
#include <unistd.h>

#include "actors/bots/strategies/counter.hpp"
#include "actors/floor/inspector.hpp"
#include "actors/market/pit.hpp"
#include "adapters/control/inspect_delta.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/stage.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;

constexpr std::size_t actors_per_pit = 100;
// Two windows on their way are fewer messages than a slow subscriber has: nothing is conflated.
constexpr std::size_t prices_per_window = 24;
static_assert(2 * prices_per_window <= slow_subscriber_depth);

/// Lets the sender be at most two windows ahead of the slowest receiver.
class pacer {
public:
  explicit pacer(std::size_t receivers) : receivers_(receivers) {}

  void begin() {
    free_.acquire();
    open_[begun_++ % 2] = receivers_;
  }
  void finished(std::size_t n) {
    if (--open_[n % 2] == 0) free_.release();
  }
  void drain() {
    free_.acquire();
    free_.acquire();
    free_.release(2);
  }

private:
  std::size_t receivers_;
  std::size_t begun_ = 0;
  std::array<std::atomic<std::size_t>, 2> open_{};
  std::counting_semaphore<2> free_{2};
};

/// The counter strategy, which also says when it has handled a window.
class paced_counter final : public strategy {
public:
  explicit paced_counter(pacer& pace) : pace_(pace) {}

  void on_price(const price_tick& tick, trader& floor) override {
    counter_.on_price(tick, floor);
    if (++seen_ % prices_per_window == 0) pace_.finished(seen_ / prices_per_window - 1);
  }
  void on_order(const order_update& update) override { counter_.on_order(update); }
  tl::expected<std::string, invalid_field> check_parameters(std::string_view x) const override {
    return counter_.check_parameters(x);
  }
  void set_parameters(std::string_view x) override { counter_.set_parameters(x); }
  std::string snapshot() const override { return counter_.snapshot(); }
  void restore(std::string_view x) override { counter_.restore(x); }
  std::string details() const override { return counter_.details(); }

private:
  pacer& pace_;
  counter counter_;
  std::size_t seen_ = 0;
};

/// Pits with their bots, one actor of a hundred being a pit.
class crowd {
public:
  explicit crowd(std::size_t actors)
      : pits_count_((actors + actors_per_pit - 1) / actors_per_pit),
        bots_count_(actors - pits_count_),
        pace_(bots_count_) {
    auto services = std::make_shared<bot_services>();
    services->journal = system_.spawn(fake_journal);
    for (std::size_t i = 0; i < pits_count_; ++i) {
      auto book = std::make_shared<pit_book>();
      book->ticker = fmt::format("T{}", i);
      pits_.push_back(system_.spawn(pit, book, pit_neighbours{}, std::make_shared<house>()));
    }
    services->market = system_.spawn([this]() -> market_actor::behavior_type {
      return {[this](const find_pit& asked) {
                auto at = std::stoul(asked.ticker.substr(1));
                return pit_address{caf::actor_cast<caf::actor>(pits_.at(at))};
              },
              [](const list_pits&) { return pit_list{}; }};
    });
    services->roster = system_.spawn([]() -> roster_actor::behavior_type {
      return {[](const bot_status&) {}, [](const unregister_bot&) {},
              [](const list_actors&) { return actor_list{}; },
              [](const list_bots&) { return bot_list{}; }};
    });
    services->house = std::make_shared<house>();
    services->strategies = [this](std::string_view, const std::string&) {
      return std::make_unique<paced_counter>(pace_);
    };
    others_ = {caf::actor_cast<caf::actor>(services->journal),
               caf::actor_cast<caf::actor>(services->market),
               caf::actor_cast<caf::actor>(services->roster)};
    for (std::size_t i = 0; i < bots_count_; ++i) {
      bot_setup_ptr setup =
          std::make_shared<const bot_setup>(bot_setup{numbered_bot(i, pits_count_), "{}"});
      bots_.push_back(
          system_.spawn(ticker_bot, setup, std::shared_ptr<const bot_services>(services)));
    }
    await();
  }

  ~crowd() {
    for (const auto& one : bots_) caf::anon_send_exit(one, caf::exit_reason::kill);
    for (const auto& one : pits_) caf::anon_send_exit(one, caf::exit_reason::kill);
    for (const auto& one : others_) caf::anon_send_exit(one, caf::exit_reason::kill);
  }

  caf::actor_system& system() { return system_; }
  std::size_t bots() const { return bots_count_; }

  void deliver(std::size_t windows) {
    price_tick tick;
    tick.price = Price::from_integer(480);
    for (std::size_t i = 0; i < windows; ++i) {
      pace_.begin();
      for (std::size_t n = 0; n < prices_per_window; ++n)
        for (std::size_t at = 0; at < pits_.size(); ++at)
          caf::anon_send(pits_[at], price_batch{fmt::format("T{}", at), {tick}, 0});
    }
    pace_.drain();
  }

private:
  void await() {
    caf::scoped_actor self{system_};
    for (const auto& one : bots_)
      self->request(one, caf::infinite, get_bot{})
          .receive([](const bot_status&) {},
                   [](caf::error&) { throw std::runtime_error("a bot does not answer"); });
  }

  std::size_t pits_count_;
  std::size_t bots_count_;
  pacer pace_;
  stage_config config_;
  caf::actor_system system_{config_};
  std::vector<pit_actor> pits_;
  std::vector<bot_impl> bots_;
  std::vector<caf::actor> others_;
};

/// A console that looks once a second and has what changed written down, as a session does.
class open_console {
public:
  open_console(caf::actor_system& system, const inspector_actor& eye)
      : thread_([this, &system, eye] { watch(system, eye); }) {}
  ~open_console() {
    over_ = true;
    wake_.release();
    thread_.join();
  }

private:
  void watch(caf::actor_system& system, const inspector_actor& eye) {
    control::delta_writer writer{part::all};
    caf::scoped_actor self{system};
    while (!over_) {
      self->request(eye, caf::infinite, inspect_floor{})
          .receive([&](const floor_seen& x) { written_ += writer.write(x.snapshot).size(); },
                   [](caf::error&) {});
      wake_.try_acquire_for(std::chrono::seconds(1));
    }
  }

  std::atomic<bool> over_{false};
  std::binary_semaphore wake_{0};
  std::size_t written_ = 0;
  std::thread thread_;
};

/// Measures slice after slice and prints the processor nanoseconds of one delivery, until nobody
/// reads it any more. Its first line is its process id.
void run_course(std::size_t actors, std::size_t deliveries, bool open, std::size_t slices) {
  spdlog::set_level(spdlog::level::off);  // nothing but figures is read
  std::printf("%d\n", ::getpid());
  std::fflush(stdout);
  crowd all{actors};
  auto eye = all.system().spawn<caf::detached>(inspector, inspector_options{});
  {
    std::unique_ptr<open_console> console;
    if (open) console = std::make_unique<open_console>(all.system(), eye);
    const auto windows = std::max<std::size_t>(deliveries / (prices_per_window * all.bots()), 4);
    all.deliver(windows);  // warm
    for (std::size_t i = 0; i < slices; ++i) {
      const auto before = cpu_seconds();
      all.deliver(windows);
      std::printf("%.3f\n", (cpu_seconds() - before) * 1e9 /
                                static_cast<double>(windows * prices_per_window * all.bots()));
      std::fflush(stdout);
    }
  }
  caf::anon_send_exit(eye, caf::exit_reason::kill);
}

/// A process that measures while it is let.
class course {
public:
  course(const std::string& program, std::size_t actors, std::size_t deliveries, const char* how)
      : pipe_(::popen(
            fmt::format("exec '{}' --course {} {} {}", program, actors, deliveries, how).c_str(),
            "r")) {
    if (pipe_ == nullptr) throw std::runtime_error("cannot run " + program);
    pid_ = static_cast<pid_t>(number());
    number();  // warm
    ::kill(pid_, SIGSTOP);
  }
  ~course() {
    ::kill(pid_, SIGKILL);
    ::pclose(pipe_);
  }
  course(const course&) = delete;
  course& operator=(const course&) = delete;

  /// One slice, while the others stand still.
  double slice() {
    ::kill(pid_, SIGCONT);
    number();  // begun before it was stopped
    const auto result = number();
    ::kill(pid_, SIGSTOP);
    return result;
  }

private:
  double number() {
    double result = 0;
    if (std::fscanf(pipe_, "%lf", &result) != 1) throw std::runtime_error("a course has ended");
    return result;
  }

  std::FILE* pipe_;
  pid_t pid_ = 0;
};

/// How much more, in percent: the median of the slices, each against its neighbour in time.
double more(const std::vector<double>& with, const std::vector<double>& without) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < with.size(); ++i) ratios.push_back(with[i] / without[i]);
  return (median(ratios) - 1) * 100;
}

void compare(std::size_t actors, std::size_t deliveries, std::size_t rounds) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  course none{self + "_bare", actors, deliveries, "closed"};
  course closed{self, actors, deliveries, "closed"};
  course open{self, actors, deliveries, "open"};
  std::vector<double> bare, shut, watched;
  for (std::size_t i = 0; i < rounds; ++i) {
    bare.push_back(none.slice());
    shut.push_back(closed.slice());
    watched.push_back(open.slice());
  }
  std::printf(
      "%zu actors: %.1f ns for a delivery unobserved; console closed %+.1f %%, open %+.1f %%\n",
      actors, median(bare), more(shut, bare), more(watched, bare));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const bool once = argc == 5 && std::string_view{argv[1]} == "--measure";
  if (once || (argc == 5 && std::string_view{argv[1]} == "--course"))
    return guarded([&] {
      run_course(argument(argc, argv, 2, 10), argument(argc, argv, 3, 1000),
                 std::string_view{argv[4]} == "open",
                 once ? 1 : std::numeric_limits<std::size_t>::max());
    });
  if (!std::filesystem::exists(std::filesystem::read_symlink("/proc/self/exe").string() +
                               "_bare")) {
    std::printf("SKIPPED: inspection_bench_bare is not built\n");
    return 0;
  }
  return guarded([&] {
    const auto deliveries = argument(argc, argv, 1, 200'000);
    const auto rounds = argument(argc, argv, 2, 100);
    const auto least = argument(argc, argv, 3, 10);
    const auto most = argument(argc, argv, 4, 10'000);
    for (std::size_t actors : {10u, 1000u, 10'000u})
      if (actors >= least && actors <= most) compare(actors, deliveries, rounds);
  });
}
