#include "dataplane/unfs/validate_url.h"

#include "dataplane/net/headers.h"
#include "dataplane/net/http_request.h"
#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {

namespace {

Result<UrlPatterns> compile(const nlohmann::json& config, const Artifacts& artifacts) {
  return find_rules(config, artifacts, UrlPatterns::kMaxSets).and_then([](const std::vector<const Artifact*>& files) {
    return UrlPatterns::compile(files);
  });
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

unsigned ValidateUrl::first_match(std::string_view url, unsigned limit) noexcept {
  if (!suspicious_.any_in(url)) return limit;
  if (!encoded_.any_in(url)) return patterns_.first_match(url, limit);
  for (int level = 0; level < kMaxDecodings && limit != 0 && encoded_.any_in(url); ++level) {
    url = {decoded_.data(), url_decode(url.substr(0, kMaxUrl), decoded_.data())};
    limit = patterns_.first_match(url, limit);
  }
  return limit;
}

Gate ValidateUrl::operator()(Packet& packet, Context&) noexcept {
  const auto segment = tcp_payload(packet.frame());
  if (segment.empty()) return ok;
  auto set = UrlPatterns::kMaxSets;
  for (RequestScanner requests{segment}; set != 0 && requests.next();) set = first_match(requests.target(), set);
  return set == UrlPatterns::kMaxSets ? Gate{ok} : static_cast<Gate>(bad + set);
}

}  // namespace unf::dataplane
