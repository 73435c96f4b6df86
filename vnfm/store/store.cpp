#include "vnfm/store/store.h"

#include <iterator>

namespace unf::vnfm {

Result<std::vector<Entry>> all_of(Store& store, const std::string& prefix) {
  constexpr std::size_t kPage = 256;
  std::vector<Entry> all;
  for (bool more = true; more;) {
    auto page = store.range(prefix, kPage, all.empty() ? std::string{} : all.back().key);
    if (!page) return fail(std::move(page.error()));
    std::move(page->entries.begin(), page->entries.end(), std::back_inserter(all));
    more = page->more;
  }
  return all;
}

}  // namespace unf::vnfm
