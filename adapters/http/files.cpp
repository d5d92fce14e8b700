#include "adapters/http/files.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include <openssl/sha.h>

#include <zlib.h>

#include "adapters/http/detail/file_kind.hpp"

namespace outcry::http {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view start_page = "index.html";
constexpr std::size_t least_packed = 1024;  // smaller ones fit into one packet anyway

[[noreturn]] void fail(const fs::path& place, const std::string& what) {
  throw std::runtime_error("static files: " + place.string() + ": " + what);
}

std::string content_tag(const std::string& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

/// gzip; empty if that does not save a tenth.
std::string packed(const std::string& bytes) {
  z_stream stream{};
  constexpr int with_gzip_header = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, with_gzip_header, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return done && out.size() < bytes.size() - bytes.size() / 10 ? out : std::string();
}

bool is_inside(const fs::path& place, const fs::path& folder) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), place.begin(), place.end());
  return end == folder.end() && rest != place.end();
}

/// What a path may not hold, decoded or not: another way to write '/', ends of strings, ways up.
bool is_clever(std::string_view sent, std::string_view decoded) {
  if (std::count(decoded.begin(), decoded.end(), '/') !=
      std::count(sent.begin(), sent.end(), '/')) {
    return true;
  }
  return std::any_of(decoded.begin(), decoded.end(), [](char c) {
    return c == '\\' || c == '\x7f' || static_cast<unsigned char>(c) < 0x20;
  });
}

/// True if a part of the path is empty (but the last), or begins with a dot.
bool has_odd_part(std::string_view path) {
  while (!path.empty()) {
    if (path.front() == '/' || path.front() == '.') return true;
    const std::size_t end = path.find('/');
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  return false;
}

/// A place in the page's own world: nothing that has an ending, and asked for by somebody who wants
/// a page.
bool looks_like_a_page(std::string_view path, const request& asked) {
  if (path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos) return false;
  const std::string* accept = asked.find_header("Accept");
  return !accept || accept->find("text/html") != std::string::npos ||
         accept->find("*/*") != std::string::npos;
}

}  // namespace

static_files::static_files(file_options opts) : opts_(std::move(opts)) {
  try {
    read_folder();
  } catch (const fs::filesystem_error& error) {
    fail(opts_.folder, error.code().message());
  }
  const auto start = files_.find(start_page);
  if (start == files_.end()) fail(opts_.folder, "expected a file index.html in it");
  // A packed form beside its file is not a file of its own.
  for (auto& [name, one] : files_) {
    const auto made = files_.find(name + ".gz");
    if (made != files_.end()) {
      one.packed = std::move(made->second.body);
      files_.erase(made);
    } else if (one.body.size() >= least_packed && detail::is_packable(one.type)) {
      one.packed = packed(one.body);
    }
  }
}

void static_files::read_folder() {
  const fs::path folder = fs::canonical(opts_.folder);
  if (!fs::is_directory(folder)) fail(opts_.folder, "expected a folder");
  // Folders behind links are not entered, so that a link cannot lead in circles.
  for (auto entry = fs::recursive_directory_iterator(folder);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const fs::path& place = entry->path();
    if (place.filename().native().front() == '.') {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code error;
    const fs::path real = fs::canonical(place, error);
    if (error || !is_inside(real, folder) || !fs::is_regular_file(real, error)) continue;
    // The link may be innocent and its goal hidden.
    const fs::path goal = real.lexically_relative(folder);
    if (std::any_of(goal.begin(), goal.end(),
                    [](const fs::path& part) { return part.native().front() == '.'; })) {
      continue;
    }
    add(place.lexically_relative(folder).generic_string(), real);
  }
}

void static_files::add(const std::string& name, const fs::path& place) {
  if (files_.size() >= opts_.max_files) {
    fail(opts_.folder, "expected at most " + std::to_string(opts_.max_files) + " files");
  }
  const std::uintmax_t size = fs::file_size(place);
  if (size > opts_.max_total - total_) {
    fail(opts_.folder, "expected at most " + std::to_string(opts_.max_total) +
                           " bytes in all; too much with " + name);
  }
  file one;
  one.body.resize(static_cast<std::size_t>(size));
  std::ifstream in(place, std::ios::binary);
  if (!in.read(one.body.data(), static_cast<std::streamsize>(size))) {
    fail(place, "cannot be read");
  }
  total_ += one.body.size();
  one.tag = content_tag(one.body);
  one.type = std::string(detail::media_type(name));
  one.for_ever = detail::is_hashed_name(name);
  files_.emplace(name, std::move(one));
}

response static_files::answer(const request& asked) const {
  if (asked.method != "GET") {
    response answer = refuse(405, "expected GET or HEAD");
    answer.headers.push_back({"Allow", "GET, HEAD"});
    return answer;
  }
  std::string path;
  if (asked.path.empty() || asked.path.front() != '/' || !percent_decode(asked.path, false, path) ||
      is_clever(asked.path, path)) {
    return refuse(400, "Bad path");
  }
  path.erase(0, 1);
  if (has_odd_part(path)) return refuse(404, "Not found");
  if (const auto found = files_.find(path); found != files_.end()) {
    return send(found->second, asked);
  }
  if (!path.empty() && !looks_like_a_page(path, asked)) return refuse(404, "Not found");
  return send(files_.find(start_page)->second, asked);
}

response static_files::send(const file& found, const request& asked) const {
  const std::string* accepted = asked.find_header("Accept-Encoding");
  const bool pack = !found.packed.empty() && accepted && detail::accepts_gzip(*accepted);
  const std::string tag = found.tag + (pack ? "-gz" : "");
  response answer;
  answer.headers = common_headers();
  answer.headers.push_back({"ETag", "\"" + tag + "\""});
  answer.headers.push_back(
      {"Cache-Control", found.for_ever ? "public, max-age=31536000, immutable" : "no-cache"});
  if (!found.packed.empty()) answer.headers.push_back({"Vary", "Accept-Encoding"});
  const std::string* known = asked.find_header("If-None-Match");
  if (known && detail::is_known(*known, tag)) {
    answer.status = 304;
    return answer;
  }
  answer.headers.push_back({"Content-Type", found.type});
  if (pack) answer.headers.push_back({"Content-Encoding", "gzip"});
  answer.body = pack ? found.packed : found.body;
  return answer;
}

response static_files::refuse(int status, std::string_view text) const {
  response answer = error_response(status, text);
  for (header& one : common_headers()) answer.headers.push_back(std::move(one));
  answer.headers.push_back({"Cache-Control", "no-store"});
  return answer;
}

std::vector<header> static_files::common_headers() const {
  // Popups stay allowed: signing in with Google opens one.
  std::vector<header> headers{{"X-Content-Type-Options", "nosniff"},
                              {"Referrer-Policy", "no-referrer"},
                              {"X-Frame-Options", "DENY"},
                              {"Cross-Origin-Opener-Policy", "same-origin-allow-popups"},
                              {"Cross-Origin-Resource-Policy", "same-origin"}};
  if (!opts_.policy.empty()) headers.push_back({"Content-Security-Policy", opts_.policy});
  return headers;
}

}  // namespace outcry::http
