#include <fstream>

#include "vnfm/cli/client_verb.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm package upload FILE`: sends a CSAR in parts, and waits until it is onboarded.
struct Upload {
  ClientOptions client;
  std::string file;

  void add_to(CLI::App& verb) {
    verb.add_option("FILE", file, "CSAR to upload")->required();
    client.add_to(verb);
  }
  [[nodiscard]] int run() const {
    return print_answer(client.output,
                        the_manager(client.reach).and_then([&](const auto& manager) { return upload(manager); }));
  }

  [[nodiscard]] Result<wire::PackageInfo> upload(const ManagerClient& manager) const {
    constexpr std::size_t kPart = 8 << 20;
    constexpr std::int32_t kOnboardingMs = 60'000;
    std::ifstream in{file, std::ios::binary};
    if (!in) return fail(Errc::malformed, "{}: cannot be read", file);
    auto package = manager.call(&Thrift::create_package, "{}");
    if (!package) return package;
    std::int64_t sent = 0;
    std::string part(kPart, '\0');
    while (in.read(part.data(), std::ssize(part)).gcount() > 0) {
      part.resize(static_cast<std::size_t>(in.gcount()));
      if (auto done = manager.call(&Thrift::upload, package->id, sent, part); !done) return fail(done.error());
      sent += std::ssize(part);
      part.resize(kPart);
    }
    package = manager.call(&Thrift::onboard, package->id, sent, kOnboardingMs);
    if (package && package->state == wire::OnboardingState::failed) {
      std::ignore = manager.call(&Thrift::delete_package, package->id);
      return fail(Errc::malformed, "{}: {}", file, package->failure);
    }
    return package;
  }
};

}  // namespace

Verb package_verb() {
  return {.name = "package",
          .help = "Upload and manage VNF packages",
          .verbs = {make_verb<Upload>("upload", "Upload a CSAR and onboard it"),
                    make_verb<ListOf<wire::PackageInfo>>("list", "List the packages", {&Thrift::packages}),
                    verb_of_id("show", "Show a package", &Thrift::show_package),
                    verb_of_id("enable", "Allow new instances of a package", &Thrift::enable_package, true),
                    verb_of_id("disable", "Allow no new instances of a package", &Thrift::enable_package, false),
                    make_verb<Delete>("delete", "Delete a package that is disabled and not in use",
                                      {"package", &Thrift::delete_package})}};
}

}  // namespace unf::vnfm
