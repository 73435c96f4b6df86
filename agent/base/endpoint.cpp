#include "agent/base/endpoint.h"

#include <sys/un.h>

#include <charconv>

namespace unf::agent {

Result<Endpoint> Endpoint::parse(std::string_view text) {
  if (text.find('/') != std::string_view::npos) {
    constexpr auto kLongest = sizeof(sockaddr_un::sun_path) - 1;
    if (text.size() > kLongest)
      return fail(Errc::malformed, "{}: a socket's path has at most {} bytes", text, kLongest);
    return Endpoint{.path = std::string{text}};
  }
  const auto colon = text.rfind(':');
  auto host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const auto digits = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (host.empty() || digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
    return fail(Errc::malformed, "{}: expected HOST:PORT or the path of a Unix socket", text);
  }
  return Endpoint{.host = std::string{host}, .port = port};
}

std::string Endpoint::to_string() const {
  if (!path.empty()) return path;
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

}  // namespace unf::agent
