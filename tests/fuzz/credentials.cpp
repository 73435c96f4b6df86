#include <algorithm>

#include "tests/fuzz/target.h"
#include "vnfm/rest/authenticator.h"

namespace unf::vnfm {
namespace {

const std::vector<KnownCaller>& callers() {
  static const std::vector<KnownCaller> known{{{"nfvo", "a", Role::member}, "s3cret"}, {{"", "b", Role::reader}, "x"}};
  return known;
}

/// Whether it takes the request.
bool check(Authenticator& authenticator, const HttpRequest& request) {
  const auto caller = authenticator.authenticate(request);
  fuzz::expect(caller == authenticator.authenticate(request), "the same request gets the same answer");
  if (!caller) {
    fuzz::expect(caller.error().code == Errc::malformed && !caller.error().message.empty(),
                 "who proves nothing is told so");
    return false;
  }
  fuzz::expect(std::ranges::any_of(callers(), [&](const auto& known) { return known.caller == *caller; }),
               "who is let in is known");
  return true;
}

void check(std::string_view authorization, std::string_view token) {
  static const auto by_password = make_basic_authenticator(callers());
  static const auto by_token = make_token_authenticator(callers());
  HttpRequest request;
  request.headers = {{"authorization", std::string{authorization}}, {"X-Auth-Token", std::string{token}}};
  const bool known = std::ranges::find(callers(), token_of(request), &KnownCaller::secret) != callers().end();
  fuzz::expect(check(*by_token, request) == known, "who has a known token is let in, and nobody else");
  if (!check(*by_password, request)) return;
  // nfvo:s3cret and :x in Base64, less the last digit, some of whose bits do not count
  fuzz::expect(
      authorization.find("bmZ2bzpzM2NyZX") != authorization.npos || authorization.find("On") != authorization.npos,
      "who is let in has given name and password");
}

}  // namespace
}  // namespace unf::vnfm

/// The value of Authorization; that of X-Auth-Token in a second line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto token = unf::fuzz::text_of(data, size);
  const auto authorization = unf::fuzz::take_line(token);
  unf::vnfm::check(authorization, token);
  return 0;
}
