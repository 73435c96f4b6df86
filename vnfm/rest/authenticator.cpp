#include "vnfm/rest/authenticator.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

namespace unf::vnfm {
namespace {

/// What follows `scheme` in an Authorization header; empty, if it is another one.
std::string_view credentials(const HttpRequest& request, std::string_view scheme) {
  const auto value = request.header("Authorization");
  const bool same = value.size() > scheme.size() && value[scheme.size()] == ' ' &&
                    std::ranges::equal(
                        value.substr(0, scheme.size()), scheme, {},
                        [](char c) { return std::tolower(static_cast<unsigned char>(c)); },
                        [](char c) { return std::tolower(static_cast<unsigned char>(c)); });
  return same ? value.substr(scheme.size() + 1) : std::string_view{};
}

/// Takes as long wherever they differ.
bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string from_base64(std::string_view text) {
  std::string decoded(text.size() / 4 * 3 + 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) return {};
  const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  decoded.resize(static_cast<std::size_t>(length) - padding);
  return decoded;
}

class OpenAuthenticator final : public Authenticator {
 public:
  Result<Caller> authenticate(const HttpRequest& /*request*/) override {
    return Caller{.name = "anyone", .tenant = "default", .role = Role::admin};
  }
  [[nodiscard]] std::string challenge() const override { return {}; }
};

class TokenAuthenticator final : public Authenticator {
 public:
  explicit TokenAuthenticator(std::vector<KnownCaller> callers) : callers_(std::move(callers)) {}
  Result<Caller> authenticate(const HttpRequest& request) override {
    const auto token = token_of(request);
    const Caller* found = nullptr;
    for (const auto& known : callers_) {
      if (equal_secrets(known.secret, token)) found = &known.caller;
    }
    if (found == nullptr) return fail(Errc::malformed, "{} token", token.empty() ? "there is no" : "not a known");
    return *found;
  }
  [[nodiscard]] std::string challenge() const override { return R"(Bearer realm="unf")"; }

 private:
  const std::vector<KnownCaller> callers_;
};

class BasicAuthenticator final : public Authenticator {
 public:
  explicit BasicAuthenticator(std::vector<KnownCaller> callers) : callers_(std::move(callers)) {}
  Result<Caller> authenticate(const HttpRequest& request) override {
    const auto given = from_base64(credentials(request, "Basic"));
    if (given.empty()) return fail(Errc::malformed, "there are no credentials for Basic authentication");
    const Caller* found = nullptr;
    for (const auto& known : callers_) {
      if (equal_secrets(known.caller.name + ":" + known.secret, given)) found = &known.caller;
    }
    if (found == nullptr) return fail(Errc::malformed, "not a known name and password");
    return *found;
  }
  [[nodiscard]] std::string challenge() const override { return R"(Basic realm="unf", charset="UTF-8")"; }

 private:
  const std::vector<KnownCaller> callers_;
};

}  // namespace

std::string token_of(const HttpRequest& request) {
  const auto token = request.header("X-Auth-Token");
  return std::string{token.empty() ? credentials(request, "Bearer") : token};
}

std::unique_ptr<Authenticator> make_open_authenticator() { return std::make_unique<OpenAuthenticator>(); }
std::unique_ptr<Authenticator> make_token_authenticator(std::vector<KnownCaller> callers) {
  return std::make_unique<TokenAuthenticator>(std::move(callers));
}
std::unique_ptr<Authenticator> make_basic_authenticator(std::vector<KnownCaller> callers) {
  return std::make_unique<BasicAuthenticator>(std::move(callers));
}

}  // namespace unf::vnfm
