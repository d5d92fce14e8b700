#pragma once

#include <string>
#include <string_view>

namespace outcry::signal_api {

/// The OpenAPI 3.1 document of this API: JSON of one line.
std::string openapi_document(std::string_view version);

}  // namespace outcry::signal_api
