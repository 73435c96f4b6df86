#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/text/problems.h"

namespace unf::tosca {

/// What became of an element of a descriptor (docs/images.md).
struct Mapping {
  SourcePlace at;
  std::string element;  ///< VDU `fw`
  std::string became;   ///< empty: nothing
  std::string why;      ///< nothing became of it; else empty
};

/// What is said of documents while they are read.
class Report {
 public:
  Problems problems;
  Problems warnings;  ///< what need not be mended, but says less than its author may think

  /// Notes what an element became, or, if that is empty, why nothing.
  void map(const SourcePlace& at, std::string element, std::string became, std::string why = {});
  /// What was noted, by place.
  [[nodiscard]] std::vector<Mapping> mappings() const;

 private:
  std::map<std::tuple<std::string, int, std::string>, Mapping> mappings_;  ///< by file, line and element
};

}  // namespace unf::tosca
