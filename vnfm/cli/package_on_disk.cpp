#include "vnfm/cli/package_on_disk.h"

#include "agent/base/files.h"

namespace unf::vnfm {

void print_package(const Output& output, const PackageOnDisk& package, const char* done) {
  const auto& [directory, csar, key] = package;
  nlohmann::json shown{{"directory", directory.string()}, {"csar", csar.string()}};
  auto text = fmt::format("{}: {}, and as {}\n", directory.string(), done, csar.string());
  if (!key.empty()) {
    shown["key"] = key.string();
    text += fmt::format("{}: the private key that signed it; keep it to yourself\n", key.string());
  }
  print_done(output, shown, [&] { return text; });
}

Result<tosca::Identity> identity_in(const std::filesystem::path& key, const std::filesystem::path& certificate) {
  constexpr std::size_t kMaxKey = 64 << 10;
  return agent::read_file(key, kMaxKey).and_then([&](std::string secret) {
    return agent::read_file(certificate, kMaxKey).map([&](std::string text) {
      return tosca::Identity{std::move(secret), std::move(text)};
    });
  });
}

}  // namespace unf::vnfm
