#include "tosca/package/csar.h"

#include "tests/fuzz/target.h"

namespace unf::tosca {
namespace {

/// Small enough that whoever unpacks more is noticed.
const CsarRules& rules() {
  static const CsarRules all{
      .limits = {.max_bytes = 8 << 20, .max_entries = 100},
      .signatures = {.mode = SignatureMode::if_present, .trust = make_identity("fuzz").value().certificate}};
  return all;
}

bool is_inside(std::string_view name) { return join("p", name).starts_with("p/") && name.find('\0') == name.npos; }

/// A signature by somebody whom nobody knows.
void check_signature(std::string_view signature) {
  const auto signer = verify_signature(signature, "content", {}, rules().signatures.trust);
  fuzz::expect(!signer && signer.error().code == Errc::malformed, "nobody is trusted whom nobody knows");
  fuzz::expect(signer.error().message.find('\n') == std::string::npos, "it is said in a line");
}

void check(std::string_view zip) {
  const auto csar = read_csar_bytes(zip, "p", {.limits = rules().limits, .signatures = {}});
  const auto with_signatures = read_csar_bytes(zip, "p", rules());
  if (!csar) {
    fuzz::expect(csar.error().code == Errc::malformed && csar.error().message.starts_with("p"),
                 "what is no CSAR is malformed, and it is named");
    fuzz::expect(!with_signatures, "signatures make nothing right");
    return;
  }
  std::uint64_t size = 0;
  for (const auto& entry : csar->entries) {
    fuzz::expect(is_inside(entry.name), "no file lies outside of the package");
    size += entry.size;
  }
  fuzz::expect(size <= rules().limits.max_bytes, "no more is unpacked than is allowed");
  fuzz::expect(!with_signatures || !with_signatures->signatures.signer, "nobody is trusted whom nobody knows");
}

}  // namespace
}  // namespace unf::tosca

/// A zip; or what does not begin as one does, a signature.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = unf::fuzz::text_of(data, size);
  if (text.starts_with("PK")) {
    unf::tosca::check(text);
  } else {
    unf::tosca::check_signature(text);
  }
  return 0;
}
