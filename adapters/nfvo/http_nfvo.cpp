#include "adapters/nfvo/http_nfvo.h"

#include <algorithm>
#include <charconv>

#include "graph/model/digest.h"
#include "vnfm/rest/query/uri.h"

namespace unf::adapters {
using namespace vnfm;
using nlohmann::json;

namespace {

using namespace std::chrono_literals;

constexpr auto kGrants = "/grant/v1/grants";
constexpr auto kGrantVersion = "1.4.0";
constexpr std::chrono::seconds kPoll = 2s;  // where the NFVO does not say when to ask again
constexpr std::chrono::seconds kLongestPoll = 600s;

HttpClientRules rules(std::chrono::milliseconds total, std::uint64_t max_answer) {
  auto rules = HttpClientRules::anywhere();
  rules.total = total;
  rules.max_answer = max_answer;
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

std::string text_of(const json& object, const json::json_pointer& at) {
  const auto found = object.is_object() ? object.value(at, json{}) : json{};
  return found.is_string() ? found.get<std::string>() : std::string{};
}

/// The `detail` of ProblemDetails, if that is what `answer` is.
std::string detail_of(const HttpResponse& answer) {
  const auto detail = text_of(json::parse(answer.body, nullptr, false), "/detail"_json_pointer);
  return detail.empty() ? "it does not say why" : detail;
}

/// What an answer that is none of those expected means.
tl::unexpected<Error> unexpected(const std::string& uri, const HttpResponse& answer) {
  const auto status = answer.status;
  const bool passes = status >= 500 || status == 408 || status == 429;
  const auto code = passes ? Errc::unavailable : status == 404 ? Errc::not_found : Errc::unsupported;
  return fail(code, "{}: answers with {}: {}", uri, status, detail_of(answer));
}

Result<GrantAnswer> granted(const std::string& uri, const HttpResponse& answer) {
  auto grant = json::parse(answer.body, nullptr, false);
  for (const auto& needed : {"/id"_json_pointer, "/vnfInstanceId"_json_pointer, "/vnfLcmOpOccId"_json_pointer}) {
    if (text_of(grant, needed).empty()) {
      return fail(Errc::malformed, "{}: answers with no Grant: expected {}", uri, needed.to_string());
    }
  }
  auto self = text_of(grant, "/_links/self/href"_json_pointer);
  return Granted{std::move(grant), std::move(self)};
}

Result<GrantAnswer> pending(const OutgoingRequest& request, const HttpResponse& answer) {
  if (request.method == "GET") return GrantPending{request.uri, retry_after(answer)};
  return resolve_location(request.uri, std::string{answer.header("Location")})
      .map([&](std::string&& uri) -> GrantAnswer {
        return GrantPending{std::move(uri), retry_after(answer)};
      });
}

/// The bytes of a strong entity tag (RFC 9110 8.8.1); empty for another.
std::string strong_tag(const HttpResponse& answer) {
  const auto tag = answer.header("ETag");
  return tag.starts_with('"') ? std::string{tag} : std::string{};
}

void empty(Download& download) {
  std::error_code absent;
  std::filesystem::remove(download.file, absent);
  download.entity_tag.clear();
}

Result<void> check_hash(const OfferedPackage& package, Download& download) {
  const auto function = package.hash_function == "SHA-512" ? HashFunction::sha512 : HashFunction::sha256;
  const auto hash = hash_of_file(download.file, function);
  if (!hash) return fail(hash.error());
  if (*hash == package.hash) return {};
  empty(download);
  return fail(Errc::malformed, "{}: its {} is {}, expected {}", package.content_uri, package.hash_function, *hash,
              package.hash);
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// What a VnfPkgInfo (SOL003 10.5.2.2) from `uri` offers, but for where its content is.
Result<OfferedPackage> offered(const std::string& uri, const json& info, const std::string& vnfd_id) {
  OfferedPackage package{.id = text_of(info, "/id"_json_pointer),
                         .content_uri = {},
                         .hash_function = text_of(info, "/checksum/algorithm"_json_pointer),
                         .hash = lower_case(text_of(info, "/checksum/hash"_json_pointer)),
                         .enabled = text_of(info, "/operationalState"_json_pointer) != "DISABLED"};
  if (package.id.empty() || text_of(info, "/vnfdId"_json_pointer) != vnfd_id) {
    return fail(Errc::malformed, "{}: answers with no VnfPkgInfo of VNFD {}", uri, vnfd_id);
  }
  if (package.hash.empty() || (package.hash_function != "SHA-256" && package.hash_function != "SHA-512")) {
    return fail(Errc::unsupported, "{}: checksum: expected one by SHA-256 or SHA-512", uri);
  }
  return package;
}

class HttpNfvo final : public Nfvo {
 public:
  explicit HttpNfvo(NfvoConfig config);

  [[nodiscard]] Result<GrantAnswer> request_grant(const nlohmann::json& request) override;
  [[nodiscard]] Result<GrantAnswer> poll_grant(const std::string& uri) override;
  [[nodiscard]] Result<OfferedPackage> find_package(const std::string& vnfd_id) override;
  [[nodiscard]] Result<void> fetch_content(const OfferedPackage& package, Download& download,
                                           const std::atomic<bool>& cancelled) override;
  [[nodiscard]] Result<std::string> subscribe(const std::string& callback_uri,
                                              const BasicCredentials& credentials) override;
  [[nodiscard]] Result<bool> has_subscription(const std::string& uri) override;
  [[nodiscard]] Result<void> unsubscribe(const std::string& uri) override;

 private:
  [[nodiscard]] Result<HttpResponse> send(OutgoingRequest request, const char* version);
  [[nodiscard]] Result<GrantAnswer> ask_for_grant(OutgoingRequest request);
  [[nodiscard]] const char* packages_version() const { return config_.packages_major == 1 ? "1.2.0" : "2.1.0"; }
  [[nodiscard]] std::string package_management() const;
  [[nodiscard]] std::string packages_root() const;

  const NfvoConfig config_;
  const HttpClientRules rules_;     ///< of answers
  const HttpClientRules fetching_;  ///< of contents
  OutgoingAuth auth_;
};

HttpNfvo::HttpNfvo(NfvoConfig config)
    : config_(std::move(config)), rules_(rules(10s, 1 << 20)), fetching_(rules(10min, config_.max_package)) {}

Result<HttpResponse> HttpNfvo::send(OutgoingRequest request, const char* version) {
  request.headers.push_back({"Version", version});
  request.headers.push_back({"Accept", "application/json"});
  request.tls = config_.tls;
  return auth_.send(request, config_.credentials, rules_);
}

Result<GrantAnswer> HttpNfvo::request_grant(const json& request) {
  return ask_for_grant({.method = "POST",
                        .uri = config_.url + kGrants,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = request.dump()});
}

Result<GrantAnswer> HttpNfvo::poll_grant(const std::string& uri) { return ask_for_grant({.uri = uri}); }

Result<GrantAnswer> HttpNfvo::ask_for_grant(OutgoingRequest request) {
  const auto answer = send(request, kGrantVersion);
  if (!answer) return fail(answer.error());
  switch (answer->status) {
    case 200:
    case 201:
      return granted(request.uri, *answer);
    case 202:
      return pending(request, *answer);
    case 403:
      return GrantRefused{detail_of(*answer)};
    default:
      return unexpected(request.uri, *answer);
  }
}

std::string HttpNfvo::package_management() const {
  return fmt::format("{}/vnfpkgm/v{}", config_.url, config_.packages_major);
}

std::string HttpNfvo::packages_root() const {
  return package_management() + (config_.packages_major == 1 ? "/vnf_packages" : "/onboarded_vnf_packages");
}

/// Version 1 finds packages by their attributes, version 2 knows them by their VNFD.
Result<OfferedPackage> HttpNfvo::find_package(const std::string& vnfd_id) {
  const bool by_filter = config_.packages_major == 1;
  const auto quoted = percent_encode(fmt::format("(eq,vnfdId,{})", vnfd_id));
  const auto uri = packages_root() + (by_filter ? "?filter=" + quoted : "/" + percent_encode(vnfd_id));
  const auto answer = send({.uri = uri}, packages_version());
  if (!answer) return fail(answer.error());
  if (answer->status != 200) return unexpected(uri, *answer);
  const auto info = json::parse(answer->body, nullptr, false);
  if (by_filter && info.is_array() && info.empty()) return fail(Errc::not_found, "{}: there is none", uri);
  return offered(uri, by_filter && info.is_array() ? info.front() : info, vnfd_id).map([&](OfferedPackage package) {
    package.content_uri =
        fmt::format("{}/{}/package_content", packages_root(), percent_encode(by_filter ? package.id : vnfd_id));
    return package;
  });
}

Result<void> HttpNfvo::fetch_content(const OfferedPackage& package, Download& download,
                                     const std::atomic<bool>& cancelled) {
  OutgoingRequest request{.uri = package.content_uri,
                          .headers = {{"Version", packages_version()}, {"Accept", "application/zip"}},
                          .tls = config_.tls,
                          .to_file = download.file,
                          .resumes = true,
                          .cancelled = &cancelled};
  const auto had = download.size();
  if (had != 0) {
    request.headers.push_back({"Range", fmt::format("bytes={}-", had)});
    if (!download.entity_tag.empty()) request.headers.push_back({"If-Range", download.entity_tag});
  }
  HttpResponse answer;
  const auto received = auth_.receive(request, config_.credentials, fetching_, answer);
  if (answer.status == 200 || answer.status == 206) download.entity_tag = strong_tag(answer);
  if (!received) return received;
  const bool is_rest = had != 0 && (answer.status == 206 || answer.status == 416);  // 416: there is nothing behind it
  if (answer.status != 200 && !is_rest) return unexpected(package.content_uri, answer);
  const auto checked = check_hash(package, download);
  if (checked || !is_rest) return checked;
  return fail(Errc::unavailable, "{}: goes on with another content", package.content_uri);
}

/// PkgmSubscriptionRequest, SOL003 10.5.2.4.
Result<std::string> HttpNfvo::subscribe(const std::string& callback_uri, const BasicCredentials& credentials) {
  const json basic{{"userName", credentials.user}, {"password", credentials.password}};
  const json body{{"callbackUri", callback_uri}, {"authentication", {{"authType", {"BASIC"}}, {"paramsBasic", basic}}}};
  const OutgoingRequest request{.method = "POST",
                                .uri = package_management() + "/subscriptions",
                                .headers = {{"Content-Type", "application/json"}},
                                .body = body.dump()};
  const auto answer = send(request, packages_version());
  if (!answer) return fail(answer.error());
  if (answer->status != 201 && answer->status != 303) return unexpected(request.uri, *answer);  // 303: there is one
  return resolve_location(request.uri, std::string{answer->header("Location")});
}

Result<bool> HttpNfvo::has_subscription(const std::string& uri) {
  if (!uri.starts_with(package_management())) return false;  // it is another NFVO's
  const auto answer = send({.uri = uri}, packages_version());
  if (!answer) return fail(answer.error());
  if (answer->status == 404) return false;
  if (answer->status != 200) return unexpected(uri, *answer);
  return true;
}

Result<void> HttpNfvo::unsubscribe(const std::string& uri) {
  if (!uri.starts_with(package_management())) return {};
  const auto answer = send({.method = "DELETE", .uri = uri}, packages_version());
  if (!answer) return fail(answer.error());
  if (answer->status != 204 && answer->status != 404) return unexpected(uri, *answer);
  return {};
}

}  // namespace

std::unique_ptr<Nfvo> make_http_nfvo(const NfvoConfig& config) { return std::make_unique<HttpNfvo>(config); }

}  // namespace unf::adapters
