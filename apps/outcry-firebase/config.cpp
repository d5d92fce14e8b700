#include "apps/outcry-firebase/config.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include <toml++/toml.h>

#include <arpa/inet.h>

namespace outcry::app {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const toml::source_region& where,
                       const std::string& text) {
  throw std::runtime_error(file.string() + ":" + std::to_string(where.begin.line) + ": " + text);
}

std::string kind_of(const toml::node& node) {
  std::ostringstream text;
  text << node.type();
  return text.str();
}

std::string text_value(const fs::path& file, const char* name, const toml::node& node) {
  const auto text = node.value_exact<std::string>();
  if (!text || text->empty()) {
    fail(file, node.source(),
         std::string(name) + ": expected a non-empty string, found " +
             (text ? "an empty one" : kind_of(node)));
  }
  return *text;
}

std::vector<std::string> list_value(const fs::path& file, const char* name,
                                    const toml::node& node) {
  const toml::array* list = node.as_array();
  if (!list) {
    fail(file, node.source(),
         std::string(name) + ": expected an array of strings, found " + kind_of(node));
  }
  std::vector<std::string> values;
  for (const toml::node& one : *list) values.push_back(text_value(file, name, one));
  return values;
}

const toml::table* section(const fs::path& file, const toml::table& all, const char* name) {
  const toml::node* node = all.get(name);
  if (!node) return nullptr;
  if (!node->is_table()) {
    fail(file, node->source(),
         std::string(name) + ": expected a section [" + name + "], found " + kind_of(*node));
  }
  return node->as_table();
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

}  // namespace

firebase_config read_config(const fs::path& file) {
  toml::table all;
  try {
    all = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    fail(file, error.source(), std::string(error.description()));
  }
  firebase_config config;
  if (const toml::table* floor = section(file, all, "floor")) {
    if (const toml::node* node = floor->get("data_dir")) {
      config.data_dir =
          fs::absolute(file).parent_path() / text_value(file, "floor.data_dir", *node);
    }
  }
  if (const toml::table* local = section(file, all, "local_firebase")) {
    for (const auto& [key, node] : *local) {
      if (key.str() == "listen") {
        config.listen = text_value(file, "local_firebase.listen", node);
        try {
          parse_endpoint(config.listen);
        } catch (const std::exception& wrong) {
          fail(file, node.source(), std::string("local_firebase.listen: ") + wrong.what());
        }
      } else if (key.str() == "hosts") {
        config.hosts = list_value(file, "local_firebase.hosts", node);
      } else if (key.str() == "origins") {
        config.origins = list_value(file, "local_firebase.origins", node);
      } else {
        fail(file, key.source(),
             "local_firebase." + std::string(key.str()) +
                 ": unknown key; allowed are listen, hosts, origins");
      }
    }
  }
  return config;
}

void apply_environment(firebase_config& config,
                       const std::function<const char*(const char*)>& variable) {
  const auto value = [&](const char* name) -> std::string {
    const char* text = variable(name);
    return text ? text : "";
  };
  if (const auto text = value("OUTCRY_FLOOR_DATA_DIR"); !text.empty()) config.data_dir = text;
  if (const auto text = value("OUTCRY_LOCAL_FIREBASE_LISTEN"); !text.empty()) config.listen = text;
  if (const auto text = value("OUTCRY_LOCAL_FIREBASE_HOSTS"); !text.empty()) {
    config.hosts = split(text);
  }
  if (const auto text = value("OUTCRY_LOCAL_FIREBASE_ORIGINS"); !text.empty()) {
    config.origins = split(text);
  }
}

endpoint parse_endpoint(const std::string& text) {
  const auto wrong = [&]() -> std::runtime_error {
    return std::runtime_error(
        "expected \"address:port\" with an IPv4 address, [IPv6 address] or "
        "localhost and a port of 0 to 65535, found \"" +
        text + "\"");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) throw wrong();
  endpoint made;
  made.address = text.substr(0, colon);
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + colon + 1, last, made.port);
  if (error != std::errc() || end != last) throw wrong();
  if (made.address == "localhost") made.address = "127.0.0.1";
  in_addr four{};
  in6_addr six{};
  if (::inet_pton(AF_INET, made.address.c_str(), &four) == 1) {
    made.loopback = (ntohl(four.s_addr) >> 24) == 127;
    return made;
  }
  if (made.address.size() < 2 || made.address.front() != '[' || made.address.back() != ']') {
    throw wrong();
  }
  made.address = made.address.substr(1, made.address.size() - 2);
  if (::inet_pton(AF_INET6, made.address.c_str(), &six) != 1) throw wrong();
  made.loopback = IN6_IS_ADDR_LOOPBACK(&six) != 0;
  return made;
}

}  // namespace outcry::app
