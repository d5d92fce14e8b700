#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/signals/labelled_score.hpp"
#include "actors/signals/reading_json.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/signals.hpp"

namespace outcry::cli {

namespace {

using namespace outcry::signals;
std::vector<labelled_message> read_file(const std::string& file) {
  std::ifstream in{file};
  if (!in) throw std::invalid_argument(fmt::format("{}: cannot be read", file));
  try {
    auto result = read_labelled(in, file);
    if (in.bad()) throw std::invalid_argument(fmt::format("{}: cannot be read", file));
    return result;
  } catch (const bad_label& e) {
    throw std::invalid_argument(harmless(e.what()));
  }
}

void complain_of_unknown(const std::string& file, const std::vector<labelled_message>& all) {
  for (const auto& m : all) {
    if (!m.change) continue;
    for (const auto& step : m.change->steps)
      if (!step.kind || !step.unknown.empty())
        complain(
            harmless(fmt::format("{}:{}: nobody knows the update \"{}\"; it counts as missed", file,
                                 m.line, step.kind ? step.name + " " + step.unknown : step.name)));
  }
}

nlohmann::json as_json(const class_score& x) {
  return {{"precision", x.precision()}, {"recall", x.recall()}};
}

nlohmann::json as_json(const missed_message& x) {
  auto wrong = nlohmann::json::array();
  for (const auto& d : x.wrong)
    wrong.push_back({{"field", d.field}, {"expected", d.expected}, {"read", d.found}});
  return {{"line", x.label.line},
          {"text", x.label.text},
          {"expected", to_string(x.label.kind)},
          {"read", nlohmann::json::parse(to_json(x.read))},
          {"wrong", std::move(wrong)}};
}

std::string as_json(const label_score& x) {
  auto misses = nlohmann::json::array();
  for (const auto& miss : x.misses) misses.push_back(as_json(miss));
  const nlohmann::ordered_json result = {{"signals", as_json(x.signals)},
                                         {"updates", as_json(x.updates)},
                                         {"misses", std::move(misses)}};
  return result.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void print_shares(output& out, const label_score& x) {
  const auto row = [](const char* what, const class_score& c) {
    return std::vector<cell>{{what},
                             {fmt::format("{:.4f}", c.precision())},
                             {fmt::format("{} of {}", c.right, c.read), colour::dim},
                             {fmt::format("{:.4f}", c.recall())},
                             {fmt::format("{} of {}", c.right, c.labelled), colour::dim}};
  };
  out.table({"", "precision", "", "recall", ""},
            {row("signals", x.signals), row("updates", x.updates)});
}

void print_confusion(output& out, const label_score& x) {
  std::vector<std::string> header = {"labelled"};
  for (std::size_t v = 0; v < verdicts; ++v)
    header.emplace_back(to_string(static_cast<verdict>(v)));
  std::vector<std::vector<cell>> rows;
  for (std::size_t c = 0; c < label_classes; ++c) {
    const auto kind = static_cast<label_class>(c);
    rows.push_back({{std::string{to_string(kind)}, colour::dim}});
    for (std::size_t v = 0; v < verdicts; ++v)
      rows.back().push_back({std::to_string(x.count(kind, static_cast<verdict>(v)))});
  }
  out.table(header, rows);
}

void print_miss(output& out, const missed_message& x) {
  out.line("");
  out.line({{fmt::format("line {}", x.label.line), colour::bold}, {harmless(x.label.text)}});
  std::vector<std::vector<cell>> rows;
  for (const auto& d : x.wrong)
    rows.push_back({{d.field}, {harmless(d.expected)}, {harmless(d.found), colour::yellow}});
  out.table({"", "expected", "read"}, rows);
  out.line({{harmless(x.read.reason), colour::dim}});
}

void print(const label_score& x) {
  output out;
  print_shares(out, x);
  out.line("");
  print_confusion(out, x);
  for (const auto& miss : x.misses) print_miss(out, miss);
}

}  // namespace

exit_code signals_score(const std::string& file, bool in_json) {
  const auto messages = read_file(file);
  complain_of_unknown(file, messages);
  const auto result = score(messages);
  if (in_json)
    output{}.line(as_json(result));
  else
    print(result);
  return all_done;
}

}  // namespace outcry::cli
