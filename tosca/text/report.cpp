#include "tosca/text/report.h"

namespace unf::tosca {

void Report::map(const SourcePlace& at, std::string element, std::string became, std::string why) {
  auto& mapping = mappings_[{at.file, at.line, element}];
  mapping = {at, std::move(element), std::move(became), std::move(why)};
}

std::vector<Mapping> Report::mappings() const {
  std::vector<Mapping> all;
  for (const auto& [key, mapping] : mappings_) all.push_back(mapping);
  return all;
}

}  // namespace unf::tosca
