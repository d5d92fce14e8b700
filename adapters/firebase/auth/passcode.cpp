#include "adapters/firebase/auth/passcode.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "adapters/firebase/auth/compact_token.hpp"
#include "adapters/firebase/auth/passcode_rules.hpp"
#include "adapters/firebase/auth/private_file.hpp"
#include "adapters/firebase/auth/strict_json.hpp"
#include "adapters/firebase/jwt.hpp"

namespace outcry::firebase::auth {

namespace {

constexpr std::string_view passcode_file_name = "passcode file";
constexpr std::size_t max_passcode_file_bytes = 4096;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;
constexpr std::uint64_t max_memory = 256u << 20;
constexpr std::uint32_t max_times = 16;

bool in_bounds(const scrypt_cost& cost) {
  const bool power = cost.n >= 2 && (cost.n & (cost.n - 1)) == 0;
  return power && cost.n <= max_memory && cost.r >= 1 && cost.r <= 1024 && cost.p >= 1 &&
         cost.p <= max_times && 128 * cost.n * cost.r <= max_memory;
}

std::string scrypt(std::string_view passcode, std::string_view salt, const scrypt_cost& cost) {
  std::string hash(hash_bytes, '\0');
  // OpenSSL's limit counts its small buffers too.
  const std::uint64_t limit = 2 * max_memory;
  if (EVP_PBE_scrypt(passcode.data(), passcode.size(),
                     reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), cost.n,
                     cost.r, cost.p, limit, reinterpret_cast<unsigned char*>(hash.data()),
                     hash.size()) != 1) {
    ERR_clear_error();
    throw std::runtime_error("the passcode cannot be hashed: not enough memory");
  }
  return hash;
}

std::uint64_t number(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

passcode_hash passcode_hash::make(std::string_view passcode, const scrypt_cost& cost,
                                  const random_bytes& random) {
  if (!in_bounds(cost)) {
    throw std::invalid_argument(
        fmt::format("scrypt: n {}, r {}, p {} is out of bounds", cost.n, cost.r, cost.p));
  }
  passcode_hash made;
  made.cost_ = cost;
  made.salt_ = random(salt_bytes);
  made.hash_ = scrypt(passcode, made.salt_, cost);
  return made;
}

passcode_hash passcode_hash::parse(std::string_view text) {
  const auto file = parse_strict_json(text);
  if (!file || !file->is_object()) throw std::runtime_error("expected a JSON object");
  if (text_member(*file, "kdf") != "scrypt")
    throw std::runtime_error("expected the member kdf to be \"scrypt\"");
  const auto n = number(*file, "n");
  const auto r = number(*file, "r");
  const auto p = number(*file, "p");
  passcode_hash made;
  made.cost_.n = n;
  made.cost_.r = static_cast<std::uint32_t>(r);
  made.cost_.p = static_cast<std::uint32_t>(p);
  if (made.cost_.r != r || made.cost_.p != p || !in_bounds(made.cost_))
    throw std::runtime_error(fmt::format("n {}, r {}, p {} is out of bounds", n, r, p));
  made.salt_ = decode_base64url(text_member(*file, "salt")).value_or("");
  made.hash_ = decode_base64url(text_member(*file, "hash")).value_or("");
  if (made.salt_.size() != salt_bytes || made.hash_.size() != hash_bytes) {
    throw std::runtime_error(fmt::format("expected salt and hash of {} and {} bytes in base64url",
                                         salt_bytes, hash_bytes));
  }
  return made;
}

std::string passcode_hash::text() const {
  return nlohmann::json{{"kdf", "scrypt"}, {"n", cost_.n}, {"r", cost_.r},
                        {"p", cost_.p},    {"salt", id()}, {"hash", base64url(hash_)}}
             .dump() +
         '\n';
}

bool passcode_hash::matches(std::string_view passcode) const {
  return same_bytes(scrypt(passcode, salt_, cost_), hash_);
}

std::string passcode_hash::id() const {
  return base64url(salt_);
}

passcode_file::passcode_file(const std::filesystem::path& data_dir)
    : path_(data_dir / "passcode.json") {}

std::optional<passcode_hash> passcode_file::load() const {
  const auto text = read_private_file(path_, passcode_file_name, max_passcode_file_bytes);
  if (!text) return std::nullopt;
  try {
    return passcode_hash::parse(*text);
  } catch (const std::runtime_error& problem) {
    throw std::runtime_error(
        fmt::format("{} {}: {}; set the passcode anew with: outcry passcode set",
                    passcode_file_name, path_.string(), problem.what()));
  }
}

void passcode_file::set(std::string_view passcode, const scrypt_cost& cost,
                        const random_bytes& random) const {
  if (auto why = why_not_a_passcode(passcode); !why.empty()) throw std::invalid_argument(why);
  write_private_file(path_, passcode_file_name, passcode_hash::make(passcode, cost, random).text());
}

bool passcode_file::remove() const {
  return remove_private_file(path_, passcode_file_name);
}

}  // namespace outcry::firebase::auth
