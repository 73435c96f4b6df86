#include "dataplane/unfs/validate_url.h"

#include "dataplane/net/headers.h"
#include "dataplane/net/http_request.h"
#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {

Result<ValidateUrl> ValidateUrl::make(const UnfSetup& setup) {
  return find_rules(setup.config, setup.artifacts)
      .and_then([](const Artifact* file) { return UrlPatterns::compile(*file); })
      .map([](UrlPatterns patterns) { return ValidateUrl{std::move(patterns)}; });
}

bool ValidateUrl::is_bad(std::string_view url) noexcept {
  if (!suspicious_.any_in(url)) return false;
  if (!encoded_.any_in(url)) return patterns_.matches(url);
  for (int level = 0; level < kMaxDecodings && encoded_.any_in(url); ++level) {
    url = {decoded_.data(), url_decode(url.substr(0, kMaxUrl), decoded_.data())};
    if (patterns_.matches(url)) return true;
  }
  return false;
}

Gate ValidateUrl::operator()(Packet& packet, Context&) noexcept {
  const auto segment = tcp_payload(packet.frame());
  if (segment.empty()) return ok;
  for (RequestScanner requests{segment}; requests.next();) {
    if (is_bad(requests.target())) return bad;
  }
  return ok;
}

}  // namespace unf::dataplane
