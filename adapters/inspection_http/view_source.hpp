#pragma once

#include <functional>

#include "messages/floor_view.hpp"

namespace outcry::inspection_http {

using view = floor_view;
using view_ptr = floor_view_ptr;
using view_answer = floor_view_answer;
using view_sink = floor_view_sink;

/// Where views come from: whoever knows the floor gives one. Is called from any thread, must
/// neither block nor throw, and calls the sink once, within a finite time, on any thread.
using view_source = std::function<void(view_sink)>;

}  // namespace outcry::inspection_http
