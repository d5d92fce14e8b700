#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/floor/observed.hpp"
#include "adapters/inspection_http/endpoint.hpp"
#include "adapters/inspection_http/view_source.hpp"

namespace outcry::inspection_http {

/// Asks the floor for a view, by requests of the actor that is given, on its thread. Each request
/// must have a finite time limit; then the sink is called, or thrown away.
using view_question = std::function<void(caf::event_based_actor&, view_sink)>;

struct bridge_options {
  endpoint::options http;
  view_question ask;
  std::string name = "inspection-http";        ///< its seat on the floor
  std::function<void(std::uint16_t)> on_open;  ///< told the port, once; may be empty
};

class question_box;
class bridge_state;
using bridge_self = caf::stateful_actor<bridge_state, observed<caf::event_based_actor>>;

/// Stands between the endpoint's threads and the floor.
class bridge_state {
public:
  static inline const char* name = "inspection_http";

  explicit bridge_state(bridge_self* self) : self_(self) {}
  ~bridge_state();

  /// Throws std::runtime_error (address, certificate).
  void open(bridge_options options);

  /// The endpoint has left a question.
  void on_wake();

private:
  bridge_self* self_;
  view_question ask_;
  std::shared_ptr<question_box> box_;
  std::unique_ptr<endpoint> endpoint_;
};

/// The bridge actor. Opens the port before it serves anything; when that fails it quits with
/// `ec::refused` and the reason. The endpoint asks one question at a time, which bounds its
/// mailbox. Ends its threads as it ends.
caf::behavior bridge(bridge_self* self, bridge_options options);

}  // namespace outcry::inspection_http
