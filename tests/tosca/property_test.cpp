#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/places.h"
#include "tests/tosca/support.h"
#include "tosca/text/value.h"

namespace unf::tosca {
namespace {

FileSet sample() {
  const std::filesystem::path root = std::filesystem::path{source_path("samples")} / "enterprise-edge";
  FileSet files{.paths = {"p"}, .files = {}};
  for (const auto& entry : std::filesystem::directory_iterator{root}) {
    std::ostringstream text;
    text << std::ifstream{entry.path()}.rdbuf();
    files.files["p/" + entry.path().filename().string()] = text.str();
  }
  return files;
}

/// A service, or problems of one line each that name a file.
void expect_answer(const Result<ServiceRequest>& service) {
  if (service) {
    for (const auto& path : service->paths) RC_ASSERT(!path.hops.empty());
    return;
  }
  RC_ASSERT(!service.error().message.empty());
  std::istringstream lines{service.error().message};
  for (std::string line; std::getline(lines, line);) RC_ASSERT(line.find(": ") != std::string::npos);
}

RC_GTEST_PROP(ReaderProperty, AnyBytesAreSafe, (const std::string& bytes)) {
  Problems problems;
  const auto value = parse_yaml("f", bytes, problems);
  RC_ASSERT((value == nullptr) != problems.empty());
  expect_answer(read_files({{"v.yaml", bytes}}));
  expect_answer(read_files({{"v.yaml", "tosca_definitions_version: tosca_simple_yaml_1_3\n" + bytes}}));
}

/// Pieces that a mutation puts in: what YAML and TOSCA give a meaning.
std::string piece() {
  return *rc::gen::element<std::string>("", "\n", " ", "{", "}", "[", "]", ":", "- ", "&a ", "*a", "<<: ", "'", "\"",
                                        "#", "|\n", "~", "null", "true", "-1", "1e999", "x", "in", "out", "/", "../",
                                        "{ get_input: x }", "{ get_property: [ SELF, rules ] }", "virtual_link",
                                        "unf.nodes.Forward", "tosca.nodes.nfv.VNF", "\t", "\xff", "!!binary ");
}

RC_GTEST_PROP(ReaderProperty, AnyMutationOfTheSampleIsSafe, ()) {
  static const auto original = sample();
  auto files = original;
  const auto mutations = *rc::gen::inRange(1, 6);
  for (int i = 0; i < mutations; ++i) {
    const auto index = *rc::gen::inRange<std::size_t>(0, files.files.size());
    auto& text = std::next(files.files.begin(), static_cast<std::ptrdiff_t>(index))->second;
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
    const auto length = *rc::gen::inRange<std::size_t>(0, 40);
    text.replace(at, length, piece());
  }
  expect_answer(read_service(files, testing_support::test_catalog()));
}

RC_GTEST_PROP(ReaderProperty, LinesMovedAboutAreSafe, ()) {
  static const auto original = sample();
  auto files = original;
  auto& text = files.files["p/enterprise-edge-nsd.yaml"];
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  const auto swaps = *rc::gen::inRange(1, 5);
  for (int i = 0; i < swaps; ++i) {
    std::swap(lines[*rc::gen::inRange<std::size_t>(0, lines.size())],
              lines[*rc::gen::inRange<std::size_t>(0, lines.size())]);
  }
  text = fmt::format("{}\n", fmt::join(lines, "\n"));
  expect_answer(read_service(files, testing_support::test_catalog()));
}

RC_GTEST_PROP(ReaderProperty, SameFilesGiveTheSameAnswer, ()) {
  auto files = sample();
  auto& text = files.files["p/monitor.yaml"];
  text.replace(*rc::gen::inRange<std::size_t>(0, text.size()), 3, piece());
  const auto one = read_service(files, testing_support::test_catalog()),
             other = read_service(files, testing_support::test_catalog());
  RC_ASSERT(problems_of(one) == problems_of(other));
}

}  // namespace
}  // namespace unf::tosca
