#include "adapters/sqlite/signal_engine.hpp"

#include <algorithm>
#include <utility>

#include "adapters/sqlite/crash_point.hpp"
#include "adapters/sqlite/signal_schema.hpp"

namespace outcry::sqlite {

namespace {

struct executor {
  signal_store& store;

  template <class T>
  static signal_answer answer_of(signal_result<T> result) {
    if (!result) return std::move(result.error());
    return std::move(*result);
  }
  signal_answer operator()(const store_message& x) { return answer_of(store.apply(x)); }
  signal_answer operator()(const store_signals& x) { return answer_of(store.apply(x)); }
  signal_answer operator()(const mark_shared& x) { return answer_of(store.apply(x)); }
  signal_answer operator()(const save_cursor& x) { return answer_of(store.apply(x)); }
  signal_answer operator()(const forget_messages& x) { return answer_of(store.apply(x)); }
  template <class Query>
  signal_answer operator()(const Query& x) {
    return answer_of(store.read(x));
  }
};

bool changes(const signal_request& x) {
  return std::holds_alternative<store_message>(x) || std::holds_alternative<store_signals>(x) ||
         std::holds_alternative<mark_shared>(x) || std::holds_alternative<save_cursor>(x) ||
         std::holds_alternative<forget_messages>(x);
}

}  // namespace

signal_engine::signal_engine(const std::string& data_dir) : store_(signals_path(data_dir)) {}

std::vector<signal_answer> signal_engine::run(std::span<const signal_request> requests) {
  try {
    return run_together(requests);
  } catch (const std::exception& error) {
    store_.rollback();
    if (requests.size() == 1) return {journal_failure{ec::not_durable, error.what()}};
  }
  std::vector<signal_answer> answers;
  answers.reserve(requests.size());
  for (const auto& request : requests) answers.push_back(std::move(run({&request, 1}).front()));
  return answers;
}

std::vector<signal_answer> signal_engine::run_together(std::span<const signal_request> requests) {
  const bool writes = std::any_of(requests.begin(), requests.end(), changes);
  std::vector<signal_answer> answers;
  answers.reserve(requests.size());
  if (writes) store_.begin();
  for (const auto& request : requests) answers.push_back(std::visit(executor{store_}, request));
  if (!writes) return answers;
  pass_crash_point("before_signal_commit");
  store_.commit();
  pass_crash_point("after_signal_commit");
  return answers;
}

}  // namespace outcry::sqlite
