#include "tests/support/places.h"

namespace unf {

std::string source_path(std::string_view path) { return UNF_SOURCE_DIR "/" + std::string{path}; }

std::string program_path(std::string_view name) { return UNF_BIN_DIR "/" + std::string{name}; }

std::string fake_path(std::string_view name) { return UNF_TESTS_DIR "/" + std::string{name}; }

}  // namespace unf
