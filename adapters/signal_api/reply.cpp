#include "adapters/signal_api/reply.hpp"

#include <utility>

namespace outcry::signal_api {

slot slots::take(const std::string& name, std::size_t most) {
  const std::lock_guard lock{counts_->mutex};
  auto& taken = counts_->taken[name];
  if (taken >= most) return nullptr;
  ++taken;
  return slot{this, [counts = counts_, name](const void*) {
                const std::lock_guard again{counts->mutex};
                const auto found = counts->taken.find(name);
                if (--found->second == 0) counts->taken.erase(found);
              }};
}

reply::reply(http::responder to, std::vector<http::header> headers)
    : to_(std::move(to)), headers_(std::move(headers)) {}

reply::~reply() {
  if (!ended_)
    refuse({503, "The floor is ending or starting again; try later", {{"Retry-After", "1"}}});
}

void reply::json(int status, std::string body) {
  if (std::exchange(ended_, true)) return;
  http::response answer;
  answer.status = status;
  answer.headers = headers_;
  answer.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
  answer.headers.push_back({"Cache-Control", "no-store"});
  answer.body = std::move(body);
  to_.respond(std::move(answer));
}

void reply::refuse(const refusal& why) {
  if (std::exchange(ended_, true)) return;
  auto answer = http::error_response(why.status(), why.what());
  answer.headers.insert(answer.headers.end(), headers_.begin(), headers_.end());
  answer.headers.insert(answer.headers.end(), why.headers().begin(), why.headers().end());
  to_.respond(std::move(answer));
}

http::stream_writer reply::stream() {
  if (std::exchange(ended_, true)) return {};
  http::response head;
  head.headers = headers_;
  head.headers.push_back({"Content-Type", "text/event-stream; charset=utf-8"});
  head.headers.push_back({"Cache-Control", "no-store"});
  return to_.start_stream(std::move(head));
}

}  // namespace outcry::signal_api
