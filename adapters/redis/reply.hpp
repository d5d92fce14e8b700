#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

struct redisReply;

namespace outcry::redis {

/// Looks at one reply, or at one element of an array reply. Valid as long as the `reply` it came
/// from. A default one reads as nil.
class reply_view {
public:
  reply_view() = default;
  explicit reply_view(const redisReply* raw) : raw_(raw) {}

  bool is_nil() const;
  bool is_text() const;  ///< a bulk string or a status such as OK
  bool is_integer() const;
  bool is_array() const;
  bool is_error() const;

  /// The bytes of a text or error; empty for every other type.
  std::string_view text() const;
  /// The value of an integer; 0 for every other type.
  std::int64_t integer() const;
  /// The number of elements of an array; 0 for every other type.
  std::size_t size() const;
  /// Element `index` of an array; nil beyond its end.
  reply_view operator[](std::size_t index) const;

private:
  const redisReply* raw_ = nullptr;
};

/// Owns one reply of the server.
class reply : public reply_view {
public:
  reply() = default;
  /// Takes ownership of what hiredis allocated.
  explicit reply(redisReply* raw);

private:
  struct release {
    void operator()(redisReply* raw) const;
  };
  std::unique_ptr<redisReply, release> owned_;
};

}  // namespace outcry::redis
