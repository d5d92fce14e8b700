#include "apps/outcryd/floor_look.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "actors/inspection/examiner.hpp"
#include "adapters/control/inspect_delta.hpp"
#include "apps/outcryd/examined.hpp"

namespace outcry::app {

namespace {

constexpr std::chrono::seconds look_limit{2};

std::int64_t steady_now_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

struct looker {
  inspection::examiner judge;
  std::uint64_t looks = 0;

  floor_view_ptr view_of(const floor_snapshot& seen) {
    auto view = std::make_shared<floor_view>();
    view->snapshot = control::to_json(seen, ++looks, part::all);
    view->verdict = to_json(judge.examine(examined(seen), steady_now_ms()));
    return view;
  }
};

}  // namespace

std::function<void(caf::event_based_actor&, floor_view_sink)> look_at_floor(const open_house& at) {
  auto eyes = std::make_shared<looker>();
  return [eyes, whom = at.inspector](caf::event_based_actor& self, floor_view_sink to) {
    self.request(whom, look_limit, inspect_floor{})
        .then(
            [eyes, to](const floor_seen& x) {
              to({eyes->view_of(*x.snapshot), {}});
            },
            [to](caf::error&) {
              to({nullptr, "the inspector has not answered"});
            });
  };
}

}  // namespace outcry::app
