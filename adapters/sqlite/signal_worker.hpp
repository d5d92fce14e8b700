#pragma once

#include "adapters/sqlite/request_worker.hpp"
#include "adapters/sqlite/signal_engine.hpp"

namespace outcry::sqlite {

/// How many requests may wait for the writer thread.
constexpr std::size_t signal_queue_bound = 10'000;

/// The signal store's writer thread.
using signal_worker =
    request_worker<signal_engine, signal_request, signal_answer, signal_queue_bound>;

}  // namespace outcry::sqlite
