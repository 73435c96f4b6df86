#include "tests/fuzz/target.h"
#include "tosca/package/package_list.h"

namespace unf::tosca {
namespace {

/// What is read of the two files, with what is wrong with them.
struct Read {
  PackageList list;
  std::string problems;
};

Read read(const FileSet& files) {
  Problems problems;
  auto list = read_package_list(files, "p", problems);
  return {std::move(list), problems.empty() ? std::string{} : problems.error().message};
}

void check(std::string_view meta, std::string_view manifest) {
  FileSet files{.paths = {"p"}, .files = {{"p/v.yaml", "v"}, {"p/v.mf", std::string{manifest}}}};
  if (!meta.empty()) files.files.emplace("p/TOSCA-Metadata/TOSCA.meta", meta);
  const auto once = read(files);
  fuzz::expect(read(files).problems == once.problems, "the same files have the same problems");
  for (std::string_view left = once.problems; !left.empty();) {
    fuzz::expect(fuzz::take_line(left).starts_with("p/") || left.empty(),
                 "a problem is of a file, but for the count of those that are left out");
  }
  for (const auto& file : once.list.files) {
    fuzz::expect(file.function.has_value() || file.hash.empty(), "a hash has a function");
    fuzz::expect(file.at.line > 0, "a file is listed in a line");
  }
  if (once.list.signature) {
    const auto& [cms, signed_bytes, at] = *once.list.signature;
    const auto& text = files.files.find("p/" + once.list.manifest)->second;
    fuzz::expect(text.substr(signed_bytes) == cms && cms.starts_with("-----BEGIN CMS-----"),
                 "what is signed ends where the signature begins");
    fuzz::expect(signed_bytes == 0 || text[signed_bytes - 1] == '\n', "a signature begins a line");
  }
}

}  // namespace
}  // namespace unf::tosca

/// TOSCA.meta, up to a NUL, and then the manifest; without a NUL there is a manifest alone.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto all = unf::fuzz::text_of(data, size);
  const auto end = all.find('\0');
  if (end == all.npos) {
    unf::tosca::check({}, all);
  } else {
    unf::tosca::check(all.substr(0, end), all.substr(end + 1));
  }
  return 0;
}
