#pragma once

#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "adapters/inspection_http/view_source.hpp"

namespace outcry::test {

/// A snapshot as the op `inspect` gives it: a desk that works, a bot that is stuck and one that
/// has crashed, one pit, two links, one message.
nlohmann::json made_snapshot();

/// {"level":"bad",...} about that bot.
nlohmann::json made_verdict();

/// Answers every question at once and counts them.
class made_source {
public:
  inspection_http::view_source source() {
    return [this](const inspection_http::view_sink& to) {
      ++questions;
      to(answer);
    };
  }

  inspection_http::view_answer answer{std::make_shared<inspection_http::view>(inspection_http::view{
                                          made_snapshot().dump(), made_verdict().dump()}),
                                      {}};
  int questions = 0;
};

}  // namespace outcry::test
