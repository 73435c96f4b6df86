#include "vnfm/store/texts.h"

#include <set>

namespace unf::vnfm {
namespace {

constexpr std::string_view kTexts = "text/";

std::string part_key(const std::string& name, std::size_t part) { return fmt::format("{}{}/{}", kTexts, name, part); }

}  // namespace

Result<StoredText> Texts::put(const std::string& text) {
  StoredText stored{.name = fmt::format("{}.{}", store_->epoch(), next_++)};
  for (std::size_t at = 0; at < text.size(); at += kMaxValue) {
    const auto put = store_->commit({.puts = {{part_key(stored.name, stored.parts++), text.substr(at, kMaxValue)}}});
    if (!put) return fail(put.error());
  }
  return stored;
}

Result<std::string> Texts::get(const StoredText& text) const {
  std::string whole;
  for (std::size_t i = 0; i < text.parts; ++i) {
    const auto part = store_->store().get(part_key(text.name, i));
    if (!part) return fail(part.error());
    if (!*part) return fail(Errc::malformed, "text {}: part {} is gone", text.name, i);
    whole += (*part)->value;
  }
  return whole;
}

void Texts::erase(const StoredText& text, Transaction& transaction) {
  for (std::size_t i = 0; i < text.parts; ++i) transaction.erasures.push_back(part_key(text.name, i));
}

Result<void> Texts::sweep(const std::vector<StoredText>& used) {
  std::set<std::string> kept;
  for (const auto& text : used) {
    for (std::size_t i = 0; i < text.parts; ++i) kept.insert(part_key(text.name, i));
  }
  const auto parts = all_of(store_->store(), std::string{kTexts});
  if (!parts) return fail(parts.error());
  Transaction sweep;
  for (const auto& part : *parts) {
    if (!kept.contains(part.key)) sweep.erasures.push_back(part.key);
  }
  if (sweep.erasures.empty()) return {};
  return store_->commit(sweep).map([](Revision) {});
}

}  // namespace unf::vnfm
