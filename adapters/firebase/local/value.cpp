#include "adapters/firebase/local/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/refusal.hpp"

namespace outcry::firebase::local {

namespace {

using json = nlohmann::json;

double to_double(const scalar& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return 0;
}

scalar number_of(const json& value) {
  if (value.is_number_unsigned()) {
    const auto whole = value.get<std::uint64_t>();
    if (whole <= static_cast<std::uint64_t>(INT64_MAX)) return static_cast<std::int64_t>(whole);
    return static_cast<double>(whole);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  return normal_number(value.get<double>());
}

class flattener {
public:
  flattener(std::int64_t now, std::vector<leaf>& leaves) : now_(now), leaves_(leaves) {}

  void add(const json& value, std::string& place, std::size_t level) {
    switch (value.type()) {
      case json::value_t::object:
        return add_object(value, place, level);
      case json::value_t::array:
        for (std::size_t i = 0; i < value.size(); ++i) {
          add_child(value[i], std::to_string(i), place, level);
        }
        return;
      case json::value_t::null:
        return;
      default:
        leaves_.push_back({place, scalar_of(value), false});
    }
  }

  /// A priority, which stands at `place` itself.
  void add_priority(const json& value, const std::string& place) {
    if (value.is_null()) return;
    if (value.is_object() && value.contains(".sv")) {
      return add_server_value(value[".sv"], value.size() > 1, place);
    }
    if (!value.is_number() && !value.is_string()) {
      throw refusal(400, std::string("Invalid data; .priority must be a string, number or null, "
                                     "found ") +
                             (value.is_boolean() ? "a boolean" : value.type_name()));
    }
    leaves_.push_back({place, scalar_of(value), false});
  }

private:
  void add_object(const json& value, std::string& place, std::size_t level) {
    const std::size_t before = leaves_.size();
    add_content(value, place, level);
    const auto priority = value.find(".priority");
    if (priority == value.end()) return;
    const std::size_t end = leaves_.size();
    add_priority(*priority, place + std::string(priority_key));
    // What does not exist has no priority.
    if (end == before) leaves_.resize(before);
  }

  void add_content(const json& value, std::string& place, std::size_t level) {
    const bool company = value.size() > value.count(".priority") + 1;
    if (const auto special = value.find(".value"); special != value.end()) {
      const bool server = special->is_object() && special->size() == 1 && special->contains(".sv");
      if (company || (special->is_structured() && !server)) {
        throw refusal(400,
                      "Invalid data; .value must be a string, number, boolean or null and "
                      "stand alone");
      }
      return add(*special, place, level);
    }
    if (const auto server = value.find(".sv"); server != value.end()) {
      return add_server_value(*server, company, place);
    }
    for (const auto& [key, child] : value.items()) {
      if (key == ".priority") continue;
      if (const std::string fault = key_fault(key); !fault.empty()) {
        throw refusal(400,
                      "Invalid data; couldn't parse key \"" + key.substr(0, 80) + "\". " + fault);
      }
      add_child(child, key, place, level);
    }
  }

  void add_child(const json& value, std::string_view key, std::string& place, std::size_t level) {
    if (value.is_null()) return;
    if (level >= deepest_place) {
      throw refusal(400, "Invalid data; path is too deep: at most " +
                             std::to_string(deepest_place) + " levels");
    }
    const std::size_t size = place.size();
    append_key(place, key);
    add(value, place, level + 1);
    place.resize(size);
  }

  void add_server_value(const json& value, bool company, const std::string& place) {
    if (!company && value == "timestamp") return leaves_.push_back({place, now_, false});
    if (!company && value.is_object() && value.size() == 1 && value.contains("increment") &&
        value["increment"].is_number()) {
      return leaves_.push_back({place, number_of(value["increment"]), true});
    }
    throw refusal(400,
                  "Invalid data; .sv must stand alone and be \"timestamp\" or "
                  "{\"increment\": number}");
  }

  static scalar scalar_of(const json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return number_of(value);
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > longest_string) {
      throw refusal(400, "Invalid data; string is too long: at most " +
                             std::to_string(longest_string) + " bytes, found " +
                             std::to_string(text.size()));
    }
    return text;
  }

  std::int64_t now_;
  std::vector<leaf>& leaves_;
};

}  // namespace

scalar normal_number(double value) {
  // Written without a point, such a number is read back as whole: it is one from the start.
  constexpr double end = 9223372036854775808.0;  // 2^63
  if (value >= -end && value < end && value == std::trunc(value)) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

scalar add(const scalar& left, const scalar& right) {
  const auto* a = std::get_if<std::int64_t>(&left);
  const auto* b = std::get_if<std::int64_t>(&right);
  std::int64_t sum = 0;
  if (a && b && !__builtin_add_overflow(*a, *b, &sum)) return sum;
  const double total = to_double(left) + to_double(right);
  // JSON has no infinity: stay at the largest number there is.
  constexpr double largest = std::numeric_limits<double>::max();
  return normal_number(std::clamp(total, -largest, largest));
}

void append_json(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out.push_back(hex[c >> 4]);
          out.push_back(hex[c & 15]);
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

void append_json(std::string& out, const scalar& value) {
  char buffer[40];
  std::to_chars_result end{};
  if (const auto* flag = std::get_if<bool>(&value)) {
    out += *flag ? "true" : "false";
    return;
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    append_json(out, std::string_view(*text));
    return;
  }
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    end = std::to_chars(buffer, buffer + sizeof buffer, *whole);
  } else {
    end = std::to_chars(buffer, buffer + sizeof buffer, std::get<double>(value));
  }
  out.append(buffer, end.ptr);
}

std::vector<leaf> flatten(const json& value, std::string_view place, std::int64_t now) {
  std::vector<leaf> leaves;
  std::string here(place);
  flattener walker(now, leaves);
  if (is_priority(place)) {
    walker.add_priority(value, here);
  } else {
    walker.add(value, here, depth(place));
  }
  std::sort(leaves.begin(), leaves.end(),
            [](const leaf& a, const leaf& b) { return a.place < b.place; });
  return leaves;
}

}  // namespace outcry::firebase::local
