#include "vnfm/store/texts.h"

#include <gmock/gmock.h>

#include "tests/vnfm/store/store_fixture.h"

namespace unf::vnfm {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class TextsTest : public StoreFixture {
 protected:
  std::shared_ptr<LedStore> store_ = lead_store(directory_).value();
  Texts texts_{store_};

  [[nodiscard]] std::vector<Entry> left() const { return *all_of(store_->store(), "text/"); }
};

TEST_F(TextsTest, KeepsTextsThatFitNoValueAndLeavesNothingOfErasedOnes) {
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, kMaxValue, 3 * kMaxValue + 1}) {
    const std::string text(length, 'p');
    const auto stored = texts_.put(text);
    ASSERT_TRUE(stored);
    EXPECT_EQ(texts_.get(*stored), text);
    Transaction gone;
    Texts::erase(*stored, gone);
    ASSERT_TRUE(store_->commit(gone));
    EXPECT_THAT(left(), IsEmpty());
  }
}

TEST_F(TextsTest, SaysWhichPartIsGone) {
  const auto stored = texts_.put(std::string(kMaxValue + 1, 'p'));
  ASSERT_TRUE(store_->commit({.erasures = {"text/" + stored->name + "/1"}}));
  const auto text = texts_.get(*stored);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, Errc::malformed);
  EXPECT_THAT(text.error().message, HasSubstr("part 1 is gone"));
}

TEST_F(TextsTest, SweepsWhatNobodyNames) {
  const auto used = texts_.put("used"), unused = texts_.put("unused");
  ASSERT_TRUE(texts_.sweep({*used}));
  EXPECT_EQ(texts_.get(*used), "used");
  EXPECT_FALSE(texts_.get(*unused));
}

}  // namespace
}  // namespace unf::vnfm
