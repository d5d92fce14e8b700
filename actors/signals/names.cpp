#include "actors/signals/reading.hpp"

namespace outcry::signals {

std::string_view to_string(trade_side x) {
  return x == trade_side::long_side ? "long" : "short";
}

std::string_view to_string(trade_action x) {
  return x == trade_action::open ? "open" : "close";
}

std::string_view to_string(asset_kind x) {
  switch (x) {
    case asset_kind::stock:
      return "stock";
    case asset_kind::option:
      return "option";
    case asset_kind::crypto:
      return "crypto";
    case asset_kind::forex:
      return "forex";
    case asset_kind::metal:
      return "metal";
    case asset_kind::future:
      return "future";
    case asset_kind::index:
      return "index";
    case asset_kind::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(entry_order x) {
  switch (x) {
    case entry_order::market:
      return "market";
    case entry_order::limit:
      return "limit";
    case entry_order::stop:
      return "stop";
    case entry_order::unsaid:
      break;
  }
  return "unsaid";
}

std::string_view to_string(venue_kind x) {
  switch (x) {
    case venue_kind::spot:
      return "spot";
    case venue_kind::futures:
      return "futures";
    case venue_kind::unsaid:
      break;
  }
  return "unsaid";
}

std::string_view to_string(stop_trigger x) {
  return x == stop_trigger::touch ? "touch" : "candle_close";
}

std::string_view to_string(option_right x) {
  return x == option_right::call ? "call" : "put";
}

std::string_view to_string(update_kind x) {
  switch (x) {
    case update_kind::target_hit:
      return "target_hit";
    case update_kind::stop_hit:
      return "stop_hit";
    case update_kind::filled:
      return "filled";
    case update_kind::partial_fill:
      return "partial_fill";
    case update_kind::closed:
      return "closed";
    case update_kind::close:
      return "close";
    case update_kind::close_partial:
      return "close_partial";
    case update_kind::cancel:
      return "cancel";
    case update_kind::move_stop:
      return "move_stop";
    case update_kind::trailing_stop:
      return "trailing_stop";
    case update_kind::stop_rule_changed:
      return "stop_rule_changed";
    case update_kind::set_target:
      return "set_target";
    case update_kind::set_leverage:
      return "set_leverage";
    case update_kind::scale:
      break;
  }
  return "scale";
}

std::string_view to_string(verdict x) {
  switch (x) {
    case verdict::signal:
      return "signal";
    case verdict::update:
      return "update";
    case verdict::quarantine:
      return "quarantine";
    case verdict::refused:
      return "refused";
    case verdict::nothing:
      break;
  }
  return "nothing";
}

}  // namespace outcry::signals
