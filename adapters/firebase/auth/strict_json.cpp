#include "adapters/firebase/auth/strict_json.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace outcry::firebase::auth {

namespace {

using json = nlohmann::json;

/// Looks at names and depth only, so that the tree is built of text that is known to be small.
class shape_check : public json::json_sax_t {
public:
  explicit shape_check(std::size_t max_depth) : max_depth_(max_depth) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return enter(); }
  bool key(string_t& name) override { return names_.back().insert(std::move(name)).second; }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    return false;
  }

private:
  bool enter() {
    names_.emplace_back();
    return names_.size() <= max_depth_;
  }
  bool leave() {
    names_.pop_back();
    return true;
  }

  const std::size_t max_depth_;
  std::vector<std::set<std::string>> names_;
};

}  // namespace

std::optional<nlohmann::json> parse_strict_json(std::string_view text, std::size_t max_depth) {
  shape_check shape(max_depth);
  if (!json::sax_parse(text, &shape)) return std::nullopt;
  return json::parse(text);
}

}  // namespace outcry::firebase::auth
