#include "tosca/xml.h"

#include <gmock/gmock.h>

#include "tests/support/by_name.h"

namespace unf::tosca {
namespace {

using testing::HasSubstr;
using testing_support::by_name;

/// The tree in one line: `{ k: v }`, `[ ... ]`, `text`, `~`.
std::string flat(const Value& value) {
  std::string text;
  if (value.is_null()) return "~";
  if (value.is_scalar()) return value.text;
  for (const auto& item : value.items) text += (text.empty() ? "" : ", ") + flat(*item);
  if (value.is_list()) return "[" + text + "]";
  for (const auto& [key, member] : value.members) text += (text.empty() ? "" : ", ") + key->text + ": " + flat(*member);
  return "{" + text + "}";
}

struct Good {
  const char* name;
  std::string text;
  std::string tree;
};
class GoodXml : public testing::TestWithParam<Good> {};

TEST_P(GoodXml, IsATree) {
  Problems problems;
  const auto tree = parse_xml("f.xml", GetParam().text, problems);
  ASSERT_NE(tree, nullptr) << problems.error().message;
  EXPECT_EQ(flat(*tree), GetParam().tree);
}

INSTANTIATE_TEST_SUITE_P(
    Xml, GoodXml,
    testing::Values(Good{"Text", "<a>b</a>", "{a: b, xmlns: }"}, Good{"Empty", "<a/>", "{a: ~, xmlns: }"},
                    Good{"Namespace", R"(<?xml version="1.0" encoding="UTF-8"?><a xmlns="urn:x"><b>1</b></a>)",
                         "{a: {b: 1}, xmlns: urn:x}"},
                    Good{"Prefixes", R"(<p:a xmlns:p="urn:x"><p:b>p:c</p:b></p:a>)", "{a: {b: p:c}, xmlns: urn:x}"},
                    Good{"RepeatedIsAList", "<a><b>1</b><c/><b>2</b><b><d>3</d></b></a>",
                         "{a: {b: [1, 2, {d: 3}], c: ~}, xmlns: }"},
                    Good{"Blanks", "<a>\n  <b>\n  x  y </b>\n</a>\n", "{a: {b: x  y}, xmlns: }"},
                    Good{"OwnEntities", "<a>&lt;&amp;&#65;</a>", "{a: <&A, xmlns: }"},
                    Good{"CharacterData", "<a><![CDATA[<b>]]></a>", "{a: <b>, xmlns: }"},
                    Good{"Comments", "<!-- x --><a><!-- y --><b>1<!-- z -->2</b></a>", "{a: {b: 12}, xmlns: }"},
                    Good{"Attributes", R"(<a x="1"><b y="2"/></a>)", "{a: {b: ~}, xmlns: }"},
                    Good{"Utf8", "<a>gr\xc3\xbc\xc3\x9f</a>", "{a: gr\xc3\xbc\xc3\x9f, xmlns: }"},
                    Good{"ByteOrderMark", "\xef\xbb\xbf<a>b</a>", "{a: b, xmlns: }"}),
    by_name);

TEST(Xml, KnowsItsLines) {
  Problems problems;
  const auto tree = parse_xml("f.xml", "<a>\n <b>\n  <c>1</c>\n </b>\n <b/>\n</a>", problems);
  ASSERT_NE(tree, nullptr);
  const auto* b = tree->find("a", "b");
  ASSERT_TRUE(b->is_list());
  EXPECT_EQ(b->items[0]->line, 2);
  EXPECT_EQ(b->items[0]->column, 2);
  EXPECT_EQ(b->items[0]->find("c")->line, 3);
  EXPECT_EQ(b->items[1]->line, 5);
}

std::string nested(int levels) {
  std::string open, closed;
  for (int i = 0; i < levels; ++i) {
    open += "<a>";
    closed += "</a>";
  }
  return open + closed;
}

std::string laughs() {
  std::string text = "<?xml version=\"1.0\"?>\n<!DOCTYPE l [\n<!ENTITY l0 \"lol\">\n";
  for (int i = 1; i < 10; ++i) {
    text += fmt::format("<!ENTITY l{} \"", i);
    for (int j = 0; j < 10; ++j) text += fmt::format("&l{};", i - 1);
    text += "\">\n";
  }
  return text + "]>\n<l>&l9;</l>\n";
}

struct Bad {
  const char* name;
  std::string text;
  const char* problem;
};
class BadXml : public testing::TestWithParam<Bad> {};

TEST_P(BadXml, IsSaidInALine) {
  Problems problems;
  EXPECT_EQ(parse_xml("f.xml", GetParam().text, problems), nullptr);
  ASSERT_EQ(problems.size(), 1U) << problems.error().message;
  EXPECT_THAT(problems.error().message, HasSubstr(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    Xml, BadXml,
    testing::Values(Bad{"Nothing", "", "f.xml:1: not XML"}, Bad{"NoXml", "vnfd: {}\n", "f.xml:1: not XML"},
                    Bad{"Unclosed", "<a>\n<b>\n</a>", "f.xml:3: not XML"},
                    Bad{"TwoRoots", "<a/>\n<b/>", "f.xml:2: not XML"},
                    Bad{"MixedBefore", "<a>text<b/></a>", "f.xml:1: text beside elements"},
                    Bad{"MixedBehind", "<a><b/>\ntext</a>", "text beside elements"},
                    Bad{"BillionLaughs", laughs(), "f.xml:2: a document type, expected none"},
                    Bad{"ExternalEntity", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
                        "a document type"},
                    Bad{"ExternalSubset", "<!DOCTYPE a SYSTEM \"http://127.0.0.1/a.dtd\"><a/>", "a document type"},
                    Bad{"UnknownEntity", "<a>&x;</a>", "f.xml:1: "}, Bad{"Deep", nested(65), "nested too deep"},
                    Bad{"VeryDeep", nested(100'000), "nested too deep"},
                    Bad{"Many",
                        "<a>" +
                            [] {
                              std::string all;
                              for (int i = 0; i < 300'000; ++i) all += "<b/>";
                              return all;
                            }() +
                            "</a>",
                        "too many elements"},
                    Bad{"Large", "<a>" + std::string(9 << 20, 'x') + "</a>", "expected at most"},
                    Bad{"NoUtf8", "<a>\n\xff</a>", "f.xml:2: a byte that is no text, expected XML in UTF-8"},
                    Bad{"Zero", std::string{"<a>\0</a>", 8}, "a byte that is no text"},
                    Bad{"Utf16", std::string{"\xff\xfe<\0a\0/\0>\0", 10}, "a byte that is no text"},
                    Bad{"OtherEncoding", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "in another encoding"}),
    by_name);

}  // namespace
}  // namespace unf::tosca
