#include "messages/error.hpp"

namespace outcry {

std::string_view to_string(ec code) {
  switch (code) {
    case ec::unavailable:
      return "unavailable";
    case ec::failed:
      return "failed";
    case ec::mailbox_full:
      return "mailbox_full";
    case ec::invalid_input:
      return "invalid_input";
    case ec::unknown_type:
      return "unknown_type";
    case ec::unsupported:
      return "unsupported";
    case ec::unknown_target:
      return "unknown_target";
    case ec::invalid_config:
      return "invalid_config";
    case ec::expired:
      return "expired";
    case ec::clock_skew:
      return "clock_skew";
    case ec::killed:
      return "killed";
    case ec::halted:
      return "halted";
    case ec::not_controllable:
      return "not_controllable";
    case ec::not_durable:
      return "not_durable";
    case ec::journal_unavailable:
      return "journal_unavailable";
    case ec::no_answer:
      return "no_answer";
    case ec::bot_failed:
      return "bot_failed";
    case ec::bot_absent:
      return "bot_absent";
    case ec::unreachable:
      return "unreachable";
    case ec::refused:
      return "refused";
    case ec::strategy_error:
      return "strategy_error";
    case ec::shutting_down:
      return "shutting_down";
    case ec::risk_limit:
      return "risk_limit";
    case ec::stale_price:
      return "stale_price";
    case ec::ticker_halted:
      return "ticker_halted";
    case ec::no_broker:
      return "no_broker";
  }
  return "unknown";
}

}  // namespace outcry
