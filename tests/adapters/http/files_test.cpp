#include "adapters/http/files.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <zlib.h>

#include "adapters/http/detail/file_kind.hpp"
#include "tests/support/temp_dir.hpp"

namespace http = outcry::http;
namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using outcry::test::temp_dir;

namespace {

/// A folder as Vite builds it, with traps, inside a folder with a secret.
struct site {
  site() {
    write("../secret.txt", "secret");
    write("index.html", "<!doctype html><title>Outcry</title>");
    write("sw.js", "self.onfetch = null;");
    write("manifest.webmanifest", "{}");
    write("assets/index-BqE3x_1a.js", script);
    write("assets/index-BqE3x_1a.css", "a{}");
    write("assets/logo.svg", "<svg/>");
    write(".env", "secret");
    write(".git/config", "secret");
    write("a b+c.txt", "odd name");
    write("empty.txt", "");
  }
  void write(const std::string& name, const std::string& text) const {
    const fs::path place = folder() / name;
    fs::create_directories(place.parent_path());
    std::ofstream(place, std::ios::binary) << text;
  }
  fs::path folder() const {
    fs::create_directories(outer.path() / "site");
    return outer.path() / "site";
  }
  http::static_files files() const { return http::static_files({folder()}); }

  temp_dir outer;
  const std::string script = [] {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "console.log(" + std::to_string(i) + ");\n";
    return text;
  }();
};

http::response ask(const http::static_files& files, const std::string& path,
                   std::vector<http::header> headers = {}, const std::string& method = "GET") {
  http::request asked;
  asked.method = method;
  asked.path = path;
  asked.headers = std::move(headers);
  return files.answer(asked);
}

std::string value(const http::response& answer, const std::string& name) {
  std::string found;
  for (const http::header& line : answer.headers) {
    if (line.name == name) found += (found.empty() ? "" : "|") + line.value;
  }
  return found;
}

std::string unpacked(const std::string& bytes, std::size_t size) {
  std::string text(size, '\0');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int result = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  return result == Z_STREAM_END ? text.substr(0, stream.total_out) : "(broken)";
}

const http::header browser{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"};

}  // namespace

TEST_CASE("files are served with their types, tags and lifetimes") {
  const site with;
  const http::static_files files = with.files();
  const auto page = ask(files, "/");
  CHECK(page.status == 200);
  CHECK(page.body == "<!doctype html><title>Outcry</title>");
  CHECK(value(page, "Content-Type") == "text/html; charset=utf-8");
  CHECK(value(page, "Cache-Control") == "no-cache");
  const auto script = ask(files, "/assets/index-BqE3x_1a.js");
  CHECK(script.body == with.script);
  CHECK(value(script, "Content-Type") == "text/javascript; charset=utf-8");
  CHECK(value(script, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(value(script, "ETag") != value(page, "ETag"));
  CHECK(value(ask(files, "/sw.js"), "Cache-Control") == "no-cache");
  CHECK(value(ask(files, "/assets/logo.svg"), "Cache-Control") == "no-cache");
  CHECK(value(ask(files, "/manifest.webmanifest"), "Content-Type") == "application/manifest+json");
  CHECK(ask(files, "/a%20b+c.txt").body == "odd name");
  CHECK(ask(files, "/empty.txt").status == 200);
}

TEST_CASE("every answer carries the headers of security") {
  const site with;
  const http::static_files files = with.files();
  for (const char* path : {"/", "/assets/index-BqE3x_1a.js", "/none.js", "/..%2f"}) {
    INFO(path);
    const auto answer = ask(files, path);
    CHECK(value(answer, "X-Content-Type-Options") == "nosniff");
    CHECK(value(answer, "X-Frame-Options") == "DENY");
    CHECK(value(answer, "Referrer-Policy") == "no-referrer");
    CHECK_THAT(value(answer, "Content-Security-Policy"),
               Contains("default-src 'none'") && Contains("script-src 'self';") &&
                   Contains("frame-ancestors 'none'") && !Contains("unsafe"));
  }
  http::file_options opts{with.folder()};
  opts.policy = "default-src https:";
  CHECK(value(ask(http::static_files(opts), "/"), "Content-Security-Policy") == opts.policy);
  opts.policy.clear();
  CHECK(value(ask(http::static_files(opts), "/"), "Content-Security-Policy").empty());
}

TEST_CASE("a place within the page is the page, a missing file is missing") {
  const site with;
  const http::static_files files = with.files();
  for (const char* path : {"/logs", "/bot/AAPL", "/assets/", "/logs/"}) {
    INFO(path);
    CHECK(ask(files, path, {browser}).body == ask(files, "/").body);
    CHECK(ask(files, path).status == 200);
    CHECK(ask(files, path, {{"Accept", "application/json"}}).status == 404);
  }
  for (const char* path : {"/none.js", "/assets/index-00000000.js", "/index.html/x.js"}) {
    INFO(path);
    const auto answer = ask(files, path, {browser});
    CHECK(answer.status == 404);
    CHECK(value(answer, "Cache-Control") == "no-store");
  }
}

TEST_CASE("a known file is not sent again") {
  const site with;
  const http::static_files files = with.files();
  const std::string tag = value(ask(files, "/sw.js"), "ETag");
  for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
    INFO(known);
    const auto answer = ask(files, "/sw.js", {{"If-None-Match", known}});
    CHECK(answer.status == 304);
    CHECK(answer.body.empty());
    CHECK(value(answer, "ETag") == tag);
  }
  for (const std::string& known : {std::string("\"x\""), tag.substr(1), std::string()}) {
    INFO(known);
    CHECK(ask(files, "/sw.js", {{"If-None-Match", known}}).status == 200);
  }
}

TEST_CASE("texts are packed for those who can unpack them") {
  const site with;
  with.write("assets/given-AAAAAAAA.js", "the long form");
  with.write("assets/given-AAAAAAAA.js.gz", "the short form");
  const http::static_files files = with.files();
  const std::string path = "/assets/index-BqE3x_1a.js";
  const auto plain = ask(files, path);
  CHECK(value(plain, "Vary") == "Accept-Encoding");
  CHECK(value(plain, "Content-Encoding").empty());
  for (const char* accepted : {"gzip", "br, GZIP;q=0.5", "deflate, *;q=0.1", "gzip;level=1"}) {
    INFO(accepted);
    const auto packed = ask(files, path, {{"Accept-Encoding", accepted}});
    REQUIRE(value(packed, "Content-Encoding") == "gzip");
    CHECK(packed.body.size() < with.script.size() / 2);
    CHECK(unpacked(packed.body, with.script.size() + 1) == with.script);
    CHECK(value(packed, "ETag") != value(plain, "ETag"));
  }
  for (const char* accepted : {"", "br", "gzip;q=0", "gzip; q=0.00, *", "*;q=0"}) {
    INFO(accepted);
    CHECK(ask(files, path, {{"Accept-Encoding", accepted}}).body == with.script);
  }
  const std::string given = "/assets/given-AAAAAAAA.js";
  CHECK(ask(files, given).body == "the long form");
  CHECK(ask(files, given, {{"Accept-Encoding", "gzip"}}).body == "the short form");
  CHECK(ask(files, given + ".gz").status == 404);
  CHECK(value(ask(files, "/assets/logo.svg"), "Vary").empty());
}

TEST_CASE("only GET and HEAD are answered") {
  const site with;
  const http::static_files files = with.files();
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    INFO(method);
    const auto answer = ask(files, "/", {}, method);
    CHECK(answer.status == 405);
    CHECK(value(answer, "Allow") == "GET, HEAD");
  }
}

TEST_CASE("no path leads out of the folder or to what is hidden") {
  const site with;
  fs::create_symlink(with.outer.path() / "secret.txt", with.folder() / "link.txt");
  fs::create_directory_symlink(with.outer.path(), with.folder() / "up");
  fs::create_symlink(".env", with.folder() / "env.txt");
  fs::create_symlink("sw.js", with.folder() / "alias.js");
  fs::create_symlink("nowhere", with.folder() / "dangling.txt");
  const http::static_files files = with.files();
  const std::vector<std::string> tricks{"/../secret.txt",
                                        "/assets/../../secret.txt",
                                        "/%2e%2e/secret.txt",
                                        "/..%2fsecret.txt",
                                        "/%2e%2e%2fsecret.txt",
                                        "/..\\secret.txt",
                                        "/..%5csecret.txt",
                                        "/assets%2findex-BqE3x_1a.js",
                                        "//secret.txt",
                                        "//etc/passwd",
                                        "/./sw.js",
                                        "/assets/./logo.svg",
                                        "/assets//logo.svg",
                                        "/.env",
                                        "/%2eenv",
                                        "/.git/config",
                                        "/.git",
                                        "/sw.js%00.html",
                                        "/sw.js%00",
                                        "/%0d%0aX: 1",
                                        "/link.txt",
                                        "/up/secret.txt",
                                        "/env.txt",
                                        "/dangling.txt",
                                        "/%",
                                        "/%zz",
                                        "/%c0%ae%c0%ae/x.txt",
                                        "",
                                        "sw.js",
                                        "/sw.js/",
                                        "/SW.JS",
                                        "/....//secret.txt",
                                        "/%252e%252e/secret.txt",
                                        "/..",
                                        "/.",
                                        "/assets/..",
                                        "/\x7f",
                                        "/sw.js\t"};
  for (const std::string& path : tricks) {
    INFO(path);
    const auto answer = ask(files, path, {browser});
    CHECK_THAT(answer.body, !Contains("secret"));
    CHECK((answer.status == 400 || answer.status == 404 ||
           (answer.status == 200 && path == "/sw.js/")));
  }
  CHECK(ask(files, "/alias.js").body == "self.onfetch = null;");
}

TEST_CASE("random paths lead to files of the folder or to none") {
  const site with;
  const http::static_files files = with.files();
  static const std::vector<std::string> parts{"/",   "..",     ".",      "%2e",    "%2f", "\\",
                                              "%5c", "secret", ".txt",   "sw.js",  "%00", "%",
                                              "a",   ".env",   "assets", "index-", "%25"};
  std::mt19937 dice(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string path = "/";
    for (auto n = dice() % 8; n > 0; --n) path += parts[dice() % parts.size()];
    const auto answer = ask(files, path, {browser});
    if (answer.body == "secret") FAIL(path);
  }
}

TEST_CASE("a folder that cannot be served is named") {
  const temp_dir folder;
  const auto open = [&](http::file_options opts) { http::static_files files(std::move(opts)); };
  CHECK_THROWS_WITH(open({folder.path() / "none"}), Contains("none"));
  CHECK_THROWS_WITH(open({folder.path()}), Contains("index.html"));
  std::ofstream(folder.path() / "index.html") << "hello";
  CHECK_NOTHROW(open({folder.path()}));
  CHECK_THROWS_WITH(open({folder.path() / "index.html"}), Contains("folder"));
  http::file_options small{folder.path()};
  small.max_total = 4;
  CHECK_THROWS_WITH(open(small), Contains("4 bytes") && Contains("index.html"));
  std::ofstream(folder.path() / "second.txt") << "x";
  http::file_options few{folder.path()};
  few.max_files = 1;
  CHECK_THROWS_WITH(open(few), Contains("at most 1 files"));
}

TEST_CASE("names with the hash of their content are recognised") {
  using http::detail::is_hashed_name;
  for (const char* name : {"assets/index-BqE3x_1a.js", "assets/a-00000000.css",
                           "assets/chart-Bq-3x_1a.js.map", "assets/deep/x-BqE3x_1a.woff2"}) {
    INFO(name);
    CHECK(is_hashed_name(name));
  }
  for (const char* name : {"index-BqE3x_1a.js", "assets/index.js", "assets/-BqE3x_1a.js",
                           "assets/index-short.js", "assets/index-BqE3x_1a", "assets/.js",
                           "assets/index_BqE3x_1a.js", "assets/index-BqE3x 1a.js"}) {
    INFO(name);
    CHECK_FALSE(is_hashed_name(name));
  }
}
