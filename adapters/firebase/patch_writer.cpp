#include "adapters/firebase/patch_writer.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace outcry::firebase {

std::string patch_body(const std::vector<owed_value>& values) {
  std::string body = "{";
  for (const auto& value : values) {
    if (body.size() > 1) body += ',';
    body += nlohmann::json(value.path).dump() + ':' + value.value;
  }
  return body + '}';
}

mirror_reply to_mirror_reply(const reply& answer) {
  mirror_reply result;
  result.reason = answer.error;
  result.server_ms = answer.server_date_ms.value_or(0);
  if (answer.retry_after) result.retry_after_ms = answer.retry_after->count();
  switch (answer.kind) {
    case outcome::ok:
      result.outcome = mirror_outcome::stored;
      break;
    case outcome::refused:
    case outcome::precondition_failed:
      result.outcome = mirror_outcome::refused;
      break;
    case outcome::unauthorized:
    case outcome::retry_later:
    case outcome::unreachable:
    case outcome::timed_out:
    case outcome::aborted:
      result.outcome = mirror_outcome::retry_later;
      break;
  }
  return result;
}

patch_writer::patch_writer(database_url url, std::shared_ptr<credentials> identity,
                           client_options options, callback done)
    : client_(std::move(url), std::move(identity), std::move(options)), done_(std::move(done)) {
  thread_ = std::thread([this] { run(); });
}

patch_writer::~patch_writer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  client_.abort();
  wake_.notify_one();
  thread_.join();
}

bool patch_writer::write(std::uint64_t ticket, mirror_patch patch) {
  std::lock_guard lock(mutex_);
  if (busy_) return false;
  busy_ = true;
  next_ = job{ticket, std::move(patch)};
  wake_.notify_one();
  return true;
}

void patch_writer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || next_; });
    if (stopping_) return;
    auto work = std::move(*next_);
    next_.reset();
    lock.unlock();
    auto answer = to_mirror_reply(client_.patch("/", patch_body(work.patch.values)));
    lock.lock();
    busy_ = false;
    if (!stopping_) {
      lock.unlock();
      done_(work.ticket, answer);
      lock.lock();
    }
  }
}

}  // namespace outcry::firebase
