#include "adapters/firebase/local/event_text.hpp"

#include "adapters/firebase/local/value.hpp"
#include "adapters/firebase/local/wire/message.hpp"

namespace outcry::firebase::local {

std::string stream_event(std::string_view path, std::string_view data) {
  std::string text = R"({"path":)";
  std::string rooted = "/";
  rooted += path;
  append_json(text, std::string_view(rooted));
  text += R"(,"data":)";
  text += data;
  text.push_back('}');
  return text;
}

std::string wire_event(bool merge, std::string_view path, std::string_view data,
                       std::optional<std::int64_t> tag) {
  std::string body = R"({"p":)";
  append_json(body, path);
  body += R"(,"d":)";
  body += data;
  if (tag) body += ",\"t\":" + std::to_string(*tag);
  body.push_back('}');
  return wire::push(merge ? "m" : "d", body);
}

}  // namespace outcry::firebase::local
