#pragma once

#include <string>
#include <string_view>

#include "tests/fuzz/target.h"
#include "tosca/text/file_set.h"

namespace unf::tosca {

/// A package of the files that follow each other in `input`; a line `=== NAME` begins the next one. The first is
/// `first`.
inline FileSet package_of(std::string_view input, const std::string& first) {
  constexpr std::size_t kMaxFiles = 8;
  FileSet files{.paths = {"p"}, .files = {}};
  std::string name = join("p", first), text;
  const auto add = [&] {
    if (files.files.size() < kMaxFiles) files.files.emplace(name, std::move(text));
    text.clear();
  };
  while (!input.empty()) {
    const auto line = fuzz::take_line(input);
    if (!line.starts_with("=== ")) {
      text += line;
      text += '\n';
      continue;
    }
    add();
    name = join("p", line.substr(4, 64));
    if (!name.starts_with("p/") || name.find('\0') != name.npos) name = "p/other.yaml";
  }
  add();
  return files;
}

}  // namespace unf::tosca
