#include "adapters/keystone/keystone_authenticator.h"

#include <spdlog/spdlog.h>

#include <ctime>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "graph/model/artifacts.h"
#include "vnfm/http/http_client.h"

namespace unf::adapters {
namespace {
using nlohmann::json;
using std::chrono::steady_clock;
using vnfm::Caller;
using vnfm::Role;

constexpr std::chrono::minutes kKeep{5};
constexpr std::size_t kMaxKept = 10'000;

/// Seconds until `text` (`2026-11-24T12:00:00.000000Z`), by the wall clock; 0 for what is no time.
std::chrono::seconds until(const std::string& text) {
  std::tm utc{};
  if (strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &utc) == nullptr) return {};
  return std::chrono::seconds{timegm(&utc) - std::time(nullptr)};
}

class KeystoneAuthenticator final : public vnfm::Authenticator {
 public:
  explicit KeystoneAuthenticator(vnfm::KeystoneConfig config) : config_(std::move(config)) {
    rules_.max_answer = 1 << 20;  // a token brings the catalogue
  }

  Result<Caller> authenticate(const vnfm::HttpRequest& request) override {
    const auto token = vnfm::token_of(request);
    if (token.empty()) return fail(Errc::malformed, "there is no token");
    const auto digest = digest_of(token);
    if (auto known = kept(digest)) return *known;
    return ask(token).and_then([&](const json& answer) { return keep(digest, answer); });
  }
  [[nodiscard]] std::string challenge() const override { return fmt::format(R"(Keystone uri="{}")", config_.url); }

 private:
  struct Kept {
    Caller caller;
    steady_clock::time_point ends;
  };

  std::optional<Caller> kept(const std::string& digest) {
    const std::lock_guard lock{mutex_};
    const auto at = kept_.find(digest);
    if (at == kept_.end() || at->second.ends <= steady_clock::now()) return std::nullopt;
    return at->second.caller;
  }

  /// Keystone's answer about a caller's token. Our own token may have ended: then a new one is fetched, once.
  Result<json> ask(const std::string& token) {
    for (const bool again : {false, true}) {
      const auto own = own_token(again);
      if (!own) return fail(own.error());
      const auto response = vnfm::send_request(
          {.uri = config_.url + "/auth/tokens", .headers = {{"X-Auth-Token", *own}, {"X-Subject-Token", token}}},
          rules_);
      if (!response) return unreachable(response.error());
      if (response->status == 404) return fail(Errc::malformed, "the token is unknown or has expired");
      if (response->status == 200) return parse(response->body);
      if (response->status != 401 || again) {
        return unreachable({Errc::unavailable, fmt::format("it answers with {}", response->status)});
      }
    }
    return fail(Errc::internal, "Keystone: unreachable code");
  }

  Result<std::string> own_token(bool fetch) {
    const std::lock_guard lock{login_mutex_};
    if (!own_token_.empty() && !fetch) return own_token_;
    const json user{
        {"name", config_.user}, {"domain", {{"name", config_.user_domain}}}, {"password", config_.password}};
    const json body{
        {"auth",
         {{"identity", {{"methods", {"password"}}, {"password", {{"user", user}}}}},
          {"scope", {{"project", {{"name", config_.project}, {"domain", {{"name", config_.project_domain}}}}}}}}}};
    const auto response = vnfm::send_request({.method = "POST",
                                              .uri = config_.url + "/auth/tokens",
                                              .headers = {{"Content-Type", "application/json"}},
                                              .body = body.dump()},
                                             rules_);
    if (!response) return unreachable(response.error());
    own_token_ = response->header("X-Subject-Token");
    if (response->status != 201 || own_token_.empty()) {
      return unreachable({Errc::unavailable, fmt::format("it answers our own login with {}", response->status)});
    }
    return own_token_;
  }

  Result<Caller> keep(const std::string& digest, const json& answer) try {
    const auto& token = answer.at("token");
    Caller caller{.name = token.at("user").at("name"), .tenant = {}, .role = Role::none};
    if (!token.contains("project")) return fail(Errc::malformed, "the token is of no project");
    caller.tenant = token.at("project").at("id");
    for (const auto& role : token.at("roles")) {
      const auto name = role.at("name").get<std::string>();
      const auto rank = name == "admin"    ? Role::admin
                        : name == "member" ? Role::member
                        : name == "reader" ? Role::reader
                                           : Role::none;
      caller.role = std::max(caller.role, rank);
    }
    // Keystone has just said that it is good, whatever our clock says.
    const auto left = until(token.at("expires_at"));
    const std::lock_guard lock{mutex_};
    const auto now = steady_clock::now();
    if (kept_.size() >= kMaxKept) std::erase_if(kept_, [&](const auto& entry) { return entry.second.ends <= now; });
    if (kept_.size() >= kMaxKept) kept_.clear();
    kept_.insert_or_assign(digest, Kept{caller, now + std::min<std::chrono::seconds>(kKeep, left)});
    return caller;
  } catch (const json::exception& e) {
    return unreachable({Errc::unavailable, fmt::format("its answer is not understood: {}", e.what())});
  }

  static Result<json> parse(const std::string& body) {
    auto parsed = json::parse(body, nullptr, false);
    if (parsed.is_discarded()) return unreachable({Errc::unavailable, "its answer is no JSON"});
    return parsed;
  }

  /// A caller learns that it is not its fault; why, is for the log.
  static tl::unexpected<Error> unreachable(const Error& why) {
    spdlog::error("Keystone: {}", why.message);
    return fail(Errc::unavailable, "Keystone cannot be asked now");
  }

  const vnfm::KeystoneConfig config_;
  vnfm::HttpClientRules rules_ = vnfm::HttpClientRules::anywhere();  // the URL is the operator's
  std::mutex login_mutex_;
  std::string own_token_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;  ///< by the token's digest
};

}  // namespace

std::unique_ptr<vnfm::Authenticator> make_keystone_authenticator(const vnfm::KeystoneConfig& config) {
  return std::make_unique<KeystoneAuthenticator>(config);
}

}  // namespace unf::adapters
