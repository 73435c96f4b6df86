#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "graph/model/result.h"
#include "graph/model/service_request.h"

namespace unf::graph {

/// What is wrong with a request, all of it, one line each.
class Problems {
 public:
  /// `what` names the thing where the place is not known.
  template <typename... Args>
  void add(const SourcePlace& at, const std::string& what, fmt::format_string<Args...> format, Args&&... args) {
    auto place = at.file.empty() ? what : at.line == 0 ? at.file : fmt::format("{}:{}", at.file, at.line);
    auto line = fmt::format("{}: {}", place, fmt::format(format, std::forward<Args>(args)...));
    const bool known = std::find(lines_.begin(), lines_.end(), line) != lines_.end();
    if (!known) lines_.push_back(std::move(line));  // two VNFs of one descriptor have its faults once
  }
  [[nodiscard]] bool empty() const { return lines_.empty(); }
  [[nodiscard]] Error error() const { return {Errc::malformed, fmt::format("{}", fmt::join(lines_, "\n"))}; }

 private:
  std::vector<std::string> lines_;
};

}  // namespace unf::graph
