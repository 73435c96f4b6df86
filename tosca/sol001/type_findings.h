#pragma once

#include <utility>

#include "tosca/text/report.h"

namespace unf::tosca {

/// Where checks of documents against types say what they find.
class TypeFindings {
 public:
  explicit TypeFindings(Report& report) : report_(report) {}

  /// Adds a problem, unless one of this place is known already.
  template <typename... Args>
  void wrong(const SourcePlace& at, fmt::format_string<Args...> format, Args&&... args) {
    if (!report_.problems.says_between(at, at)) report_.problems.add(at, format, std::forward<Args>(args)...);
  }
  /// Adds a warning: something is incomplete, or of a version that is not known here.
  template <typename... Args>
  void warn(const SourcePlace& at, fmt::format_string<Args...> format, Args&&... args) {
    report_.warnings.add(at, format, std::forward<Args>(args)...);
  }

 private:
  Report& report_;
};

}  // namespace unf::tosca
