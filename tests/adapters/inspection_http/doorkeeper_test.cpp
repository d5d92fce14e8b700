#include "adapters/inspection_http/doorkeeper.hpp"

#include <atomic>
#include <fstream>
#include <memory>
#include <optional>

#include "adapters/firebase/auth/passcode.hpp"
#include "adapters/inspection_http/basic_credentials.hpp"
#include "tests/adapters/inspection_http/asked.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::inspection_http;
using namespace outcry::test;

namespace outcry::test {

http::header with_passcode(const std::string& passcode) {
  static constexpr char signs[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto plain = "operator:" + passcode;
  std::string text;
  for (std::size_t i = 0; i < plain.size(); i += 3) {
    const auto at = [&](std::size_t k) {
      return k < plain.size() ? static_cast<unsigned char>(plain[k]) : 0U;
    };
    const unsigned bits = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    text += {signs[bits >> 18], signs[bits >> 12 & 63]};
    text += i + 1 < plain.size() ? signs[bits >> 6 & 63] : '=';
    text += i + 2 < plain.size() ? signs[bits & 63] : '=';
  }
  return {"Authorization", "Basic " + text};
}

}  // namespace outcry::test

namespace {

const std::string good_passcode = "correct horse";
const std::string program_token = "0123456789abcdef0123456789abcdef";

/// A door that other machines can knock at.
struct guarded_door {
  guarded_door() {
    options.data_dir = dir.path();
    options.token = program_token;
    options.now_ms = [this] { return now.load(); };
  }

  void set_passcode(const std::string& text = good_passcode) {
    firebase::auth::passcode_file(dir.path()).set(text, {16, 1, 1});
  }

  doorkeeper& door() {
    if (!door_) door_ = std::make_unique<doorkeeper>(options);
    return *door_;
  }

  /// 0 = come in, else the status of the refusal.
  int knock(std::vector<http::header> headers, const std::string& peer = "192.168.1.7:4000") {
    auto asked = get("/metrics", std::move(headers));
    asked.peer = peer;
    last = answer_of<std::optional<http::response>>(
        [&](auto then) { door().check(asked, std::move(then)); });
    return last ? last->status : 0;
  }

  temp_dir dir;
  doorkeeper::options options;
  std::atomic<std::int64_t> now = 1'700'000'000'000;
  std::optional<http::response> last;

private:
  std::unique_ptr<doorkeeper> door_;
};

}  // namespace

TEST_CASE_METHOD(guarded_door, "only the passcode or the token opens") {
  set_passcode();
  CHECK(knock({}) == 401);
  CHECK(header_of(*last, "WWW-Authenticate") == "Basic realm=\"outcry\", charset=\"UTF-8\"");
  CHECK(knock({with_passcode(good_passcode)}) == 0);
  CHECK(knock({with_passcode("correct horsf")}) == 401);
  CHECK(knock({with_passcode("")}) == 401);
  CHECK(knock({{"Authorization", "Bearer " + program_token}}) == 0);
  CHECK(knock({{"Authorization", "bearer " + program_token}}) == 0);
  CHECK(knock({{"Authorization", "Bearer " + good_passcode}}) == 401);
  CHECK(knock({{"Authorization", "Bearer "}}) == 401);
  CHECK(knock({{"Authorization", "Basic !!!!"}}) == 401);
  CHECK(knock({{"Authorization", "Basic " + program_token}}) == 401);
  CHECK(knock({{"Authorization", program_token}}) == 401);
}

TEST_CASE_METHOD(guarded_door, "without a passcode and without a token nobody comes in") {
  options.token = "";
  CHECK(knock({with_passcode("anything at all")}) == 401);
  CHECK(knock({{"Authorization", "Bearer x"}}) == 401);
  CHECK(knock({{"Authorization", "Bearer "}}) == 401);
}

TEST_CASE_METHOD(guarded_door, "a passcode file that makes no sense lets nobody in") {
  set_passcode();
  CHECK(knock({with_passcode(good_passcode)}) == 0);
  std::ofstream(dir.file("passcode.json")) << "{}";
  CHECK(knock({with_passcode(good_passcode)}) == 401);
}

TEST_CASE_METHOD(guarded_door, "a passcode that was replaced or removed opens no more") {
  set_passcode();
  CHECK(knock({with_passcode(good_passcode)}) == 0);
  set_passcode("another horse");
  CHECK(knock({with_passcode(good_passcode)}) == 401);
  CHECK(knock({with_passcode("another horse")}) == 0);
  firebase::auth::passcode_file(dir.path()).remove();
  CHECK(knock({with_passcode("another horse")}) == 401);
}

TEST_CASE_METHOD(guarded_door, "who guesses waits, and the right passcode does not help him") {
  set_passcode();
  CHECK(knock({with_passcode(good_passcode)}) == 0);  // so that it is remembered
  for (int i = 0; i < 5; ++i) CHECK(knock({with_passcode("guess")}, "10.0.0.9:1") == 401);
  CHECK(knock({with_passcode("guess")}, "10.0.0.9:2") == 429);
  CHECK(std::stoi(header_of(*last, "Retry-After")) >= 1);
  CHECK(knock({with_passcode(good_passcode)}, "10.0.0.9:3") == 429);
  // Others are not kept out by it, nor are programs with their token.
  CHECK(knock({with_passcode(good_passcode)}) == 0);
  CHECK(knock({{"Authorization", "Bearer " + program_token}}, "10.0.0.9:4") == 0);
  now += 15 * 60'000;
  CHECK(knock({with_passcode(good_passcode)}, "10.0.0.9:5") == 0);
}

TEST_CASE_METHOD(guarded_door, "on this machine alone nobody is asked") {
  options.open = true;
  CHECK(knock({}) == 0);
  CHECK(knock({{"Authorization", "Bearer wrong"}}) == 0);
}

TEST_CASE("a Basic credential is taken in one spelling only") {
  CHECK(basic_password("b3BlcmF0b3I6YWI=") == "ab");
  CHECK(basic_password("Og==") == "");
  CHECK(basic_password("OmE6Yg==") == "a:b");
  for (const char* wrong : {"", "Og=", "Og", "Oh==", "b3BlcmF0b3I6YWI",
                            "b3Bl cmF0b3I6YWI=", "YWI=", "====", "Og==Og==", "=g==", "Og==\n"})
    CHECK_FALSE(basic_password(wrong));
  CHECK_FALSE(basic_password(std::string(2048, 'A')));
}
