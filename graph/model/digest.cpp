#include "graph/model/digest.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <vector>

namespace unf {
namespace {

const EVP_MD* implementation(HashFunction function) {
  switch (function) {
    case HashFunction::sha224:
      return EVP_sha224();
    case HashFunction::sha256:
      return EVP_sha256();
    case HashFunction::sha384:
      return EVP_sha384();
    case HashFunction::sha512:
      return EVP_sha512();
  }
  return nullptr;
}

/// The hash of what is added.
class Digest {
 public:
  explicit Digest(HashFunction function) { EVP_DigestInit_ex(context_.get(), implementation(function), nullptr); }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    std::string hex;
    for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(hex), "{:02x}", digest[i]);
    return hex;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

}  // namespace

std::string hash_of(std::string_view bytes, HashFunction function) {
  Digest digest{function};
  digest.add(bytes);
  return digest.hex();
}

Result<std::string> hash_of_file(const std::filesystem::path& file, HashFunction function) {
  Digest digest{function};
  std::ifstream in{file, std::ios::binary};
  std::vector<char> chunk(64 << 10);
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
    digest.add({chunk.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (!in.eof()) return fail(Errc::unavailable, "{}: cannot be read", file.string());
  return digest.hex();
}

}  // namespace unf
