#include "adapters/control/reply.hpp"

#include <caf/message.hpp>
#include <caf/sec.hpp>
#include <fmt/format.h>

#include "adapters/control/request.hpp"

namespace outcry::control {

reply::reply(std::shared_ptr<server> to, connection_id connection, std::uint64_t request)
    : to_(std::move(to)), connection_(connection), request_(request) {}

reply::~reply() {
  if (!ended_) error(to_string(ec::unavailable), "the floor gave this request up: try again");
}

void reply::item(std::string_view json) {
  to_->send(connection_, item_line(request_, json));
}

void reply::streamed(std::string_view json) {
  to_->send_streamed(connection_, request_, item_line(request_, json));
}

void reply::dropped(std::uint64_t count) {
  to_->send(connection_, fmt::format("{{\"id\":{},\"dropped\":{}}}", request_, count));
}

void reply::end(std::string_view more) {
  finish(end_line(request_, more));
}

void reply::error(std::string_view code, std::string_view reason) {
  finish(error_line(request_, code, reason));
}

void reply::error(const caf::error& why, std::string_view whom) {
  if (why.category() == caf::detail::error_factory<ec>::category) {
    auto code = static_cast<ec>(why.code());
    const auto& context = why.context();
    if (context.match_elements<std::string>())
      error(to_string(code), context.get_as<std::string>(0));
    else
      error(to_string(code), fmt::format("{} answers {}", whom, to_string(code)));
    return;
  }
  if (why == caf::sec::request_timeout)
    error(to_string(ec::no_answer), fmt::format("{} has not answered in time", whom));
  else
    error(to_string(ec::unavailable), fmt::format("{} is down", whom));
}

void reply::finish(std::string line) {
  if (ended_) return;
  ended_ = true;
  to_->finish(connection_, std::move(line));
}

}  // namespace outcry::control
