#include "tosca/package/osm_package.h"

#include "tests/fuzz/target.h"

namespace unf::tosca {
namespace {

/// Small enough that whoever unpacks more is noticed.
constexpr CsarLimits kLimits{.max_bytes = 8 << 20, .max_entries = 100};

void check(std::string_view bytes) {
  std::ignore = is_tar(bytes.substr(0, 512));
  const auto package = read_osm_package_bytes(bytes, "p", kLimits);
  if (!package) {
    fuzz::expect(package.error().code == Errc::malformed && package.error().message.starts_with("p"),
                 "what is no package is malformed, and it is named");
    return;
  }
  std::size_t size = 0;
  for (const auto& [name, text] : package->files) {
    fuzz::expect(join("", name) == name && name.starts_with("p/"), "no file lies outside of the package");
    size += text.size();
  }
  fuzz::expect(size <= kLimits.max_bytes, "no more is unpacked than is allowed");
}

/// A checksums.txt of a package that has one file.
void check_list(std::string_view text) {
  const auto hash = [](const std::string& name, Checksum) -> Result<std::optional<std::string>> {
    fuzz::expect(join("p", name).starts_with("p/"), "no file outside of the package is looked at");
    return name == "t/a" ? std::optional{std::string(32, '0')} : std::nullopt;
  };
  const auto checked = check_checksums("p", "t/checksums.txt", text, hash);
  fuzz::expect(checked || checked.error().code == Errc::malformed, "what is wrong is malformed");
}

}  // namespace
}  // namespace unf::tosca

/// A tar, gzipped or not; or what is none, a list of checksums.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = unf::fuzz::text_of(data, size);
  unf::tosca::check(bytes);
  if (!unf::tosca::is_tar(bytes)) unf::tosca::check_list(bytes);
  return 0;
}
