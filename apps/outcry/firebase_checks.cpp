#include "apps/outcry/firebase_checks.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/firebase/auth/secrets.hpp"
#include "adapters/firebase/jwt.hpp"
#include "adapters/firebase/service_account.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/phone_rules.hpp"
#include "messages/keys.hpp"

namespace outcry::cli {

namespace {

constexpr const char* deploy_advice =
    "deploy apps/phone/firebase/database.rules.json: docs/firebase.md";
constexpr int clock_questions = 3;

std::string rules_advice(const firebase_view& at) {
  return at.local ? "start outcry-firebase with our rules: local_firebase.rules = "
                    "\"apps/phone/firebase/database.rules.json\" (./run does)"
                  : deploy_advice;
}

/// A place where nothing is: nobody else chooses this name.
std::string unused_name() {
  return "doctor-" + firebase::base64url(firebase::auth::system_random_bytes(12));
}

std::string place_text(const std::string& path) {
  return path.empty() ? "/ (all of it)" : "/" + path;
}

/// True once it is known that no answer will come, which is then told.
bool gave_up(const firebase::reply& answer, const std::string& what, std::vector<check>& into) {
  switch (answer.kind) {
    case firebase::outcome::unreachable:
    case firebase::outcome::timed_out:
    case firebase::outcome::aborted:
    case firebase::outcome::retry_later:
      into.push_back({what, verdict::fail, answer.error, "try again when the database answers"});
      return true;
    default:
      return false;
  }
}

firebase::reply read_a_little(firebase::client& from, const std::string& path) {
  firebase::query little;
  little.shallow = true;
  return from.get(path, little);
}

}  // namespace

std::shared_ptr<firebase::credentials> firebase_identity(const config::config& settings) {
  if (!settings.firebase.credentials_file.empty()) {
    firebase::service_account_options options;
    options.key_file = settings.firebase.credentials_file.string();
    options.ca_file = settings.firebase.ca_file.string();
    options.warn = [](const std::string& text) { complain(text); };
    return firebase::service_account(std::move(options));
  }
  auto file = config::firebase_token_file(settings);
  if (file.empty()) return firebase::no_credentials();
  return firebase::token_file(file.string(), [](const std::string& text) { complain(text); });
}

clock_difference difference_from(std::int64_t asked, std::int64_t answered, std::int64_t date) {
  // Its clock showed something of [date, date + 999] while ours showed something of [asked,
  // answered].
  return {date - answered, date + 999 - asked};
}

check judge_clocks(const clock_difference& found, std::int64_t limit_s) {
  const std::int64_t certain = found.least > 0 ? found.least : found.most < 0 ? -found.most : 0;
  if (certain <= 1000) return {"clock", verdict::ok, "as Firebase's", ""};
  auto text = fmt::format("at least {}.{} s {} Firebase's", certain / 1000, certain % 1000 / 100,
                          found.least > 0 ? "behind" : "ahead of");
  if (certain > limit_s * 1000)
    return {"clock", verdict::fail, text, "set this machine's clock: messages are refused"};
  return {"clock", verdict::warn, text, "let this machine keep its time by NTP"};
}

std::vector<check> check_strangers(const firebase_view& at) {
  firebase::client stranger(at.url, firebase::no_credentials(), at.options);
  std::vector<check> result;
  std::vector<std::string> readable;
  std::vector<std::string> odd;
  const auto note_odd = [&](const std::string& path, const firebase::reply& answer) {
    if (answer.kind != firebase::outcome::unauthorized && odd.size() < 3)
      odd.push_back(fmt::format("{}: {}", place_text(path), answer.error));
  };
  std::vector<std::string> places{""};
  const auto ours = parse_rules(phone_rules_text());
  for (const auto& [key, value] : ours.items())
    if (!key.starts_with(".")) places.push_back(key);
  places.emplace_back("operators");

  for (const auto& path : places) {
    const auto answer = read_a_little(stranger, path);
    if (gave_up(answer, "strangers", result)) return result;
    if (answer)
      readable.push_back(place_text(path));
    else
      note_odd(path, answer);
  }
  std::vector<std::string> writable;
  for (const auto& path : places) {
    const std::string place = path.empty() ? unused_name() : path + "/" + unused_name();
    // Nothing is there, and nothing will be: to remove it takes the right to write and writes not.
    const auto answer = stranger.put(place, "null");
    if (gave_up(answer, "strangers", result)) return result;
    if (answer)
      writable.push_back(place_text(path));
    else
      note_odd(place, answer);
  }
  const auto judge = [&](const char* verb, const std::vector<std::string>& open) {
    if (!open.empty()) {
      result.push_back({"strangers", verdict::fail,
                        fmt::format("anybody can {} {}", verb, fmt::join(open, ", ")),
                        rules_advice(at)});
    } else if (odd.empty()) {
      result.push_back({"strangers", verdict::ok, fmt::format("nobody else can {}", verb), ""});
    }
  };
  judge("read", readable);
  judge("write", writable);
  if (!odd.empty()) {
    result.push_back({"strangers", verdict::warn,
                      fmt::format("not told whether all is closed: {}", fmt::join(odd, "; ")),
                      "look at the database's rules"});
  }
  return result;
}

std::vector<check> check_rules(const firebase_view& at) {
  // The local Firebase tells its rules to nobody, and answers without an index, too.
  if (at.local) return {};
  firebase::client database(at.url, at.identity, at.options);
  const auto ours = parse_rules(phone_rules_text());
  std::vector<check> result;
  std::vector<std::string> missing;
  const auto indexes = indexes_of(ours);
  for (const auto& one : indexes) {
    std::string path = one.path;
    // Whatever stands for a key of the floor's stands for a ticker there.
    if (const auto at_ticker = path.find("$ticker"); at_ticker != std::string::npos)
      path.replace(at_ticker, 7, at.ticker);
    firebase::query asked;
    asked.order_by = one.field;
    asked.limit_to_first = 1;
    const auto answer = database.get(path, asked);
    if (gave_up(answer, "indexes", result)) return result;
    if (answer) continue;
    if (answer.http_status != 400) {
      result.push_back({"indexes", verdict::fail, place_text(path) + ": " + answer.error,
                        "check firebase.credentials_file or firebase.token_file"});
      return result;
    }
    missing.push_back(fmt::format("{} by {}", place_text(one.path), one.field));
  }
  if (missing.empty()) {
    result.push_back({"indexes", verdict::ok, fmt::format("all {} are there", indexes.size()), ""});
  } else {
    result.push_back({"indexes", verdict::fail,
                      fmt::format("missing: {}", fmt::join(missing, ", ")), rules_advice(at)});
  }

  const auto answer = database.get(".settings/rules");
  if (gave_up(answer, "rules", result)) return result;
  if (answer.kind == firebase::outcome::unauthorized) {
    result.push_back({"rules", verdict::ok, "these credentials may not read them", ""});
    return result;
  }
  if (!answer) {
    result.push_back({"rules", verdict::warn, "cannot be read: " + answer.error, deploy_advice});
    return result;
  }
  try {
    const auto place = first_difference(ours, parse_rules(answer.body));
    if (place.empty()) {
      result.push_back({"rules", verdict::ok, "ours", ""});
    } else {
      result.push_back({"rules", verdict::warn, "others than ours; first at " + place,
                        std::string{"if that is not meant so: "} + deploy_advice});
    }
  } catch (const std::exception& e) {
    result.push_back(
        {"rules", verdict::warn, std::string{"cannot be understood: "} + e.what(), deploy_advice});
  }
  return result;
}

std::vector<check> check_clocks(const firebase_view& at) {
  firebase::client database(at.url, at.identity, at.options);
  std::vector<check> result;
  std::optional<clock_difference> known;
  for (int i = 0; i < clock_questions; ++i) {
    const auto asked = at.now();
    const auto answer = read_a_little(database, "floor");
    const auto answered = at.now();
    if (gave_up(answer, "clock", result)) return result;
    if (!answer.server_date_ms) continue;
    auto one = difference_from(asked, answered, *answer.server_date_ms);
    if (known) one = {std::max(one.least, known->least), std::min(one.most, known->most)};
    // A clock was set in between: the last answer counts.
    if (one.least > one.most) one = difference_from(asked, answered, *answer.server_date_ms);
    known = one;
  }
  if (known)
    result.push_back(judge_clocks(*known, at.clock_limit_s));
  else
    result.push_back({"clock", verdict::warn, "the database does not tell its time", ""});
  return result;
}

std::vector<check> check_firebase_closely(const config::config& settings) {
  auto result = check_firebase(settings);
  const auto url = config::firebase_base_url(settings);
  if (url.empty() || result.front().result != verdict::ok) return result;
  // The one below knows more of the clock.
  result.resize(1);
  firebase::url_options where;
  where.container_network = true;
  firebase_view at{firebase::database_url::parse(url, where), firebase_identity(settings)};
  at.options.total_timeout = std::chrono::seconds(8);
  at.options.ca_file = settings.firebase.ca_file.string();
  if (!settings.bots.empty()) at.ticker = escape_key(settings.bots.front().ticker);
  at.local = !firebase::is_google_database(at.url.address());
  at.clock_limit_s = settings.floor.clock_skew_limit_s;
  at.now = [] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::int64_t{std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
  };
  for (const auto& look : {check_strangers, check_rules, check_clocks})
    for (auto& one : look(at)) result.push_back(std::move(one));
  return result;
}

}  // namespace outcry::cli
