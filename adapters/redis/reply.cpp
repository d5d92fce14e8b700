#include "adapters/redis/reply.hpp"

#include <hiredis/hiredis.h>

namespace outcry::redis {

namespace {

bool has_type(const redisReply* raw, int type) {
  return raw != nullptr && raw->type == type;
}

}  // namespace

bool reply_view::is_nil() const {
  return raw_ == nullptr || raw_->type == REDIS_REPLY_NIL;
}

bool reply_view::is_text() const {
  return has_type(raw_, REDIS_REPLY_STRING) || has_type(raw_, REDIS_REPLY_STATUS);
}

bool reply_view::is_integer() const {
  return has_type(raw_, REDIS_REPLY_INTEGER);
}

bool reply_view::is_array() const {
  return has_type(raw_, REDIS_REPLY_ARRAY);
}

bool reply_view::is_error() const {
  return has_type(raw_, REDIS_REPLY_ERROR);
}

std::string_view reply_view::text() const {
  if (!is_text() && !is_error()) return {};
  return {raw_->str, raw_->len};
}

std::int64_t reply_view::integer() const {
  return is_integer() ? raw_->integer : 0;
}

std::size_t reply_view::size() const {
  return is_array() ? raw_->elements : 0;
}

reply_view reply_view::operator[](std::size_t index) const {
  return index < size() ? reply_view(raw_->element[index]) : reply_view();
}

reply::reply(redisReply* raw) : reply_view(raw), owned_(raw) {}

void reply::release::operator()(redisReply* raw) const {
  freeReplyObject(raw);
}

}  // namespace outcry::redis
