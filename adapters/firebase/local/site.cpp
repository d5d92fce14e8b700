#include "adapters/firebase/local/site.hpp"

#include <string>

namespace outcry::firebase::local {

namespace {

constexpr std::string_view where_am_i = "/outcry.json";

http::file_options options_for(const std::filesystem::path& page) {
  http::file_options made;
  made.folder = page;
  // The SDK's long-polling puts a frame of ours into the page.
  made.policy = std::string(http::strict_policy) + "; frame-src 'self'";
  return made;
}

}  // namespace

site::site(const std::filesystem::path& page, const http::gate& door)
    : files_(options_for(page)), door_(door) {}

bool site::serves(const http::request& asked) {
  if (asked.path == where_am_i) return true;
  return asked.method != "OPTIONS" && asked.path != "/healthz" && !asked.path.ends_with(".json");
}

http::response site::answer(const http::request& asked) const {
  if (auto refused = door_.refuse(asked)) return *refused;
  if (asked.path != where_am_i) return files_.answer(asked);
  http::response made;
  made.headers = door_.cors_headers(asked);
  made.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
  made.headers.push_back({"Cache-Control", "no-cache"});
  made.body = R"({"mode":"home","namespace":"outcry"})";
  return made;
}

}  // namespace outcry::firebase::local
