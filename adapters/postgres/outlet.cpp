#include "adapters/postgres/outlet.hpp"

#include <utility>

#include <fmt/format.h>

namespace outcry::postgres {

namespace {

// How long at most the end of an idle connection may go unnoticed where the system tells nothing.
constexpr std::chrono::seconds idle_limit{60};

}  // namespace

outlet::outlet(link_options options, pushed on_pushed)
    : on_pushed_(std::move(on_pushed)),
      link_(
          std::move(options),
          [this](connection&, const rights& may) {
            if (!may.contribute) {
              throw failure(failure_kind::refused,
                            fmt::format("role {} may not contribute to the shared database: grant "
                                        "it outcry_contributor",
                                        may.role));
            }
            with_trades_ = may.trades;
          },
          [this](connection& to) { serve(to); }) {}

void outlet::push(std::vector<outgoing_row> rows) {
  {
    const std::lock_guard lock(mutex_);
    batch_ = std::move(rows);
  }
  link_.alarm().ring();
}

std::optional<std::vector<outgoing_row>> outlet::waiting() {
  const std::lock_guard lock(mutex_);
  return batch_;
}

void outlet::serve(connection& to) {
  while (true) {
    if (auto rows = waiting()) {
      auto outcomes = push_rows(to, *rows, with_trades_);
      {
        const std::lock_guard lock(mutex_);
        batch_.reset();
      }
      on_pushed_(std::move(outcomes));
    } else if (!to.wait(idle_limit) && !waiting()) {
      to.run("SELECT 1");
    }
  }
}

}  // namespace outcry::postgres
