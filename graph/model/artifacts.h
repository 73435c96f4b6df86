#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "graph/model/result.h"

namespace unf {

/// A file that travels with a service, such as a rule file.
struct Artifact {
  std::string name;  ///< as the package calls it; for messages
  std::string text;
  friend bool operator==(const Artifact&, const Artifact&) = default;
};

/// By digest, `sha256:` and 64 hex digits. Configuration names a file by its digest.
using Artifacts = std::map<std::string, Artifact, std::less<>>;

/// The digest under which `text` is kept.
[[nodiscard]] std::string digest_of(const std::string& text);
/// The same of a file's content. Errors: unavailable.
[[nodiscard]] Result<std::string> digest_of_file(const std::filesystem::path& file);

}  // namespace unf
