#include "tosca/text/problems.h"

#include <gmock/gmock.h>

#include "tests/support/by_name.h"
#include "tosca/text/element_paths.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;

struct Text {
  const char* name;
  const char* text;
  const char* message;
  const char* expected;
  const char* suggestion;
};
class Parts : public testing::TestWithParam<Text> {};
TEST_P(Parts, AreMessageExpectationAndSuggestion) {
  Problems problems;
  problems.add({"f", 3, 5}, "{}", GetParam().text);
  ASSERT_EQ(problems.size(), 1U);
  const auto problem = problems.all().front();
  EXPECT_EQ(problem.at.file, "f");
  EXPECT_EQ(problem.at.line, 3);
  EXPECT_EQ(problem.at.column, 5);
  EXPECT_EQ(problem.message, GetParam().message);
  EXPECT_EQ(problem.expected, GetParam().expected);
  EXPECT_EQ(problem.suggestion, GetParam().suggestion);
  EXPECT_EQ(problems.error().message, std::string{"f:3: "} + GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(
    Texts, Parts,
    testing::Values(Text{"Message", "too many", "too many", "", ""},
                    Text{"Expected", "`a` is 1, expected one of 2, 3", "`a` is 1", "one of 2, 3", ""},
                    Text{"Suggestion", "unknown `a`; did you mean `b`?", "unknown `a`", "", "b"},
                    Text{"All", "unknown `a`, expected one of b, c; did you mean `b`?", "unknown `a`", "one of b, c",
                         "b"},
                    Text{"Semicolon", "key `a` twice; expected each once", "key `a` twice", "each once", ""},
                    Text{"InAName", "`a, expected b` is bad, expected c", "`a, expected b` is bad", "c", ""},
                    Text{"OnlyInAName", "`x; did you mean `y`?` is bad", "`x; did you mean `y`?` is bad", "", ""},
                    Text{"NoSuggestion", "bad; did you mean `?", "bad; did you mean `?", "", ""}),
    testing_support::by_name);

TEST(ProblemsOf, AnErrorAreItsLines) {
  Problems problems;
  problems.add({"a:b.yaml", 7, 2}, "bad, expected good");
  problems.add({"c.csar", 0}, "worse");
  const auto parsed = problems_of(problems.error());
  ASSERT_EQ(parsed.size(), 2U);
  EXPECT_EQ(parsed[0].at.file, "a:b.yaml");
  EXPECT_EQ(parsed[0].at.line, 7);
  EXPECT_EQ(parsed[0].expected, "good");
  EXPECT_EQ(parsed[1].at.file, "c.csar");
  EXPECT_EQ(parsed[1].at.line, 0);
  EXPECT_EQ(parsed[1].message, "worse");
  EXPECT_EQ(problems_of({Errc::malformed, "no file given"}).front().message, "no file given");
}

TEST(ProblemsText, HasALineOncePerPlaceInIt) {
  Problems problems;
  problems.add({"f", 1, 9}, "unknown type `x`");
  problems.add({"f", 1, 3}, "unknown type `x`");
  EXPECT_EQ(problems.error().message, "f:1: unknown type `x`");
  std::vector<int> columns;
  for (const auto& problem : problems.all()) columns.push_back(problem.at.column);
  EXPECT_THAT(columns, ElementsAre(3, 9));
}

/// The place of the first `what` in `text`.
SourcePlace place_of(std::string_view text, std::string_view what) {
  const auto at = text.find(what);
  const auto before = text.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  return {"f", static_cast<int>(line) + 1, static_cast<int>(at - (start == before.npos ? 0 : start + 1)) + 1};
}

struct Place {
  const char* name;
  const char* what;  ///< what begins there
  const char* path;
  bool whole = false;
};
class Paths : public testing::TestWithParam<Place> {};
TEST_P(Paths, AreFoundByPlace) {
  const std::string text = R"(# first
top: &anchor
  nodes:
    fw:
      type: t.x
      rules: [ one, { two: 2 } ]
      gates:
        - out: there
        - bad: { node: lost }
    empty:
  types:
    ex.A: { d: 'q' }
    it's: 1
other: *anchor
more: { <<: *anchor, own: 5 }
)";
  Problems problems;
  const auto root = parse_yaml("f", text, problems);
  ASSERT_NE(root, nullptr) << problems.error().message;
  auto at = place_of(text, GetParam().what);
  at.whole = GetParam().whole;
  EXPECT_EQ(ElementPaths{*root}.path_of(at), GetParam().path);
}
INSTANTIATE_TEST_SUITE_P(
    Places, Paths,
    testing::Values(Place{"Key", "fw:", "top.nodes.fw"}, Place{"Scalar", "t.x", "top.nodes.fw.type"},
                    Place{"Item", "one,", "top.nodes.fw.rules[0]"},
                    Place{"InAnItem", "2 }", "top.nodes.fw.rules[1].two"},
                    Place{"FlowMap", "{ two", "top.nodes.fw.rules[1]", true},
                    Place{"FirstKeyOfABlock", "out: there", "top.nodes.fw.gates[0].out"},
                    Place{"Block", "out: there", "top.nodes.fw.gates[0]", true},
                    Place{"BlockOfAKey", "fw:", "top.nodes", true},
                    Place{"Inner", "lost", "top.nodes.fw.gates[1].bad.node"},
                    Place{"Null", "empty:", "top.nodes.empty"}, Place{"Dots", "ex.A", "top.types['ex.A']"},
                    Place{"InDots", "'q'", "top.types['ex.A'].d"}, Place{"Quote", "it's", R"(top.types['it\'s'])"},
                    Place{"Alias", "other", "other"}, Place{"BesideAMerge", "own", "more.own"},
                    Place{"NoElement", "# first", ""}, Place{"InsideOne", "here", "top.nodes.fw.gates[0].out"}),
    testing_support::by_name);

TEST(ElementPaths, WithoutAColumnAreThoseOfTheLine) {
  Problems problems;
  const auto root = parse_yaml("f", "a: 1\nb:\n  c: { d: 2 }\n\n", problems);
  const ElementPaths paths{*root};
  EXPECT_EQ(paths.path_of({"f", 3}), "b.c");
  EXPECT_EQ(paths.path_of({"f", 1}), "") << "the document";
  EXPECT_EQ(paths.path_of({"f", 4}), "");
  EXPECT_EQ(paths.path_of({"f", 99}), "");
  EXPECT_EQ(paths.path_of({"f", 0}), "");
}

TEST(Columns, CountBytes) {
  Problems problems;
  const auto root = parse_yaml("f", "{ \"\u00e9\": 1, b: 2 }", problems);
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->find_member("b")->key->column, 12);
}

TEST(ElementPaths, AreThoseOfADocumentWithAKeyTwiceToo) {
  Problems problems;
  const auto root = parse_yaml_with_duplicates("f", "a:\n  b: 1\n  b: 2\n", problems);
  ASSERT_NE(root, nullptr);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(ElementPaths{*root}.path_of(problems.all().front().at), "a.b");
}

}  // namespace
}  // namespace unf::tosca
