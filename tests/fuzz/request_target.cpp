#include "tests/fuzz/target.h"
#include "vnfm/rest/query/uri.h"

namespace unf::vnfm {
namespace {

std::string written(const Target& target) {
  std::string text;
  for (const auto& segment : target.path) text += "/" + percent_encode(segment);
  if (text.empty()) text = "/";
  text += '?';
  for (const auto& [name, value] : target.query.parameters()) {
    text += percent_encode(name) + (value ? "=" + percent_encode(*value) : "") + "&";
  }
  return text;
}

void check(std::string_view text) {
  const auto target = parse_target(text);
  if (!target) {
    const auto code = target.error().code;
    fuzz::expect((code == Errc::malformed || code == Errc::not_found) && !target.error().message.empty(),
                 "a bad target is malformed or leads nowhere");
    return;
  }
  const auto again = parse_target(written(*target));
  fuzz::expect(again && again->path == target->path && again->query.parameters() == target->query.parameters(),
               "what is written is read");
}

}  // namespace
}  // namespace unf::vnfm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unf::vnfm::check(unf::fuzz::text_of(data, size));
  return 0;
}
