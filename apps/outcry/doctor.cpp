#include <functional>
#include <future>

#include <nlohmann/json.hpp>

#include "apps/outcry/checks.hpp"
#include "apps/outcry/firebase_checks.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/waiting.hpp"

namespace outcry::cli {

namespace {

using checks = std::vector<check>;

/// Runs checks on another thread, so that the user sees that something happens.
checks run(const char* what, const std::function<checks()>& look) {
  progress waiting{std::string{"looking at "} + what};
  auto result = std::async(std::launch::async, look);
  while (result.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready)
    waiting.tick();
  return result.get();
}

void print(output& out, const session& at, const check& x) {
  if (at.json) {
    nlohmann::json line = {{"check", x.what},
                           {"result", to_string(x.result)},
                           {"found", x.found},
                           {"advice", x.advice}};
    return out.line(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  const std::vector<std::size_t> widths{4, 16, 0};
  out.line({{to_string(x.result), colour_of(to_string(x.result))}, {x.what}, {x.found}}, widths);
  if (x.result != verdict::ok && !x.advice.empty())
    out.line({{""}, {""}, {"-> " + x.advice}}, widths);
}

/// Prints what it is shown, and remembers whether something of it has failed.
class findings {
public:
  explicit findings(const session& at) : at_(at) {}

  void show(const checks& list) {
    for (const auto& x : list) {
      failed_ = failed_ || x.result == verdict::fail;
      print(out_, at_, x);
    }
  }
  exit_code code() const { return failed_ ? not_done : all_done; }

private:
  const session& at_;
  output out_;
  bool failed_ = false;
};

}  // namespace

exit_code doctor(const session& at, const std::vector<std::string>& problems) {
  findings found(at);
  auto show = [&](const checks& list) { found.show(list); };
  show(check_configuration(at, problems));
  // With a wrong configuration nobody knows where the rest should be.
  if (!problems.empty()) return not_done;
  show(run("the disk", [&] { return check_disk(at.settings); }));
  show(run("the floor", [&] { return check_floor(at.settings); }));
  show(run("Redis", [&] { return check_redis(at.settings); }));
  show(run("Firebase", [&] { return check_firebase(at.settings); }));
  show(check_history_cost(at.settings));
  return found.code();
}

exit_code doctor_firebase(const session& at, const std::vector<std::string>& problems) {
  findings found(at);
  found.show(check_configuration(at, problems));
  if (!problems.empty()) return not_done;
  found.show(run("Firebase", [&] { return check_firebase_closely(at.settings); }));
  return found.code();
}

}  // namespace outcry::cli
