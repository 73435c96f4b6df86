#include "vnfm/config/secret_yaml.h"

#include <algorithm>
#include <filesystem>

#include "agent/base/files.h"

namespace unf::vnfm {

std::string read_secret(agent::YamlReader& reader, const YAML::Node& node) {
  std::string file;
  if (!reader.require(node, "secret_file", file, "the path of a file")) return {};
  std::error_code error;
  const auto permissions = std::filesystem::status(file, error).permissions();
  constexpr auto kOthers = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  auto text = agent::read_file(file, 4096);
  if (!text) {
    reader.problem(node["secret_file"], "secret_file: {}", text.error().message);
    return {};
  }
  if ((permissions & kOthers) != std::filesystem::perms::none) {
    reader.problem(node["secret_file"], "secret_file: {}: others may read it, expected mode 0600", file);
  }
  text->resize(std::min(text->find_first_of("\r\n"), text->size()));
  if (text->empty()) reader.problem(node["secret_file"], "secret_file: {}: is empty", file);
  return std::move(*text);
}

}  // namespace unf::vnfm
