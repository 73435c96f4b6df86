#pragma once

#include <string>

namespace unf::vnfm {

struct NewCommand {
  std::string name;
  std::string directory = ".";  ///< where it is made
  std::string provider = "Example";
  std::string key;          ///< file; empty: a new one is made
  std::string certificate;  ///< its file
  bool json = false;
  bool quiet = false;
};

/// `vnfm new NAME`: the directory NAME of a signed package, NAME.csar beside it and, unless a key is given, NAME.key.
/// What exists is left alone. Returns the exit code.
int run_new(const NewCommand& command);

struct SignCommand {
  std::string directory;    ///< of the package
  std::string key;          ///< file; empty: DIRECTORY.key
  std::string certificate;  ///< file; empty: the package's own
  bool json = false;
  bool quiet = false;
};

/// `vnfm sign DIRECTORY`: writes the manifest of a package anew, with its signature, and DIRECTORY.csar. Returns the
/// exit code.
int run_sign(const SignCommand& command);

}  // namespace unf::vnfm
