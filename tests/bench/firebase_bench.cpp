// The local Firebase against a bare server in node that keeps a tree in memory and does nothing
// else: both as processes, in turns, spoken to by the same clients. Ours has everything on disk
// before it answers.
// Usage: firebase_bench [SDK sets] [puts] [listeners] [prices]

#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "adapters/http/open_files.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/firebase_server.hpp"
#include "tests/bench/wire_link.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;

constexpr int rounds = 3;

/// Microseconds from a set of one client of the official SDK to another one's onValue.
std::vector<double> sdk_travel(const firebase_server& server, const std::string& node,
                               std::size_t sets) {
  namespace fs = std::filesystem;
  const std::string script = node_folder() + "/firebase_travel.mjs";
  fs::copy_file(std::string(SOURCE_ROOT) + "/tests/bench/firebase_travel.mjs", script,
                fs::copy_options::overwrite_existing);
  const test::temp_dir dir;
  test::process running({{node, script, std::to_string(sets)},
                         {{"HOST", "127.0.0.1"},
                          {"PORT", std::to_string(server.port())},
                          {"TOKEN", server.credential()}},
                         node_folder(),
                         dir.file("output")});
  const int code = running.wait(std::chrono::minutes(10));
  std::vector<double> times;
  std::istringstream lines(running.output());
  bool done = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "done") done = true;
    if (!done && line.find_first_not_of("0123456789.") == std::string::npos)
      times.push_back(std::stod(line));
  }
  if (code != 0 || !done || times.size() != sets)
    throw std::runtime_error("firebase_travel.mjs: " + running.output());
  return times;
}

struct put_rate {
  double per_second = 0;
  double cpu_microseconds = 0;  ///< of the server, for each
};

/// Puts of prices to a hundred places, of which `window` are on their way at a time. Each must be
/// answered, and the last values be there.
put_rate put_prices(const firebase_server& server, std::size_t puts, std::size_t window) {
  constexpr std::size_t places = 100;
  wire_link link(server.port(), server.credential());
  const double cpu = server.cpu_seconds();
  const auto start = steady::now();
  std::int64_t number = 0;
  for (std::size_t done = 0; done < puts;) {
    const std::size_t many = std::min(window, puts - done);
    std::string frames;
    for (std::size_t i = 0; i < many; ++i, ++done) {
      frames += wire_link::request(
          ++number, "p", fmt::format(R"({{"p":"/puts/T{}/price","d":{}}})", done % places, done));
    }
    link.send(frames);
    for (std::size_t i = many; i-- > 0;) link.await(number - static_cast<std::int64_t>(i));
  }
  const double took = seconds_since(start);
  const double used = server.cpu_seconds() - cpu;
  link.send(wire_link::request(
      ++number, "g", fmt::format(R"({{"p":"/puts/T{}/price","q":{{}}}})", (puts - 1) % places)));
  const std::string last = fmt::format(R"("d":{}}})", puts - 1);
  if (std::string_view got = link.read(); got.find(last) == std::string_view::npos)
    throw std::runtime_error("the last price is not there: " + std::string(got));
  const auto count = static_cast<double>(puts);
  return {count / took, used / count * 1e6};
}

/// Seconds from a put until the last of all listeners of the place has it; one for each round.
std::vector<double> fan_out(const firebase_server& server, std::size_t listeners, int puts) {
  std::vector<std::unique_ptr<wire_link>> all;
  for (std::size_t i = 0; i < listeners; ++i) {
    all.push_back(std::make_unique<wire_link>(server.port(), server.credential()));
    all.back()->send(wire_link::request(1, "q", R"({"p":"/fan/price","h":""})"));
    all.back()->await(1);
  }
  wire_link writer(server.port(), server.credential());
  std::vector<double> times;
  for (int n = 1; n <= puts; ++n) {
    const std::string wanted = fmt::format(R"("d":{}}})", n);
    const auto start = steady::now();
    writer.send(wire_link::request(n, "p", fmt::format(R"({{"p":"/fan/price","d":{}}})", n)));
    for (const auto& one : all) {
      const std::string_view got = one->read();
      if (got.find(wanted) == std::string_view::npos)
        throw std::runtime_error("a listener heard something else: " + std::string(got));
    }
    times.push_back(seconds_since(start));
    writer.await(n);
  }
  return times;
}

struct footprint {
  std::size_t before = 0;
  std::size_t after = 0;
  double seconds = 0;
};

/// What the server holds in memory before and after that many prices of a thousand tickers.
footprint store_prices(const firebase_server& server, std::size_t prices) {
  constexpr std::size_t tickers = 1000;
  footprint found;
  found.before = server.resident();
  wire_link link(server.port(), server.credential());
  const auto start = steady::now();
  const std::size_t each = std::max<std::size_t>(prices / tickers, 1);
  std::int64_t number = 0;
  for (std::size_t ticker = 0; ticker * each < prices; ++ticker) {
    std::string body = fmt::format(R"({{"p":"/tickers/T{}/history","d":{{)", ticker);
    for (std::size_t i = 0; i < each; ++i) {
      body += fmt::format(R"({}"{}":{}.{:02})", i == 0 ? "" : ",", 1'700'000'000'000 + i * 1000,
                          100 + (ticker + i) % 400, i % 100);
    }
    link.send(wire_link::request(++number, "m", body + "}}"));
    link.await(number);
  }
  found.seconds = seconds_since(start);
  found.after = server.resident();
  return found;
}

double in_mib(std::size_t bytes) {
  return static_cast<double>(bytes) / (1 << 20);
}

void run(std::size_t sets, std::size_t puts, std::size_t listeners, std::size_t prices) {
  std::string why;
  const std::string node = node_program(why);
  if (node.empty()) {
    std::printf("SKIPPED: %s\n", why.c_str());
    return;
  }
  listeners = std::min(listeners, http::allow_open_files(listeners + 256) - 256);
  const firebase_server ours = firebase_server::ours();
  const firebase_server bare = firebase_server::bare(node);

  std::vector<double> travel[2];
  std::vector<double> rate[2][2];
  std::vector<double> cpu[2][2];
  std::vector<double> fan[2];
  for (int round = 0; round < rounds; ++round) {
    for (int who = 0; who < 2; ++who) {
      const firebase_server& server = who == 0 ? ours : bare;
      for (const double one : sdk_travel(server, node, sets)) travel[who].push_back(one);
      for (int how = 0; how < 2; ++how) {
        const put_rate found = how == 0 ? put_prices(server, std::max<std::size_t>(puts / 20, 1), 1)
                                        : put_prices(server, puts, 256);
        rate[who][how].push_back(found.per_second);
        cpu[who][how].push_back(found.cpu_microseconds);
      }
      for (const double one : fan_out(server, listeners, 20)) fan[who].push_back(one);
    }
  }
  std::printf("%-44s %10s %10s %8s\n", "", "ours", "bare", "ratio");
  const auto show = [](const std::string& what, double a, double b) {
    // Of a tiny run nothing may be left to be measured.
    if (b > 0) {
      std::printf("%-44s %10.1f %10.1f %8.2f\n", what.c_str(), a, b, a / b);
    } else {
      std::printf("%-44s %10.1f %10.1f\n", what.c_str(), a, b);
    }
  };
  show("SDK set to another's onValue, us, p50", percentile(travel[0], 0.5),
       percentile(travel[1], 0.5));
  show("SDK set to another's onValue, us, p99", percentile(travel[0], 0.99),
       percentile(travel[1], 0.99));
  show("puts/s, one at a time", median(rate[0][0]), median(rate[1][0]));
  show("puts/s, 256 on their way", median(rate[0][1]), median(rate[1][1]));
  show("processor us a put, one at a time", median(cpu[0][0]), median(cpu[1][0]));
  show("processor us a put, 256 on their way", median(cpu[0][1]), median(cpu[1][1]));
  show(fmt::format("put to the last of {} listeners, ms, p50", listeners),
       percentile(fan[0], 0.5) * 1e3, percentile(fan[1], 0.5) * 1e3);
  show(fmt::format("put to the last of {} listeners, ms, p99", listeners),
       percentile(fan[0], 0.99) * 1e3, percentile(fan[1], 0.99) * 1e3);

  const firebase_server fresh_ours = firebase_server::ours();
  const firebase_server fresh_bare = firebase_server::bare(node);
  const footprint a = store_prices(fresh_ours, prices);
  const footprint b = store_prices(fresh_bare, prices);
  show(fmt::format("MiB in memory with {} prices", prices), in_mib(a.after), in_mib(b.after));
  show("MiB in memory before", in_mib(a.before), in_mib(b.before));
  const auto count = static_cast<double>(prices);
  show("prices/s stored, 1000 in an update", count / a.seconds, count / b.seconds);
}

}  // namespace

int main(int argc, char** argv) {
  return guarded([&] {
    run(argument(argc, argv, 1, 1000), argument(argc, argv, 2, 100'000),
        argument(argc, argv, 3, 1000), argument(argc, argv, 4, 1'000'000));
  });
}
