#include "graph/model/artifacts.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <vector>

namespace unf {
namespace {

/// SHA-256 of what is added.
class Digest {
 public:
  Digest() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string name() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    std::string hex = "sha256:";
    for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(hex), "{:02x}", digest[i]);
    return hex;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

}  // namespace

std::string digest_of(const std::string& text) {
  Digest digest;
  digest.add(text);
  return digest.name();
}

Result<std::string> digest_of_file(const std::filesystem::path& file) {
  Digest digest;
  std::ifstream in{file, std::ios::binary};
  std::vector<char> chunk(64 << 10);
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
    digest.add({chunk.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (!in.eof()) return fail(Errc::unavailable, "{}: cannot be read", file.string());
  return digest.name();
}

}  // namespace unf
