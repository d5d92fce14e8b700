#include "adapters/postgres/secret.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include <libpq-fe.h>

#include "adapters/postgres/failure.hpp"

namespace outcry::postgres {

namespace {

struct free_options {
  void operator()(PQconninfoOption* x) const { PQconninfoFree(x); }
};

void replace_all(std::string& text, const std::string& what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

/// The password as it is written in a URI: between the user's colon and the last "@" of the
/// authority.
std::string written_password(const std::string& uri) {
  const auto scheme = uri.find("://");
  if (scheme == std::string::npos) return {};
  const auto start = scheme + 3;
  const auto authority = uri.substr(start, uri.find_first_of("/?", start) - start);
  const auto at = authority.rfind('@');
  const auto colon = authority.find(':');
  if (at == std::string::npos || colon == std::string::npos || colon > at) return {};
  return authority.substr(colon + 1, at - colon - 1);
}

}  // namespace

connection_string::connection_string(std::string text) : text_(std::move(text)) {
  char* trouble = nullptr;
  const std::unique_ptr<PQconninfoOption, free_options> options(
      PQconninfoParse(text_.c_str(), &trouble));
  // libpq's own words quote parts of the string.
  PQfreemem(trouble);
  if (text_.empty() || !options) {
    throw failure(failure_kind::refused,
                  "connection string: expected postgresql://USER:PASSWORD@HOST/DATABASE or "
                  "host=HOST dbname=DATABASE user=USER password=PASSWORD, found something else");
  }
  std::map<std::string, std::string> said;
  for (const auto* x = options.get(); x->keyword != nullptr; ++x) {
    if (x->val == nullptr) continue;
    said[x->keyword] = x->val;
    set_.emplace_back(x->keyword);
  }
  secrets_ = {text_, said["password"], said["sslpassword"], written_password(text_)};
  std::erase(secrets_, "");
  std::sort(secrets_.begin(), secrets_.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
  const auto or_else = [&](const char* name, const char* other) {
    return said[name].empty() ? std::string(other) : said[name];
  };
  shown_ = cleaned(fmt::format("{} on {}:{} as {}", or_else("dbname", "(default)"),
                               or_else("host", "(local)"), or_else("port", "5432"),
                               or_else("user", "(default)")));
}

bool connection_string::sets(std::string_view keyword) const {
  return std::find(set_.begin(), set_.end(), keyword) != set_.end();
}

std::string connection_string::cleaned(std::string words) const {
  for (const auto& secret : secrets_) replace_all(words, secret, "***");
  while (!words.empty() && (words.back() == '\n' || words.back() == ' ')) words.pop_back();
  replace_all(words, "\n", "; ");
  return words;
}

}  // namespace outcry::postgres
