#include "vnfm/nfvo/http_nfvo.h"

#include <algorithm>
#include <charconv>

namespace unf::vnfm {
using nlohmann::json;

namespace {

using namespace std::chrono_literals;

constexpr auto kGrants = "/grant/v1/grants";
constexpr auto kGrantVersion = "1.4.0";
constexpr std::chrono::seconds kPoll = 2s;  // where the NFVO does not say when to ask again
constexpr std::chrono::seconds kLongestPoll = 600s;

HttpClientRules rules() {
  auto rules = HttpClientRules::anywhere();
  rules.total = 10s;
  rules.max_answer = 1 << 20;
  return rules;
}

/// Of Retry-After (RFC 9110 10.2.3) in seconds; a date is not read.
std::chrono::seconds retry_after(const HttpResponse& answer) {
  const auto text = answer.header("Retry-After");
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return kPoll;
  return std::clamp(std::chrono::seconds{seconds}, std::chrono::seconds{1}, kLongestPoll);
}

/// The `detail` of ProblemDetails, if that is what `answer` is.
std::string detail_of(const HttpResponse& answer) {
  const auto body = json::parse(answer.body, nullptr, false);
  const auto detail = body.is_object() ? body.value("detail", json{}) : json{};
  return detail.is_string() ? detail.get<std::string>() : "it does not say why";
}

bool has_text(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() && !at->get_ref<const std::string&>().empty();
}

/// The URI that a resource says it has; empty, if it does not.
std::string self_of(const json& resource) {
  const auto href = resource.value(json::json_pointer{"/_links/self/href"}, json{});
  return href.is_string() ? href.get<std::string>() : std::string{};
}

Result<GrantAnswer> granted(const std::string& uri, const HttpResponse& answer) {
  auto grant = json::parse(answer.body, nullptr, false);
  const auto says = [&](const char* name) { return has_text(grant, name); };
  if (!grant.is_object() || !says("id") || !says("vnfInstanceId") || !says("vnfLcmOpOccId")) {
    return fail(Errc::malformed, "{}: answers with no Grant: expected id, vnfInstanceId and vnfLcmOpOccId", uri);
  }
  auto self = self_of(grant);
  return Granted{std::move(grant), std::move(self)};
}

Result<GrantAnswer> pending(const OutgoingRequest& request, const HttpResponse& answer) {
  if (request.method == "GET") return GrantPending{request.uri, retry_after(answer)};
  return resolve_location(request.uri, std::string{answer.header("Location")})
      .map([&](std::string&& uri) -> GrantAnswer {
        return GrantPending{std::move(uri), retry_after(answer)};
      });
}

}  // namespace

HttpNfvo::HttpNfvo(NfvoConfig config) : config_(std::move(config)), rules_(rules()) {}

Result<GrantAnswer> HttpNfvo::request_grant(const json& request) {
  return ask({.method = "POST",
              .uri = config_.url + kGrants,
              .headers = {{"Content-Type", "application/json"}},
              .body = request.dump()});
}

Result<GrantAnswer> HttpNfvo::poll_grant(const std::string& uri) { return ask({.uri = uri}); }

Result<GrantAnswer> HttpNfvo::ask(OutgoingRequest request) {
  request.headers.push_back({"Version", kGrantVersion});
  request.headers.push_back({"Accept", "application/json"});
  request.tls = config_.tls;
  const auto answer = auth_.send(request, config_.credentials, rules_);
  if (!answer) return fail(answer.error());
  switch (const auto status = answer->status) {
    case 200:
    case 201:
      return granted(request.uri, *answer);
    case 202:
      return pending(request, *answer);
    case 403:
      return GrantRefused{detail_of(*answer)};
    default: {
      const bool passes = status >= 500 || status == 408 || status == 429;
      return fail(passes ? Errc::unavailable : Errc::unsupported, "{}: answers with {}: {}", request.uri, status,
                  detail_of(*answer));
    }
  }
}

}  // namespace unf::vnfm
