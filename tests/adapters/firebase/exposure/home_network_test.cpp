#include "adapters/firebase/exposure/home_network.hpp"

#include <catch2/catch.hpp>

using namespace outcry::firebase::exposure;

using list = std::vector<std::string>;

TEST_CASE("private addresses of real interfaces are the home network") {
  const auto found = home_addresses({{"eth0", "192.168.1.20"},
                                     {"wlan0", "10.255.255.254"},
                                     {"enp3s0", "172.16.0.1"},
                                     {"enp4s0", "172.31.255.1"},
                                     {"eth1", "192.168.1.20"}});
  CHECK(found == list{"192.168.1.20", "10.255.255.254", "172.16.0.1", "172.31.255.1"});
}

TEST_CASE("what the Internet reaches, and what only containers reach, is not") {
  CHECK(home_addresses({{"eth0", "203.0.113.7"},
                        {"eth0", "172.15.0.1"},
                        {"eth0", "172.32.0.1"},
                        {"eth0", "192.169.0.1"},
                        {"eth0", "11.0.0.1"},
                        {"eth0", "169.254.3.4"},
                        {"eth0", "100.64.0.1"},
                        {"eth0", "127.0.0.2"},
                        {"eth0", "fd00::1"},
                        {"eth0", "nonsense"},
                        {"docker0", "172.17.0.1"},
                        {"br-1a2b3c", "172.18.0.1"},
                        {"veth12", "10.0.0.3"},
                        {"virbr0", "192.168.122.1"}})
            .empty());
  CHECK(home_addresses({}).empty());
}

TEST_CASE("a machine is known by its name and that name's .local") {
  CHECK(home_names("box") == list{"box.local", "box"});
  CHECK(home_names("Box.Example.ORG") == list{"box.local", "box.example.org"});
  CHECK(home_names("box.local") == list{"box.local"});
  for (const char* none : {"", "localhost", "my_box", "-box", ".box"}) {
    INFO(none);
    CHECK(home_names(none).empty());
  }
  CHECK(home_names("box.bad_part") == list{"box.local"});
  CHECK(home_names("12") == list{"12.local"});
}

TEST_CASE("this machine's own addresses are listed without loopback") {
  for (const auto& one : interface_addresses()) {
    INFO(one.interface << " " << one.address);
    CHECK_FALSE(one.interface.empty());
    CHECK(one.address.rfind("127.", 0) == std::string::npos);
    CHECK(one.address.find('.') != std::string::npos);
  }
}
