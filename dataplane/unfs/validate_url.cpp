#include "dataplane/unfs/validate_url.h"

#include "dataplane/net/headers.h"
#include "dataplane/net/http_request.h"
#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {

namespace {

Result<UrlPatterns> compile(const nlohmann::json& config, const Artifacts& artifacts) {
  return find_rules(config, artifacts).and_then([](const Artifact* file) { return UrlPatterns::compile(*file); });
}

}  // namespace

Result<void*> ValidateUrl::build_shared(const nlohmann::json& config, const Artifacts& artifacts, Memory& memory) {
  return compile(config, artifacts).and_then([&](const UrlPatterns& patterns) { return patterns.share(memory); });
}

Result<ValidateUrl> ValidateUrl::make(const UnfSetup& setup) {
  auto patterns =
      setup.shared == nullptr ? compile(setup.config, setup.artifacts) : UrlPatterns::from_shared(setup.shared);
  return std::move(patterns).map([](UrlPatterns own) { return ValidateUrl{std::move(own)}; });
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
