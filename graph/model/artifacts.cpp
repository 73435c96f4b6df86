#include "graph/model/artifacts.h"

#include "graph/model/digest.h"

namespace unf {
namespace {

std::string named(const std::string& hash) { return "sha256:" + hash; }

}  // namespace

std::string digest_of(const std::string& text) { return named(hash_of(text, HashFunction::sha256)); }

Result<std::string> digest_of_file(const std::filesystem::path& file) {
  return hash_of_file(file, HashFunction::sha256).map(named);
}

}  // namespace unf
