#include "tests/adapters/firebase/local/rest_client.hpp"

#include <cctype>

#include <curl/curl.h>

namespace outcry::test {

namespace {

std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* to) {
  static_cast<std::string*>(to)->append(bytes, size);
  return size;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* to) {
  const std::string line(bytes, size);
  const std::size_t colon = line.find(": ");
  if (colon == std::string::npos) return size;
  std::string name = line.substr(0, colon);
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  auto& headers = *static_cast<std::map<std::string, std::string>*>(to);
  headers[name] = line.substr(colon + 2, line.size() - colon - 4);
  return size;
}

}  // namespace

rest_client::rest_client(std::uint16_t port, std::string token)
    : curl_(curl_easy_init()),
      base_("http://127.0.0.1:" + std::to_string(port)),
      token_(std::move(token)) {}

rest_client::~rest_client() {
  curl_easy_cleanup(curl_);
}

rest_client::answer rest_client::ask(const std::string& method, const std::string& target,
                                     const std::string& body,
                                     const std::vector<std::string>& headers) {
  answer got;
  const std::string url = base_ + target;
  curl_slist* lines = nullptr;
  if (!token_.empty()) {
    lines = curl_slist_append(lines, ("Authorization: Bearer " + token_).c_str());
  }
  for (const std::string& line : headers) lines = curl_slist_append(lines, line.c_str());
  curl_easy_reset(curl_);
  curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, lines);
  curl_easy_setopt(curl_, CURLOPT_TIMEOUT, 20L);
  curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &got.body);
  curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &got.headers);
  if (method == "HEAD") {
    curl_easy_setopt(curl_, CURLOPT_NOBODY, 1L);
  } else if (method != "GET") {
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
  if (curl_easy_perform(curl_) == CURLE_OK) {
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &got.status);
  }
  curl_slist_free_all(lines);
  return got;
}

}  // namespace outcry::test
