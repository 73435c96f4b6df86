#include "vnfm/http/outgoing_auth.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace unf::vnfm {
using nlohmann::json;

namespace {

using namespace std::chrono_literals;

constexpr auto kBeforeItsEnd = 5s;  // a token is not used any more
constexpr auto kLongest = 1h;       // a token is kept, and one that does not say when it ends

void bear(OutgoingRequest& request, const std::string& token) {
  request.headers.push_back({"Authorization", "Bearer " + token});
}

std::string text_of(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

std::optional<Credentials> of_kind(const json& authentication, const json& kind) {
  const auto parameters = [&](const char* name) { return authentication.value(name, json::object()); };
  if (kind == "BASIC") {
    const auto basic = parameters("paramsBasic");
    const auto user = text_of(basic, "userName");
    if (!user.empty()) return BasicCredentials{user, text_of(basic, "password")};
  }
  if (kind == "OAUTH2_CLIENT_CREDENTIALS") {
    const auto oauth2 = parameters("paramsOauth2ClientCredentials");
    const auto client = text_of(oauth2, "clientId");
    if (!client.empty())
      return ClientCredentials{client, text_of(oauth2, "clientPassword"), text_of(oauth2, "tokenEndpoint")};
  }
  return std::nullopt;
}

/// What a header may hold as a token: RFC 6749 A.12, less the space.
bool is_token(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::chrono::seconds lifetime(const json& answer) {
  const auto at = answer.find("expires_in");
  if (at == answer.end() || !at->is_number()) return kLongest;
  return std::chrono::seconds{static_cast<std::int64_t>(std::clamp(at->get<double>(), 0.0, double{3600}))};
}

}  // namespace

Credentials credentials_of(const json& authentication) {
  if (!authentication.is_object()) return {};
  for (const auto& kind : authentication.value("authType", json::array())) {
    if (auto found = of_kind(authentication, kind)) return std::move(*found);
  }
  return {};
}

Result<HttpResponse> OutgoingAuth::send(const OutgoingRequest& request, const Credentials& credentials,
                                        const HttpClientRules& rules) {
  HttpResponse answer;
  return receive(request, credentials, rules, answer).map([&] { return std::move(answer); });
}

Result<void> OutgoingAuth::receive(OutgoingRequest request, const Credentials& credentials,
                                   const HttpClientRules& rules, HttpResponse& answer) {
  if (const auto* client = std::get_if<ClientCredentials>(&credentials)) {
    return receive_with_token(request, *client, rules, answer);
  }
  if (const auto* basic = std::get_if<BasicCredentials>(&credentials)) {
    request.user = basic->user;
    request.password = basic->password;
  }
  if (const auto* bearer = std::get_if<BearerToken>(&credentials)) bear(request, bearer->token);
  return vnfm::receive(request, rules, answer);
}

Result<void> OutgoingAuth::receive_with_token(const OutgoingRequest& request, const ClientCredentials& credentials,
                                              const HttpClientRules& rules, HttpResponse& answer) {
  const auto attempt = [&](const std::string& with) {
    auto carried = request;
    bear(carried, with);
    answer = {};
    return vnfm::receive(carried, rules, answer);
  };
  const auto first = token(credentials, request, rules);
  if (!first) return fail(first.error());
  const auto received = attempt(*first);
  if (!received || answer.status != 401) return received;
  forget(credentials, *first);
  return token(credentials, request, rules).and_then(attempt);
}

/// The one that is kept, else a new one, over the connection's TLS and as cancellable as the request it is for.
Result<std::string> OutgoingAuth::token(const ClientCredentials& credentials, const OutgoingRequest& on_behalf,
                                        const HttpClientRules& rules) {
  {
    const std::lock_guard lock{mutex_};
    std::erase_if(tokens_, [now = Clock::now()](const auto& entry) { return entry.second.ends <= now; });
    if (const auto known = tokens_.find(credentials); known != tokens_.end()) return known->second.text;
  }
  const auto& endpoint = credentials.token_endpoint;
  const auto answer =
      send_request({.method = "POST",
                    .uri = endpoint,
                    .headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
                    .body = "grant_type=client_credentials",
                    .user = credentials.client,
                    .password = credentials.password,
                    .tls = on_behalf.tls,
                    .cancelled = on_behalf.cancelled},
                   rules);
  if (!answer) return fail(answer.error());
  if (answer->status / 100 == 4 && answer->status != 429) {
    return fail(Errc::unsupported, "{}: refuses the manager's credentials with status {}", endpoint, answer->status);
  }
  if (answer->status != 200) {
    return fail(Errc::unavailable, "{}: answers with status {}, expected 200", endpoint, answer->status);
  }
  const auto body = json::parse(answer->body, nullptr, false);
  auto text = body.is_object() ? text_of(body, "access_token") : std::string{};
  if (!is_token(text)) return fail(Errc::malformed, "{}: the answer has no access_token that can be used", endpoint);
  const auto ends = Clock::now() + lifetime(body) - kBeforeItsEnd;
  const std::lock_guard lock{mutex_};
  return tokens_.insert_or_assign(credentials, Token{std::move(text), ends}).first->second.text;
}

void OutgoingAuth::forget(const ClientCredentials& credentials, const std::string& token) {
  const std::lock_guard lock{mutex_};
  const auto known = tokens_.find(credentials);
  if (known != tokens_.end() && known->second.text == token) tokens_.erase(known);
}

}  // namespace unf::vnfm
