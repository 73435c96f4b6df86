#include "tosca/text/xml.h"

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
    testing::Values(Bad{"Nothing", "", "f.xml:1: no element"},
                    Bad{"NoXml", "vnfd: {}\n", "f.xml:1: text outside of all elements, expected XML"},
                    Bad{"Unclosed", "<a>\n<b>\n</a>", "f.xml:3: </a>, expected </b>"},
                    Bad{"TwoRoots", "<a/>\n<b/>", "f.xml:2: `b` beside `a`, expected one element that has all"},
                    Bad{"MixedBefore", "<a>text<b/></a>", "f.xml:1: text beside elements"},
                    Bad{"MixedBehind", "<a><b/>\ntext\n</a>", "f.xml:2: text beside elements"},
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

// --- Elements.

/// Each as `name{uri}@line:column(text; children)`.
std::string flat(const std::vector<XmlElement>& elements) {
  std::string text;
  for (const auto& element : elements) {
    text += fmt::format("{}{}{{{}}}@{}:{}", text.empty() ? "" : " ", element.name, element.uri, element.line,
                        element.column);
    if (!element.text.empty() || !element.children.empty())
      text += fmt::format("({}; {})", element.text, flat(element.children));
  }
  return text;
}

class GoodElements : public testing::TestWithParam<Good> {};

TEST_P(GoodElements, AreRead) {
  const auto elements = read_xml(GetParam().text);
  ASSERT_TRUE(elements) << elements.error().message;
  EXPECT_EQ(flat(*elements), GetParam().tree);
  EXPECT_EQ(xml_root_namespace(GetParam().text), elements->empty() ? "" : elements->front().uri);
}

INSTANTIATE_TEST_SUITE_P(
    Xml, GoodElements,
    testing::Values(
        Good{"None", " <!-- a --> \n", ""}, Good{"One", "<a/>", "a{}@1:1"},
        Good{"Several", "<a>1</a><b/>\n\n  <a>2</a>", "a{}@1:1(1; ) b{}@1:9 a{}@3:3(2; )"},
        Good{"SeveralDeclared", "<?xml version=\"1.0\"?><a/>\n<b xmlns='urn:b'/>", "a{}@1:22 b{urn:b}@2:1"},
        Good{"ByteOrderMark", "\xef\xbb\xbf<?xml version=\"1.0\"?>\n<a/>", "a{}@2:1"},
        Good{"ByteOrderMarkAlone", "\xef\xbb\xbf <a/>", "a{}@1:2"},
        Good{"TagOverLines", "<a>\n <b\n  x='1>2'\n/><c/></a>", "a{}@1:1(\n ; b{}@2:2 c{}@4:3)"},
        Good{"ColumnsAreBytes", "<a>\xc3\xa4\xc3\xa4<b/></a>", "a{}@1:1(\xc3\xa4\xc3\xa4; b{}@1:8)"},
        Good{"WindowsLines", "<a>\r\n<b/>\r\n</a>", "a{}@1:1(\n\n; b{}@2:1)"},
        Good{"Mixed", "<a>1<b/>2<b/>3</a>", "a{}@1:1(123; b{}@1:5 b{}@1:10)"},
        Good{"Data", "<a>1<![CDATA[<b>&amp;]]>2</a>", "a{}@1:1(1<b>&amp;2; )"},
        Good{"CommentsAndInstructions", "<?x y?><!-- <a> --><a>1<!-- 2\n -->3<?x 4?></a><!-- -->", "a{}@1:20(13; )"},
        Good{"References", "<a>&lt;&gt;&amp;&quot;&apos;&#228;&#xE4;</a>", "a{}@1:1(<>&\"'\xc3\xa4\xc3\xa4; )"},
        Good{"Blanks", "<a> </a>", "a{}@1:1( ; )"}, Good{"OuterName", "<_><_/></_>", "_{}@1:1(; _{}@1:4)"},
        Good{"Default", "<a xmlns='urn:a'><b/><c xmlns='urn:c'><d/></c><e xmlns=''/><f/></a>",
             "a{urn:a}@1:1(; b{urn:a}@1:18 c{urn:c}@1:22(; d{urn:c}@1:39) e{}@1:47 f{urn:a}@1:60)"},
        Good{"Prefixes", "<p:a xmlns:p='urn:a'><b/><p:c xmlns:p='urn:c'><p:d/></p:c><p:e/></p:a>",
             "a{urn:a}@1:1(; b{}@1:22 c{urn:c}@1:26(; d{urn:c}@1:47) e{urn:a}@1:59)"},
        Good{"NoUri", "<a xmlns='urn:a b'/>", "a{urn:a b}@1:1"}),
    by_name);

TEST(Elements, KnowTheirScope) {
  const auto elements = read_xml("<a xmlns='urn:a' xmlns:p='urn:p'><b xmlns:p='urn:q'/></a><c/>");
  ASSERT_TRUE(elements);
  const auto& a = elements->front();
  const auto* b = a.children.front().scope.get();
  EXPECT_EQ(*XmlScope::find(a.scope.get(), "p"), "urn:p");
  EXPECT_EQ(*XmlScope::find(b, "p"), "urn:q");
  EXPECT_EQ(*XmlScope::find(b, ""), "urn:a");
  EXPECT_EQ(XmlScope::find(b, "q"), nullptr);
  EXPECT_EQ(elements->back().scope, nullptr);
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (; times > 0; --times) all += text;
  return all;
}

std::string attributes(const char* format, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += fmt::format(fmt::runtime(format), i);
  return all;
}

class BadElements : public testing::TestWithParam<Bad> {};

TEST_P(BadElements, AreRefusedWithTheirLine) {
  const auto elements = read_xml(GetParam().text);
  ASSERT_FALSE(elements);
  const auto& [line, message] = elements.error();
  EXPECT_THAT(fmt::format("{}: {}", line, message), testing::StartsWith(GetParam().problem));
  EXPECT_EQ(message.find('\n'), message.npos);
}

INSTANTIATE_TEST_SUITE_P(
    Xml, BadElements,
    testing::Values(
        Bad{"DocumentType", "<?xml version='1.0'?>\n<!DOCTYPE a><a/>", "2: a document type, expected none"},
        Bad{"DocumentTypeBehind", "<a/>\n<!DOCTYPE a>", "2: a document type, expected none"},
        Bad{"Declaration", "<a><!ELEMENT a></a>", "1: a declaration, expected elements only"},
        Bad{"Unclosed", "<a>\n<b>\n", "3: the end of the text, expected </b>"},
        Bad{"UnclosedOuterName", "<_>", "1: the end of the text, expected </_>"},
        Bad{"Mismatch", "<a>\n<p:b xmlns:p='urn:b'></b></a>", "2: </b>, expected </p:b>"},
        Bad{"ClosedTwice", "<a></a>\n</a>", "2: </a>, but no element is open, expected an element"},
        Bad{"ClosesOuter", "<a/>\n</_>", "2: </_>, but no element is open, expected an element"},
        Bad{"ClosesAndOpensOuter", "</_><_>", "1: </_>, but no element is open, expected an element"},
        Bad{"UndeclaredPrefix", "<a>\n<p:b/></a>", "2: `p:` is not declared, expected xmlns:p in the tag or around it"},
        Bad{"UndeclaredOfAttribute", "<a p:b='1'/>", "1: `p:` is not declared, expected xmlns:p"},
        Bad{"Text", "<a/>\n\nb\n<c/>", "3: text outside of all elements, expected XML"},
        Bad{"DataOutside", "<![CDATA[ ]]>", "1: CDATA outside of all elements, expected it in one"},
        Bad{"DataWithoutEnd", "<a><![CDATA[ </a>", "1: CDATA without end, expected ]]>"},
        Bad{"CommentWithoutEnd", "<a><!-- </a>", "1: a comment without end, expected -->"},
        Bad{"InstructionWithoutEnd", "<a><?b </a>", "1: an instruction without end, expected ?>"},
        Bad{"TagWithoutEnd", "<a", "1: neither an attribute nor a tag's end, expected NAME=\"VALUE\" or >"},
        Bad{"DeclarationBehind", "\n<?xml version='1.0'?><a/>", "2: an XML declaration, expected it before all else"},
        Bad{"DeclarationAlone", "<?xml", "1: "}, Bad{"DeclarationWithoutEnd", "<?xml version='1.0'", "1: "},
        Bad{"OtherEncoding", "<?xml version='1.0' encoding='latin1'?><a/>", "1: in another encoding"},
        Bad{"NoUtf8", "<a>\n\xc3</a>", "2: a byte that is no text, expected XML in UTF-8"},
        Bad{"ControlCharacter", "<a>\n\x01</a>", "2: a byte that is no text, expected XML in UTF-8"},
        Bad{"NoCharacter", "<a>\xef\xbf\xbf</a>", "1: a character that XML does not have, expected others"},
        Bad{"BlankBeforeName", "<a>\n< b/></a>", "2: <, expected an element, or &lt;"},
        Bad{"AttributeTwice", "<a b='1' b='2'/>", "1: `b` twice in a tag, expected each once"},
        Bad{"NamespaceTwice", "<a xmlns:b='1' xmlns:b='2'/>", "1: `xmlns:b` twice in a tag, expected each once"},
        Bad{"AttributeWithoutValue", "<a b/>", "1: an attribute without value, expected one in quotes"},
        Bad{"AttributeWithoutQuotes", "<a b=1/>", "1: an attribute without value, expected one in quotes"},
        Bad{"TagInAttribute", "<a b='<c/>'/>", "1: < in an attribute's value, expected &lt;, or a quote before it"},
        Bad{"UnknownEntity", "<a>&b;</a>", "1: an unknown reference, expected &amp; for &"},
        Bad{"EntityInAttribute", "<a b='&c;'/>", "1: an unknown reference, expected &amp; for &"},
        Bad{"NoReference", "<a>a & b</a>", "1: an unknown reference, expected &amp; for &"},
        Bad{"Colons", "<a:b:c xmlns:a='urn:a'/>", "1: not XML: "},
        Bad{"Deep", nested(65), "1: nested too deep, expected at most 64 levels"},
        Bad{"VeryDeep", nested(100'000), "1: nested too deep"},
        Bad{"Many", repeated("<a/>", (1 << 18) + 1), "1: too many elements, expected at most 262144"},
        Bad{"Attributes", "<a>\n<b" + attributes(" a{}='1'", 257) + "/></a>", "2: too many attributes"},
        Bad{"VeryManyAttributes", "<a" + attributes(" a{}='>'", 500'000) + "/>", "1: too many attributes"},
        Bad{"Namespaces",
            "<a" + attributes(" xmlns:a{}='b'", 200) + "><b" + attributes(" xmlns:b{}='b'", 200) + "/></a>",
            "1: too many namespaces, expected at most 256 at once"},
        Bad{"Large", std::string((8 << 20) + 1, ' '), "0: 8388609 bytes, expected at most 8388608"}),
    by_name);

// Each would take minutes, or all memory, in time or space quadratic in the text's size.
TEST(Elements, AreReadInLinearTime) {
  constexpr int kMany = 200'000;
  const auto long_uri = "<a xmlns='" + std::string(1 << 20, 'u') + "'>" + repeated("<b/>", kMany) + "</a>";
  for (const auto& text : {long_uri, "<a>" + std::string(1 << 20, ' ') + repeated("<b/>", kMany) + "</a>",
                           "<a" + attributes(" xmlns:a{}='b'", 256) + ">" + repeated("<b/>", kMany) + "</a>",
                           "<a>" + repeated("<b/>\n", kMany - 1) + "<b>" + repeated("=", 1 << 20) + "</b><!-- <b " +
                               repeated("=", 1 << 20) + "--></a>"}) {
    Problems problems;
    const auto elements = read_xml(text);
    ASSERT_TRUE(elements) << elements.error().message;
    EXPECT_EQ(elements->front().children.size(), kMany);
    EXPECT_NE(parse_xml("f.xml", text, problems), nullptr);
  }
  EXPECT_EQ(xml_root_namespace(long_uri).size(), 1U << 20);
}

TEST(Elements, FirstTagIsEnough) {
  EXPECT_EQ(xml_root_namespace("<?xml version='1.0'?><!-- <b/> --><p:a xmlns:p='urn:a'></b> & \xff"), "urn:a");
  for (const auto* text :
       {"", "a", "<a", "<p:a>", "<!DOCTYPE a><a xmlns='urn:a'/>", "b <a xmlns='urn:a'/>", "<!-- <a>"})
    EXPECT_EQ(xml_root_namespace(text), "") << text;
}

}  // namespace
}  // namespace unf::tosca
