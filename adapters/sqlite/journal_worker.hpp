#pragma once

#include "adapters/sqlite/journal_engine.hpp"
#include "adapters/sqlite/request_worker.hpp"

namespace outcry::sqlite {

/// How many requests may wait for the writer thread.
constexpr std::size_t journal_queue_bound = 4096;

/// The journal's writer thread.
using journal_worker =
    request_worker<journal_engine, journal_request, journal_answer, journal_queue_bound>;

}  // namespace outcry::sqlite
