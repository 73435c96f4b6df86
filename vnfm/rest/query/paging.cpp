#include "vnfm/rest/query/paging.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>

namespace unf::vnfm {
namespace {

constexpr std::size_t kSealBytes = 32;  // SHA-256

std::string to_hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned char byte = 0;
    const auto [end, error] = std::from_chars(&text[i], &text[i] + 2, byte, 16);
    if (error != std::errc{} || end != &text[i] + 2) return {};
    bytes += static_cast<char>(byte);
  }
  return text.size() % 2 == 0 ? bytes : std::string{};
}

}  // namespace

std::string PageMarkers::make(std::string_view scope, std::string_view after) const {
  return to_hex(seal(scope, after)) + to_hex(after);
}

Result<std::string> PageMarkers::read(std::string_view scope, std::string_view marker) const {
  const auto bytes = from_hex(marker);
  if (bytes.size() >= kSealBytes) {
    auto after = bytes.substr(kSealBytes);
    if (CRYPTO_memcmp(bytes.data(), seal(scope, after).data(), kSealBytes) == 0) return after;
  }
  return fail(Errc::malformed, "nextpage_opaque_marker: not one that was given for this list");
}

std::string PageMarkers::seal(std::string_view scope, std::string_view after) const {
  // The scope's length keeps "ab" + "c" apart from "a" + "bc".
  const auto text = fmt::format("{}:{}{}", scope.size(), scope, after);
  std::array<unsigned char, kSealBytes> sealed{};
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), sealed.data(), nullptr);
  return {sealed.begin(), sealed.end()};
}

}  // namespace unf::vnfm
