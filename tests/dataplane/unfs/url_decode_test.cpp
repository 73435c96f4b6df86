#include "dataplane/unfs/url_decode.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "tests/support/by_name.h"

namespace unf::dataplane {
namespace {

using testing_support::by_name;

std::string decoded(std::string_view text) {
  std::string result(text.size(), '\0');
  result.resize(url_decode(text, result.data()));
  return result;
}

struct Case {
  const char* name;
  std::string text, decoded;
};
class UrlDecode : public testing::TestWithParam<Case> {};

TEST_P(UrlDecode, UndoesOneLevel) { EXPECT_EQ(decoded(GetParam().text), GetParam().decoded); }

INSTANTIATE_TEST_SUITE_P(Escapes, UrlDecode,
                         testing::Values(Case{"Empty", "", ""}, Case{"Plain", "/a/b?c=d", "/a/b?c=d"},
                                         Case{"Quote", "%27", "'"}, Case{"LowerHex", "%2f%2F", "//"},
                                         Case{"Plus", "a+b", "a b"}, Case{"Nul", "%00", std::string(1, '\0')},
                                         Case{"HighByte", "%ff", "\xff"}, Case{"OneLevelOnly", "%2527", "%27"},
                                         Case{"PlusIsNotTwice", "%2b", "+"}, Case{"CutShort", "%", "%"},
                                         Case{"CutInside", "a%2", "a%2"}, Case{"NotHex", "%zz%2g", "%zz%2g"},
                                         Case{"Percent", "100%25", "100%"}),
                         by_name);

INSTANTIATE_TEST_SUITE_P(Wide, UrlDecode,
                         testing::Values(Case{"Ascii", "%u0027", "'"}, Case{"UpperU", "%U0027", "'"},
                                         Case{"Latin", "%u00e9", "\xe9"}, Case{"FullWidth", "%uff07%uff1d", "'="},
                                         Case{"CurlyQuotes", "%u2019%u201c", "'\""},
                                         Case{"Spaces", "%u3000%u00a0", "  "}, Case{"TwoBytes", "%u0416", "\xd0\x96"},
                                         Case{"ThreeBytes", "%u20ac", "\xe2\x82\xac"},
                                         Case{"WideCut", "%u002", "%u002"}, Case{"WideNotHex", "%u00g7", "%u00g7"}),
                         by_name);

INSTANTIATE_TEST_SUITE_P(Overlong, UrlDecode,
                         testing::Values(Case{"TwoBytesLong", "%c0%a7", "'"}, Case{"TwoBytesHigh", "%c1%b5", "u"},
                                         Case{"ThreeBytesLong", "%e0%80%a7", "'"},
                                         Case{"ThreeBytesHigh", "%e0%81%b5", "u"}, Case{"RawBytes", "\xc0\xa7", "'"},
                                         Case{"Proper", "%c3%a9", "\xc3\xa9"},
                                         Case{"ProperThree", "%e2%82%ac", "\xe2\x82\xac"}),
                         by_name);

RC_GTEST_PROP(UrlDecodeProperty, NeverGrowsAndWorksInPlace, ()) {
  auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string{"%u0027cC+aAfFeE\xc0\xe0\x80\xa7'zZ"}));
  const auto expected = decoded(text);
  RC_ASSERT(expected.size() <= text.size());
  text.resize(url_decode(text, text.data()));
  RC_ASSERT(text == expected);
}

RC_GTEST_PROP(UrlDecodeProperty, WithoutEncodingBytesNothingChanges, (std::string text)) {
  const auto special = encoding_bytes();
  std::erase_if(text, [&](char c) { return special[static_cast<unsigned char>(c)]; });
  RC_ASSERT(decoded(text) == text);
}

RC_GTEST_PROP(UrlDecodeProperty, UndoesPercentEncoding, (std::string text)) {
  std::erase_if(text,
                [](char c) { return static_cast<unsigned char>(c) >= 0x80; });  // overlong forms are another matter
  std::string encoded;
  for (const unsigned char c : text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    encoded += {'%', kHex[c >> 4], kHex[c & 15]};
  }
  RC_ASSERT(decoded(encoded) == text);
}

}  // namespace
}  // namespace unf::dataplane
