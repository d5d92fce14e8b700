#include "adapters/web/http_session.hpp"

#include <array>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>

#include <curl/curl.h>

#include <pthread.h>
#include <signal.h>
#include <strings.h>

namespace outcry::web {

namespace {

using clock = std::chrono::steady_clock;
constexpr std::size_t max_header_bytes = 8192;
constexpr std::size_t max_also = 32;

void initialise_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
      throw std::runtime_error("libcurl cannot be initialised");
  });
}

void must(CURLcode code) {
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

/// OpenSSL writes to sockets without MSG_NOSIGNAL, and CURLOPT_NOSIGNAL leaves the signal to us.
class no_sigpipe {
public:
  no_sigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~no_sigpipe() {
    if (sigismember(&before_, SIGPIPE) == 1) return;
    const timespec now{0, 0};
    while (sigtimedwait(&pipe_, nullptr, &now) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  no_sigpipe(const no_sigpipe&) = delete;
  no_sigpipe& operator=(const no_sigpipe&) = delete;

private:
  sigset_t pipe_{};
  sigset_t before_{};
};

struct transfer {
  CURL* easy = nullptr;
  const http_sink* sink = nullptr;
  const std::string* also = nullptr;
  http_head head;
  clock::time_point last_sign;
  bool ended_by_sink = false;
  std::exception_ptr thrown;
};

void take_header(http_head& head, std::string_view line, const std::string& also) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  auto value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && static_cast<unsigned char>(value.back()) <= ' ') value.remove_suffix(1);
  if (value.size() > max_header_bytes) return;
  const std::string name(line.substr(0, colon));
  const std::array<std::pair<const char*, std::string*>, 5> wanted{
      {{"etag", &head.etag},
       {"location", &head.location},
       {"retry-after", &head.retry_after},
       {"date", &head.date},
       {"content-type", &head.content_type}}};
  for (auto [wanted_name, field] : wanted)
    if (strcasecmp(name.c_str(), wanted_name) == 0) *field = value;
  if (also.empty() || head.also.size() >= max_also ||
      strncasecmp(name.c_str(), also.c_str(), also.size()) != 0)
    return;
  auto small = name;
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  head.also.emplace_back(std::move(small), value);
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& t = *static_cast<transfer*>(user);
  t.last_sign = clock::now();
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) t.head = {};
  try {
    take_header(t.head, line, *t.also);
  } catch (...) {
    t.thrown = std::current_exception();
    return 0;
  }
  return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& t = *static_cast<transfer*>(user);
  t.last_sign = clock::now();
  curl_easy_getinfo(t.easy, CURLINFO_RESPONSE_CODE, &t.head.status);
  try {
    if ((*t.sink)(t.head, {data, size})) return size;
    t.ended_by_sink = true;
  } catch (...) {
    t.thrown = std::current_exception();
  }
  return size == 0 ? 1 : 0;
}

using header_list = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

header_list make_headers(const http_request& request) {
  header_list list(nullptr, &curl_slist_free_all);
  auto add = [&](const char* line) {
    auto* longer = curl_slist_append(list.get(), line);
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
  };
  for (const auto& line : request.headers) add(line.c_str());
  // A body over 1 MB would otherwise wait for "100 Continue".
  add("Expect:");
  return list;
}

}  // namespace

std::string_view http_head::value(std::string_view name) const {
  for (auto field = also.rbegin(); field != also.rend(); ++field)
    if (field->first == name) return field->second;
  return {};
}

http_session::http_session(std::string ca_file, std::string user_agent)
    : ca_file_(std::move(ca_file)), user_agent_(std::move(user_agent)) {
  initialise_once();
  multi_ = curl_multi_init();
  easy_ = curl_easy_init();
  if (multi_ == nullptr || easy_ == nullptr) {
    curl_easy_cleanup(easy_);
    curl_multi_cleanup(static_cast<CURLM*>(multi_));
    throw std::bad_alloc();
  }
}

http_session::~http_session() {
  no_sigpipe guard;
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(static_cast<CURLM*>(multi_));
}

void http_session::configure(const http_request& request) {
  CURL* e = easy_;
  curl_easy_reset(e);
  must(curl_easy_setopt(e, CURLOPT_URL, request.url.c_str()));
  must(curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L));
  must(curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L));  // a hanging name server must not hold a stop
  must(curl_easy_setopt(e, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1)));
  must(curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https"));
  must(curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L));
  must(curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L));
  must(curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L));
  must(curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L));
  must(curl_easy_setopt(e, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2)));
  // CAINFO replaces the system's bundle file; the system's directory stays beside it.
  if (!ca_file_.empty()) must(curl_easy_setopt(e, CURLOPT_CAINFO, ca_file_.c_str()));
  // A proxy from the environment is for the internet, never for this machine or its containers.
  if (request.url.starts_with("http://")) must(curl_easy_setopt(e, CURLOPT_PROXY, ""));
  must(curl_easy_setopt(e, CURLOPT_USERAGENT, user_agent_.c_str()));
  must(curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L));
  must(curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
                        static_cast<long>(request.connect_timeout.count())));
  must(curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, static_cast<long>(request.total_timeout.count())));
  if (request.fresh_connection) must(curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L));
  if (request.body) {
    must(curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
                          static_cast<curl_off_t>(request.body->size())));
    must(curl_easy_setopt(e, CURLOPT_POSTFIELDS, request.body->data()));
  }
  must(curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, request.method.c_str()));
}

http_result http_session::perform(const http_request& request, const std::stop_token& stop,
                                  const http_sink& sink) {
  http_result result;
  if (stop.stop_requested()) {
    result.end = http_end::aborted;
    result.error = "stopped";
    return result;
  }
  no_sigpipe guard;
  auto* multi = static_cast<CURLM*>(multi_);
  transfer t;
  t.easy = easy_;
  t.sink = &sink;
  t.also = &request.also;
  std::array<char, CURL_ERROR_SIZE> words{};
  header_list headers(nullptr, &curl_slist_free_all);
  try {
    configure(request);
    headers = make_headers(request);
    must(curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers.get()));
    must(curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, words.data()));
    must(curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &on_header));
    must(curl_easy_setopt(easy_, CURLOPT_HEADERDATA, &t));
    must(curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &on_body));
    must(curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &t));
  } catch (const std::exception& problem) {
    result.error = problem.what();
    curl_easy_reset(easy_);
    return result;
  }

  t.last_sign = clock::now();
  curl_multi_add_handle(multi, easy_);
  CURLcode code = CURLE_OK;
  bool finished = false;
  {
    std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
    while (!finished) {
      if (stop.stop_requested()) {
        result.end = http_end::aborted;
        break;
      }
      int running = 0;
      if (auto problem = curl_multi_perform(multi, &running); problem != CURLM_OK) {
        code = CURLE_FAILED_INIT;
        result.error = curl_multi_strerror(problem);
        finished = true;
        break;
      }
      int left = 0;
      while (const auto* message = curl_multi_info_read(multi, &left))
        if (message->msg == CURLMSG_DONE) {
          code = message->data.result;
          finished = true;
        }
      if (finished) break;
      int wait_ms = 1000;
      if (request.stall_timeout.count() > 0) {
        const auto silent =
            std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - t.last_sign);
        if (silent >= request.stall_timeout) {
          result.end = http_end::stalled;
          break;
        }
        wait_ms = static_cast<int>(
            std::min<long long>(wait_ms, (request.stall_timeout - silent).count() + 1));
      }
      curl_multi_poll(multi, nullptr, 0, wait_ms, nullptr);
    }
  }
  long sent = 0;
  curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &sent);
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &t.head.status);
  curl_multi_remove_handle(multi, easy_);
  curl_easy_reset(easy_);  // forgets the addresses of our locals

  if (t.thrown) std::rethrow_exception(t.thrown);
  result.head = std::move(t.head);
  if (!finished) {
    result.error = result.end == http_end::aborted ? "stopped" : "the server is silent";
    return result;
  }
  if (t.ended_by_sink) {
    result.end = http_end::ended_by_sink;
  } else if (code == CURLE_OK) {
    result.end = http_end::complete;
  } else {
    if (result.error.empty())
      result.error = words[0] != '\0' ? words.data() : curl_easy_strerror(code);
    if (sent <= 0) {
      result.end = http_end::not_sent;
    } else {
      result.end = code == CURLE_OPERATION_TIMEDOUT ? http_end::timed_out : http_end::cut;
    }
  }
  return result;
}

std::optional<long long> parse_http_date(const std::string& text) {
  const auto seconds = curl_getdate(text.c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return static_cast<long long>(seconds);
}

}  // namespace outcry::web
