#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace outcry::test {

using json = nlohmann::json;

/// `value` as the database understands it: arrays become objects, nulls and empty nodes vanish.
json normal(const json& value);

/// Puts `value` (null removes) at `path` ("a/b", "" = everything) of a normal tree.
void write_at(json& tree, const std::string& path, const json& value);

/// What stands at `path`; null if nothing.
json read_at(const json& tree, const std::string& path);

/// Replays the events of a stream: the client's side of it.
void apply_event(json& copy, const std::string& event, const json& data);

/// Random trees over few keys, so that writes meet each other often.
class tree_maker {
public:
  explicit tree_maker(std::uint32_t seed) : random_(seed) {}
  std::size_t below(std::size_t bound) { return random_() % bound; }
  std::string key();
  std::string path(std::size_t longest);  ///< 0 to `longest` keys
  json scalar();
  json value(std::size_t depth);

private:
  std::mt19937 random_;
};

}  // namespace outcry::test
