#include "adapters/inspection_http/page.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "adapters/inspection_http/exposition.hpp"

namespace outcry::inspection_http {

namespace {

using json = nlohmann::json;

constexpr std::string_view parts[] = {"/floor", "/actors",   "/pits",
                                      "/links", "/messages", "/graves"};

bool is_known(std::string_view path) {
  return path == "/" || path == "/healthz" || path == "/metrics" || path == "/snapshot" ||
         path == "/verdict" ||
         std::find(std::begin(parts), std::end(parts), path) != std::end(parts);
}

http::response guarded(http::response answer) {
  answer.headers.push_back({"Cache-Control", "no-store"});
  answer.headers.push_back({"X-Content-Type-Options", "nosniff"});
  answer.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
  answer.headers.push_back(
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"});
  return answer;
}

http::response with_body(const char* type, std::string body) {
  return {200, {{"Content-Type", type}}, std::move(body)};
}

http::response json_answer(std::string body) {
  return with_body("application/json; charset=utf-8", std::move(body));
}

http::response unavailable(const std::string& why) {
  auto answer = http::error_response(503, "The floor does not answer: " + why);
  answer.headers.push_back({"Retry-After", "1"});
  return answer;
}

/// Nothing here is for other pages: an Origin must be that of the address that was called. Browsers
/// send none with what is loaded into a page of others (images, scripts), but say so elsewhere.
/// Source: W3C Fetch Metadata Request Headers.
bool from_another_page(const http::request& asked) {
  if (const auto* origin = asked.find_header("Origin")) {
    const auto* host = asked.find_header("Host");
    if (!host || (!http::equal_ignoring_case(*origin, "http://" + *host) &&
                  !http::equal_ignoring_case(*origin, "https://" + *host)))
      return true;
  }
  const auto* site = asked.find_header("Sec-Fetch-Site");
  const auto* mode = asked.find_header("Sec-Fetch-Mode");
  const bool link_followed = mode && *mode == "navigate";
  return site && *site != "same-origin" && *site != "none" && !link_followed;
}

http::response metrics_of(const view& seen) {
  const auto snapshot = json::parse(seen.snapshot, nullptr, false);
  const auto verdict = json::parse(seen.verdict, nullptr, false);
  if (!snapshot.is_object()) return unavailable("it sent no snapshot");
  return with_body("text/plain; version=0.0.4; charset=utf-8", exposition(snapshot, verdict));
}

http::response part_of(const view& seen, const std::string& path) {
  const auto snapshot = json::parse(seen.snapshot, nullptr, false);
  if (!snapshot.is_object()) return unavailable("it sent no snapshot");
  return json_answer(part_in(snapshot, path.c_str() + 1).dump());
}

http::response answer_to(const std::string& path, const view_answer& answer) {
  if (!answer.seen) return unavailable(answer.why);
  const auto& seen = *answer.seen;
  if (path == "/healthz") return json_answer(R"({"status":"ok"})");
  if (path == "/metrics") return metrics_of(seen);
  if (path == "/snapshot") return json_answer(seen.snapshot);
  if (path != "/verdict") return part_of(seen, path);
  if (seen.verdict.empty()) return http::error_response(404, "Nobody judges on this floor");
  return json_answer(seen.verdict);
}

http::response contents() {
  std::string text = "/healthz\n/metrics\n/snapshot\n/verdict\n";
  for (const auto part : parts) text.append(part) += '\n';
  return with_body("text/plain; charset=utf-8", std::move(text));
}

}  // namespace

page::page(http::gate::options guard, view_source source, latest_view::options views,
           doorkeeper& door)
    : gate_(std::move(guard)),
      views_(std::make_shared<latest_view>(std::move(source), std::move(views))),
      door_(door) {}

void page::serve(const http::request& asked, sink to) {
  const auto answer = [to = std::move(to)](http::response made) { to(guarded(std::move(made))); };
  if (auto refused = gate_.refuse(asked)) return answer(std::move(*refused));
  if (from_another_page(asked))
    return answer(http::error_response(403, "Pages of another origin may not ask this"));
  if (asked.method != "GET") {
    auto refused = http::error_response(405, "Expected GET or HEAD, found " + asked.method);
    refused.headers.push_back({"Allow", "GET, HEAD"});
    return answer(std::move(refused));
  }
  const auto ask = [answer, views = views_, path = asked.path] {
    const auto heard = [answer, path](const view_answer& said) { answer(answer_to(path, said)); };
    if (!views->ask(heard)) answer(unavailable("too many are waiting for it"));
  };
  if (asked.path == "/healthz") return ask();
  door_.check(asked, [answer, ask, path = asked.path](std::optional<http::response> refused) {
    if (refused) return answer(std::move(*refused));
    // Only who may come in learns what there is.
    if (!is_known(path))
      return answer(http::error_response(404, "Not found; / says what there is"));
    path == "/" ? answer(contents()) : ask();
  });
}

}  // namespace outcry::inspection_http
