#include "adapters/postgres/inlet.hpp"

#include <utility>

#include <fmt/format.h>

namespace outcry::postgres {

inlet::inlet(link_options link, inlet_options options, taker on_delivery)
    : options_(std::move(options)),
      on_delivery_(std::move(on_delivery)),
      link_(
          std::move(link),
          [this](connection& from, const rights& may) {
            if (!may.read) {
              throw failure(failure_kind::refused,
                            fmt::format("role {} may not read the shared database: grant it "
                                        "outcry_reader",
                                        may.role));
            }
            find_place(from);
          },
          [this](connection& from) { serve(from); }) {}

void inlet::accept() {
  accepted_.store(true);
  link_.alarm().ring();
}

// "<database>/<position>": another database under the same address is read afresh.
void inlet::find_place(connection& from) {
  const auto database = database_id(from);
  if (feed_ && database == database_) return;
  const auto slash = options_.from.find('/');
  const bool known =
      !feed_ && slash != std::string::npos && options_.from.substr(0, slash) == database;
  const auto place = known ? parse_feed_position(options_.from.substr(slash + 1))
                           : feed::since(from, options_.first_age);
  database_ = database;
  feed_.emplace(options_.floor_id, place);
}

void inlet::serve(connection& from) {
  // Listening comes first: what is written while the rest is read is told of.
  from.run("LISTEN outcry_signals");
  bool look = true;
  while (true) {
    if (accepted_.exchange(false)) {
      delivered_ = false;
      feed_->accept();
      look = true;
    }
    if (look && !delivered_) {
      auto page = feed_->read(from, options_.page);
      look = !page.rows.empty();
      if (look) {
        delivered_ = true;
        on_delivery_({std::move(page.rows),
                      fmt::format("{}/{}", database_, to_string(feed_->next_position()))});
      }
      if (look) continue;
    }
    from.wait(options_.poll);
    look = true;
  }
}

}  // namespace outcry::postgres
