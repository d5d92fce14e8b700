#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "messages/error.hpp"
#include "messages/invalid_field.hpp"

namespace outcry::control {

/// Why a line was refused.
struct bad_request {
  std::uint64_t id = 0;  ///< 0 when the line did not even have one
  ec code = ec::invalid_input;
  invalid_field why;
};

/// The members of one request's document; what is wrong with one is thrown as bad_request.
class members {
public:
  /// `id` is read when something is refused: it may still be unknown now.
  members(const nlohmann::json& document, const std::uint64_t& id) : document_(document), id_(id) {}

  [[noreturn]] void refuse(std::string field, std::string expected,
                           ec code = ec::invalid_input) const;

  /// Refuses every member but "id", "op" and these.
  void only(std::initializer_list<std::string_view> allowed) const;

  bool has(const std::string& field) const;
  std::int64_t integer(const std::string& field, std::int64_t least, std::int64_t most) const;
  std::string text(const std::string& field) const;

  /// Text of a length in bytes.
  std::string text(const std::string& field, std::size_t least, std::size_t most) const;

  const nlohmann::json& document() const { return document_; }

protected:
  const nlohmann::json& document_;

private:
  const std::uint64_t& id_;
};

/// JSON in one line; ill-formed UTF-8 is replaced.
std::string dump(const nlohmann::json& x);

}  // namespace outcry::control
