#pragma once

#include <string>
#include <utility>
#include <vector>

#include "vnfm/store/store.h"

namespace unf::vnfm {

/// Up to `limit` records whose keys begin with `prefix`, behind the one that is called `after` there, by key. Errors:
/// as Store; those of `read`.
template <typename Record>
[[nodiscard]] Result<std::vector<Record>> page_of(Store& store, const std::string& prefix, const std::string& after,
                                                  std::size_t limit, Result<Record> (*read)(const Entry&)) {
  const auto found = store.range(prefix, limit, after.empty() ? std::string{} : prefix + after);
  if (!found) return fail(found.error());
  std::vector<Record> records;
  for (const auto& entry : found->entries) {
    auto record = read(entry);
    if (!record) return fail(record.error());
    records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace unf::vnfm
