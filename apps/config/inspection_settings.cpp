#include "apps/config/inspection_settings.hpp"

#include "apps/config/endpoint.hpp"
#include "apps/config/setting_kinds.hpp"

namespace outcry::config {

using namespace kinds;

namespace {

constexpr place in_inspection = "inspection";

bool take_inspection_listen(config& c, const std::string& text) {
  if (!text.empty() && !parse_endpoint(text)) return false;
  c.inspection.listen = text;
  return true;
}

}  // namespace

void add_inspection_settings(std::vector<setting>& all) {
  all.push_back(
      text(in_inspection, "listen",
           "Address and port of the floor's figures as JSON and for Prometheus:\n"
           "\"127.0.0.1:9464\"; \"\" = none. Where other machines can reach it, it asks for "
           "the\n"
           "passcode or the token and needs a certificate.",
           "\"\", or " + std::string{endpoint_form}, take_inspection_listen,
           [](const config& c) { return c.inspection.listen; }));
  all.push_back(list(
      in_inspection, "hosts",
      "Names by which it may be called, beside localhost and loopback addresses.",
      "a list of host names in quotes",
      [](config& c) -> std::vector<std::string>& { return c.inspection.hosts; }, is_host));
  all.push_back(
      path(in_inspection, "token_file",
           "A file that holds the token by which programs are let in, made when there is\n"
           "none; \"\" = data_dir/inspection.token.",
           [](config& c) { return &c.inspection.token_file; }));
  all.push_back(path(in_inspection, "certificate_file",
                     "Its certificate (PEM): it speaks TLS then; \"\" = none.",
                     [](config& c) { return &c.inspection.certificate_file; }));
  all.push_back(path(in_inspection, "key_file", "The certificate's private key (PEM).",
                     [](config& c) { return &c.inspection.key_file; }));
}

}  // namespace outcry::config
