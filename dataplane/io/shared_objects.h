#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "dataplane/unf/unf_type.h"

namespace unf::dataplane {

/// What UnfType::build_shared made, by type and configuration: it is only looked at, so generations and graphs share
/// it, and a generation that brings the same rules need not wait for them to be compiled again.
class SharedObjects {
 public:
  using MakeMemory = std::function<std::unique_ptr<Memory>()>;
  /// `make_memory` makes the memory that one object lies in.
  explicit SharedObjects(MakeMemory make_memory) : make_memory_(std::move(make_memory)) {}

  /// The object of a type that builds one. Errors: those of UnfType::build_shared.
  [[nodiscard]] Result<std::shared_ptr<void>> get(const UnfType& type, const nlohmann::json& config,
                                                  const Artifacts& artifacts);

 private:
  static constexpr std::size_t kUnused = 8;  ///< kept for who may want them again

  void drop_unused();

  MakeMemory make_memory_;
  std::map<std::string, std::shared_ptr<void>> objects_;
};

}  // namespace unf::dataplane
