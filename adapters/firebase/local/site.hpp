#pragma once

#include <filesystem>
#include <string_view>

#include "adapters/http/files.hpp"
#include "adapters/http/gate.hpp"
#include "adapters/http/message.hpp"

namespace outcry::firebase::local {

/// What stands beside the database on its address, so that home needs one: the phone page, and
/// `/outcry.json`, which tells that page where it is. Open to everybody whom `door` lets in: it
/// holds no data. Any thread.
class site {
public:
  /// `page`: the folder of the built page. Throws std::runtime_error as http::static_files does.
  site(const std::filesystem::path& page, const http::gate& door);

  /// True for requests that are the page's to answer. Paths that end in ".json", but for
  /// `/outcry.json`, are the database's, and so are CORS preflights.
  static bool serves(const http::request& asked);

  http::response answer(const http::request& asked) const;

private:
  http::static_files files_;
  const http::gate& door_;
};

}  // namespace outcry::firebase::local
