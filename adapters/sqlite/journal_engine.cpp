#include "adapters/sqlite/journal_engine.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <spdlog/spdlog.h>

#include "adapters/sqlite/crash_point.hpp"

namespace outcry::sqlite {

namespace {

constexpr std::int64_t prune_interval_ms = 24LL * 3600 * 1000;

template <class T>
journal_answer answer_of(journal_result<T> result) {
  if (!result) return std::move(result.error());
  return std::move(*result);
}

template <class... Kinds>
bool any_of_kind(std::span<const journal_request> requests) {
  return std::any_of(requests.begin(), requests.end(), [](const journal_request& x) {
    return (std::holds_alternative<Kinds>(x) || ...);
  });
}

}  // namespace

std::string journal_path(const std::string& data_dir) {
  return (std::filesystem::path(data_dir) / "journal.db").string();
}

journal_engine::journal_engine(journal_settings settings)
    : settings_(std::move(settings)), store_(journal_path(settings_.data_dir)) {
  prune(settings_.now_ms());
}

void journal_engine::prune(std::int64_t now_ms) {
  pruned_ms_ = now_ms;
  try {
    store_.prune(now_ms - settings_.retention_ms);
  } catch (const std::exception& error) {
    // A full disk must not keep the floor from opening or working: tried again tomorrow.
    spdlog::warn("old messages stay: {}", error.what());
  }
}

std::vector<journal_answer> journal_engine::run(std::span<const journal_request> requests) {
  if (const auto now_ms = settings_.now_ms(); now_ms - pruned_ms_ >= prune_interval_ms)
    prune(now_ms);
  try {
    return run_together(requests);
  } catch (const std::exception& error) {
    store_.rollback();
    if (requests.size() == 1) {
      return {journal_failure{ec::journal_unavailable, error.what()}};
    }
  }
  std::vector<journal_answer> answers;
  answers.reserve(requests.size());
  for (const auto& request : requests) answers.push_back(std::move(run({&request, 1}).front()));
  return answers;
}

std::vector<journal_answer> journal_engine::run_together(
    std::span<const journal_request> requests) {
  [[maybe_unused]] const bool holds_writes = any_of_kind<journal_write>(requests);
  const bool changes = any_of_kind<journal_write, outbox_delivered>(requests);
  std::vector<journal_answer> answers;
  answers.reserve(requests.size());
  if (changes) store_.begin();
  for (const auto& request : requests) answers.push_back(execute(request));
  if (!changes) return answers;
  pass_crash_point(holds_writes ? "before_commit" : "before_delivery_commit");
  store_.commit();
  pass_crash_point(holds_writes ? "after_commit" : "after_delivery_commit");
  return answers;
}

journal_answer journal_engine::execute(const journal_request& request) {
  struct executor {
    journal_engine& engine;
    journal_answer operator()(const journal_write& x) { return answer_of(engine.store_.apply(x)); }
    journal_answer operator()(const outbox_delivered& x) {
      return answer_of(engine.store_.apply(x, engine.settings_.now_ms()));
    }
    journal_answer operator()(const load_floor& x) { return engine.store_.read(x); }
    journal_answer operator()(const load_bot& x) { return engine.store_.read(x); }
    journal_answer operator()(const load_trading& x) { return engine.store_.read(x); }
    journal_answer operator()(const get_performance& x) { return engine.store_.read(x); }
    journal_answer operator()(const find_orders& x) { return answer_of(engine.store_.read(x)); }
    journal_answer operator()(const read_order_events& x) {
      return answer_of(engine.store_.read(x));
    }
    journal_answer operator()(const find_line& x) { return engine.store_.read(x); }
    journal_answer operator()(const find_ledgers& x) { return answer_of(engine.store_.read(x)); }
    journal_answer operator()(const read_outbox& x) { return answer_of(engine.store_.read(x)); }
  };
  return std::visit(executor{*this}, request);
}

}  // namespace outcry::sqlite
