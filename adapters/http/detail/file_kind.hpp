#pragma once

#include <string_view>

namespace outcry::http::detail {

/// The media type of a file by the end of its name; application/octet-stream for an unknown one.
std::string_view media_type(std::string_view name);

/// True if such a file gets smaller by packing.
bool is_packable(std::string_view type);

/// True for "assets/index-BqE3x_1a.js": the name that Vite gives to a file of this content, so that
/// it never has to be asked for again.
bool is_hashed_name(std::string_view name);

/// True if the header Accept-Encoding `accepted` allows gzip (RFC 9110, section 12.5.3).
bool accepts_gzip(std::string_view accepted);

/// True if the header If-None-Match `known` names `tag`, which is given without quotation marks, or
/// "*" (weak comparison; RFC 9110, section 13.1.2).
bool is_known(std::string_view known, std::string_view tag);

}  // namespace outcry::http::detail
