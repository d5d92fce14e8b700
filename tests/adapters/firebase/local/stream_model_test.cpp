#include <memory>
#include <utility>

#include <catch2/catch.hpp>

#include "adapters/firebase/local/hub.hpp"
#include "adapters/firebase/local/key.hpp"
#include "tests/adapters/firebase/local/model.hpp"
#include "tests/support/temp_dir.hpp"

namespace local = outcry::firebase::local;
namespace http = outcry::http;
using outcry::test::json;

namespace {

/// A client that keeps its copy by the events it gets.
class replica : public local::event_sink {
public:
  void send(std::string_view event, const std::string& data) override {
    ++events;
    last_event = event;
    last_data = data;
    outcry::test::apply_event(copy, std::string(event), json::parse(data));
  }
  void end() override { ended = true; }
  bool open() const override { return !ended; }
  bool allowed() const override { return true; }
  bool may_read(const std::string&, local::store&) const override { return true; }

  json copy;
  int events = 0;
  std::string last_event;
  std::string last_data;
  bool ended = false;
};

struct parameters {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

std::optional<local::query> query_of(const parameters& given) {
  http::request asked;
  asked.query = given.query;
  return local::query::parse(asked);
}

struct model_house {
  outcry::test::temp_dir dir;
  local::store store{dir.file("t.db")};
  local::outbox out;
  local::hub hub{store, out};

  std::shared_ptr<replica> listen(const parameters& given) {
    auto made = std::make_shared<replica>();
    local::listening wanted;
    wanted.place = local::parse_place(given.path, false);
    wanted.filter = query_of(given);
    hub.add(std::move(wanted), made);
    flush();
    return made;
  }

  json look(const parameters& given) {
    const std::string place = local::parse_place(given.path, false);
    const auto filter = query_of(given);
    return outcry::test::normal(
        json::parse(filter ? local::render_children(store, place, filter->run(store, place))
                           : local::render_node(store, place)));
  }

  void put(const std::string& path, const json& value) {
    local::change what;
    what.place = local::parse_place(path, false);
    what.updates.push_back({"", what.place, local::flatten(value, what.place, 0)});
    apply(std::move(what));
  }

  void patch(const std::string& path, const json& values) {
    local::change what;
    what.patch = true;
    what.place = local::parse_place(path, false);
    for (const auto& [name, value] : values.items()) {
      const std::string place = what.place + local::parse_place(name, false);
      what.updates.push_back({name, place, local::flatten(value, place, 0)});
    }
    apply(std::move(what));
  }

  void apply(local::change what) {
    store.begin();
    std::erase_if(what.updates,
                  [&](const local::update& one) { return !store.replace(one.place, one.leaves); });
    hub.notify(what);
    store.commit();
    flush();
  }

  void flush() {
    hub.settle();
    out.flush();
  }
};

}  // namespace

TEST_CASE("every listener's copy equals what a reader would get, after every write") {
  const std::vector<parameters> all = {
      {"", {}},
      {"a", {}},
      {"a/b", {}},
      {"a/b/0", {}},
      {"c", {}},
      {"", {{"orderBy", "\"$key\""}}},
      {"a", {{"orderBy", "\"$key\""}, {"startAt", "\"1\""}, {"endBefore", "\"c\""}}},
      {"a", {{"orderBy", "\"$key\""}, {"limitToLast", "2"}}},
      {"a", {{"orderBy", "\"$key\""}, {"limitToFirst", "3"}, {"startAfter", "\"0\""}}},
      {"a", {{"orderBy", "\"b\""}, {"equalTo", "\"p\""}}},
      {"a", {{"orderBy", "\"b\""}, {"equalTo", "null"}}},
      {"a", {{"orderBy", "\"b/c\""}, {"endAt", "2"}}},
      {"a", {{"orderBy", "\"b\""}, {"limitToFirst", "2"}}},
      {"a", {{"orderBy", "\"b\""}, {"limitToLast", "2"}, {"startAt", "1"}}},
      {"a", {{"orderBy", "\"b\""}, {"limitToLast", "1"}}},
      {"a", {{"orderBy", "\"$priority\""}, {"limitToLast", "2"}}},
      {"a/b", {{"orderBy", "\"$value\""}, {"limitToLast", "2"}}},
      {"a/b", {{"orderBy", "\"$value\""}, {"startAfter", "1"}, {"endAt", "\"q\""}}},
  };
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    outcry::test::tree_maker random(seed);
    model_house model_house;
    std::vector<std::shared_ptr<replica>> copies;
    for (const parameters& one : all) copies.push_back(model_house.listen(one));
    for (int i = 0; i < 250; ++i) {
      // Mostly below /a, where the listeners are.
      const std::string path = (random.below(5) == 0 ? "" : "a") + random.path(4);
      std::string told;
      if (random.below(3) == 0) {
        json values;
        for (int k = 0; k < 3; ++k) {
          const std::string key = random.key();
          if (!values.contains(key)) values[key + random.path(0)] = random.value(2);
        }
        const json deep = {{random.key() + "/" + random.key() + "/b", random.value(1)}};
        const json& sent = random.below(2) == 0 ? deep : values;
        model_house.patch(path, sent);
        told = "PATCH " + path + " " + sent.dump();
      } else {
        const json value = random.below(4) == 0 ? json() : random.value(3);
        model_house.put(path, value);
        told = "PUT " + path + " " + value.dump();
      }
      for (std::size_t n = 0; n < all.size(); ++n) {
        INFO("seed " << seed << ", write " << i << ", listener " << n << " at /" << all[n].path
                     << " after " << told << ", last event " << copies[n]->last_event << " "
                     << copies[n]->last_data);
        REQUIRE(copies[n]->copy == model_house.look(all[n]));
      }
    }
  }
}

TEST_CASE("listeners are told what Firebase tells them, and nothing else") {
  model_house model_house;
  model_house.put("m", {{"1", {{"state", "sent"}}}, {"x", 1}});
  const auto root = model_house.listen({"", {}});
  const auto at = model_house.listen({"m/x", {}});
  const auto deep = model_house.listen({"m/x/y", {}});
  const auto other = model_house.listen({"mm", {}});

  model_house.put("m/x", 2);
  CHECK(root->last_event == "put");
  CHECK(root->last_data == R"({"path":"/m/x","data":2})");
  CHECK(at->last_data == R"({"path":"/","data":2})");
  CHECK(deep->last_data == R"({"path":"/","data":null})");

  model_house.patch("m", {{"x/y", true}, {"z", nullptr}});
  CHECK(root->last_event == "patch");
  CHECK(root->last_data == R"({"path":"/m","data":{"x/y":true,"z":null}})");
  CHECK(at->last_event == "patch");
  CHECK(at->last_data == R"({"path":"/","data":{"y":true}})");
  CHECK(deep->last_event == "put");
  CHECK(deep->last_data == R"({"path":"/","data":true})");
  CHECK(other->events == 1);

  // Removing below a leaf changes nothing.
  const int told = at->events;
  model_house.put("m/x/y/none", nullptr);
  CHECK(at->events == told);
}

TEST_CASE("a query's listener hears of children that enter, change and leave") {
  model_house model_house;
  model_house.put("m", {{"a", {{"state", "sent"}, {"n", 1}}}, {"b", {{"state", "done"}}}});
  const auto sent = model_house.listen({"m", {{"orderBy", "\"state\""}, {"equalTo", "\"sent\""}}});
  CHECK(sent->last_data == R"({"path":"/","data":{"a":{"n":1,"state":"sent"}}})");
  model_house.put("m/b/note", "still out");
  CHECK(sent->events == 1);
  model_house.put("m/b/state", "sent");
  CHECK(sent->last_data == R"({"path":"/b","data":{"note":"still out","state":"sent"}})");
  model_house.put("m/a/n", 2);
  CHECK(sent->last_data == R"({"path":"/a/n","data":2})");
  model_house.patch("m", {{"a/state", "working"}, {"b/n", 7}});
  CHECK(sent->last_event == "patch");
  CHECK(json::parse(sent->last_data) == json::parse(R"({"path":"/","data":{"a":null,"b/n":7}})"));
  model_house.put("m/a/n", 3);
  CHECK(sent->events == 4);
}

TEST_CASE("streams carry values, and priorities choose among them") {
  model_house model_house;
  model_house.put("m", {{"a", 1}, {"b", 2}});
  const auto plain = model_house.listen({"m", {}});
  const auto last = model_house.listen({"m", {{"orderBy", "\"$priority\""}, {"limitToLast", "1"}}});
  const auto priority = model_house.listen({"m/a/.priority", {}});
  CHECK(last->last_data == R"({"path":"/","data":{"b":2}})");

  model_house.put("m/a/.priority", 5);
  CHECK(plain->events == 1);
  CHECK(last->copy == json::parse(R"({"a":1})"));
  CHECK(priority->last_data == R"({"path":"/","data":5})");

  model_house.patch("m", {{"a/.priority", 6}, {"b", 3}});
  CHECK(plain->last_data == R"({"path":"/","data":{"b":3}})");
  CHECK(last->copy == json::parse(R"({"a":1})"));
  CHECK(priority->last_data == R"({"path":"/","data":6})");

  model_house.put("m/a", 7);
  CHECK(plain->last_data == R"({"path":"/a","data":7})");
  CHECK(last->copy == json::parse(R"({"b":3})"));
  CHECK(priority->last_data == R"({"path":"/","data":null})");
  const int told = last->events;
  model_house.put("m/.priority", 1);
  CHECK(last->events == told);
}
