#include "dataplane/unfs/validate_url.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "tests/support/by_name.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;
using nlohmann::json;

constexpr std::string_view kPatterns =
    "# SQL injection\n"
    "/union(\\s|\\/\\*.*\\*\\/)+(all\\s+)?select/i\n"
    "/'\\s*(or|and)\\s*['\\d]/i\n"
    "/;\\s*(drop|delete|insert|update)\\s/i\n"
    "/(--|#)\\s*$/\n";

struct Case {
  const char* name;
  std::string url;
  std::string_view gate;
};
class ValidateUrls : public testing::TestWithParam<Case> {};

TEST_P(ValidateUrls, ByPatternsAsAServerDecodes) {
  const auto file = rules(kPatterns);
  UnfUnderTest unf{"ValidateUrl", file.config, file.artifacts};
  EXPECT_EQ(unf.run(http_frame(GetParam().url)), GetParam().gate);
  EXPECT_EQ(unf.run(http_frame(GetParam().url, {.link = {.vlans = {3}}, .v6 = true})), GetParam().gate);
}

INSTANTIATE_TEST_SUITE_P(Fine, ValidateUrls,
                         testing::Values(Case{"Root", "/", "ok"}, Case{"Query", "/a?b=c&d=e", "ok"},
                                         Case{"Union", "/european-union/selection", "ok"},
                                         Case{"Apostrophe", "/o'reilly", "ok"},
                                         Case{"Encoded", "/caf%C3%A9?q=a%20b+c", "ok"},
                                         Case{"BadEscape", "/100%/x%zz", "ok"}, Case{"Dashes", "/a--b", "ok"}),
                         by_name);

INSTANTIATE_TEST_SUITE_P(
    Attack, ValidateUrls,
    testing::Values(Case{"Plain", "/?id=1'or'1", "bad"}, Case{"BlanksAsSent", "/?id=1 union select 2", "bad"},
                    Case{"Percent", "/?id=1%27%20or%20%271", "bad"}, Case{"Plus", "/?id=1+UNION+SELECT+2", "bad"},
                    Case{"Mixed", "/?id=1+uNiOn%0aall%09sElEcT", "bad"},
                    Case{"LettersEncoded", "/?id=1+%75nion+%73elect", "bad"},
                    Case{"Twice", "/?id=1%2527%2520or%25201", "bad"}, Case{"Thrice", "/?id=1%252527or%2525271", "bad"},
                    Case{"WideEscape", "/?id=1%u0027%u0020or%u00201", "bad"},
                    Case{"FullWidth", "/?id=1%uff07or%uff071", "bad"},
                    Case{"OverlongUtf8", "/?id=1%c0%a7or%c0%a71", "bad"},
                    Case{"Comment", "/?id=1+union/**/select", "bad"}, Case{"Stacked", "/?id=1;drop%20table", "bad"},
                    Case{"AtTheEnd", "/?id=1--", "bad"}, Case{"AbsoluteForm", "http://a.example/?id=1'or'1", "bad"},
                    Case{"Behind60Kilobytes", "/" + std::string(60'000, 'a') + "'or'1", "bad"}),
    by_name);

struct SegmentCase {
  const char* name;
  std::string segment;
  std::string_view gate;
};
class ValidateSegments : public testing::TestWithParam<SegmentCase> {};

TEST_P(ValidateSegments, EveryRequestInThem) {
  const auto file = rules(kPatterns);
  UnfUnderTest unf{"ValidateUrl", file.config, file.artifacts};
  EXPECT_EQ(unf.run(tcp_frame({.payload = GetParam().segment})), GetParam().gate);
}
const std::string kGood = get_request("/good"), kBad = get_request("/?id=1%27or%271");
INSTANTIATE_TEST_SUITE_P(
    Requests, ValidateSegments,
    testing::Values(SegmentCase{"AllGood", kGood + kGood + kGood, "ok"}, SegmentCase{"FirstBad", kBad + kGood, "bad"},
                    SegmentCase{"LastBad", kGood + kGood + kBad, "bad"},
                    SegmentCase{"BehindABody", "POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nab" + kBad, "bad"},
                    SegmentCase{"CutOff", kGood + "GET /?id=1%27or%271", "bad"},
                    SegmentCase{"BadOnlyInAHeader", "GET / HTTP/1.1\r\nReferer: /?id=1'or'1\r\n\r\n", "ok"},
                    SegmentCase{"BadOnlyInTheBody", "POST / HTTP/1.1\r\n\r\nid=1'or'1", "ok"},
                    SegmentCase{"Response", "HTTP/1.1 200 OK\r\n\r\n1'or'1", "ok"}, SegmentCase{"Nothing", "", "ok"}),
    by_name);

/// The gate that a uNF made of nothing but what another process shares gives a request for `url`.
Gate gate_by_shared(void* shared, std::string_view url) {
  const auto config = nlohmann::json::object();
  const Artifacts none;
  auto unf = builtin_unfs().find("ValidateUrl")->make({.config = config, .artifacts = none, .shared = shared}).value();
  PacketBuffer buffer{http_frame(url)};
  Packet* const packets[]{&buffer.packet};
  Gate gate = 0xff;
  TestContext context;
  unf->process({.packets = packets, .gates = &gate, .mask = 1}, context);
  return gate;
}

TEST(ValidateUrl, UsesPatternsThatAnotherCompiled) {
  const auto* type = builtin_unfs().find("ValidateUrl");
  HeapMemory memory;
  const auto file = rules(kPatterns), nothing = rules("# none\n");
  void* shared = type->build_shared(file.config, file.artifacts, memory).value();
  EXPECT_EQ(gate_by_shared(shared, "/?id=1'or'1"), ValidateUrl::bad);
  EXPECT_EQ(gate_by_shared(shared, "/?id=1%27or%271"), ValidateUrl::bad);
  EXPECT_EQ(gate_by_shared(shared, "/good"), ValidateUrl::ok);
  void* empty = type->build_shared(nothing.config, nothing.artifacts, memory).value();
  EXPECT_EQ(gate_by_shared(empty, "/?id=1'or'1"), ValidateUrl::ok);
}

TEST(ValidateUrl, SaysWhenItsPatternsDoNotFit) {
  class Full final : public Memory {
   public:
    void* allocate(std::size_t) override { return nullptr; }
  } full;
  const auto file = rules(kPatterns);
  EXPECT_EQ(builtin_unfs().find("ValidateUrl")->build_shared(file.config, file.artifacts, full).error().code,
            Errc::no_capacity);
}

TEST(ValidateUrl, WithoutPatternsFindsNothingBad) {
  const auto file = rules("# none\n");
  UnfUnderTest unf{"ValidateUrl", file.config, file.artifacts};
  EXPECT_EQ(unf.run(http_frame("/?id=1'or'1")), "ok");
}

TEST(ValidateUrl, MatchesPatternsOfEveryFlag) {
  const auto file = rules("/a.b/s\n/^c$/m\n/\\x{e9}/8W\n/x/iHV\n");
  UnfUnderTest unf{"ValidateUrl", file.config, file.artifacts};
  EXPECT_EQ(unf.run(http_frame("/a%0ab")), "bad");
  EXPECT_EQ(unf.run(http_frame("/%0ac%0a")), "bad");
  EXPECT_EQ(unf.run(http_frame("/%C3%A9")), "bad");
  EXPECT_EQ(unf.run(http_frame("/X")), "bad");
  EXPECT_EQ(unf.run(http_frame("/y")), "ok");
}

struct BadFile {
  const char* name;
  std::string text;
  std::vector<std::string> lines;  // how each line of the message begins
};
class PatternErrors : public testing::TestWithParam<BadFile> {};

TEST_P(PatternErrors, NameEachLine) {
  const auto file = rules(GetParam().text, "sqli.rules");
  const auto made = builtin_unfs().find("ValidateUrl")->make({.config = file.config, .artifacts = file.artifacts});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::malformed);
  std::istringstream message{made.error().message};
  std::vector<std::string> lines;
  for (std::string line; std::getline(message, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), GetParam().lines.size()) << made.error().message;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_TRUE(lines[i].starts_with(GetParam().lines[i])) << lines[i];
    EXPECT_NE(lines[i].find("expected"), std::string::npos) << lines[i];
  }
}
INSTANTIATE_TEST_SUITE_P(
    Files, PatternErrors,
    testing::Values(
        BadFile{"NoSlashes", "abc\n", {"sqli.rules:1: 'abc', expected /PATTERN/FLAGS"}},
        BadFile{"OneSlash", "/abc\n", {"sqli.rules:1: '/abc', expected /PATTERN/FLAGS"}},
        BadFile{"NoPattern", "//i\n", {"sqli.rules:1: empty pattern"}},
        BadFile{"Flag", "/a/g\n", {"sqli.rules:1: unknown flag 'g', expected of i s m 8 W H V"}},
        BadFile{"Syntax", "# x\n/a/\n/(b/\n/c/\n/[/\n", {"sqli.rules:3: bad pattern: ", "sqli.rules:5: bad pattern: "}},
        BadFile{"BackReference", "/(a)\\1/\n", {"sqli.rules:1: bad pattern: "}},
        BadFile{"LookBehind", "/(?<=a)b/\n", {"sqli.rules:1: bad pattern: "}},
        BadFile{"EmptyMatch", "/a*/\n", {"sqli.rules:1: "}},
        BadFile{"Nul", std::string("/a\0b/\n", 6), {"sqli.rules:1: pattern with a NUL byte"}}),
    by_name);

/// Several rule files, and the configuration that names them in their order.
Rules rule_sets(const std::vector<std::string>& texts) {
  Rules all{.artifacts = {}, .config = {{"rules", json::array()}}};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto one = rules(texts[i], fmt::format("{}.rules", i + 1));
    all.artifacts.merge(one.artifacts);
    all.config["rules"].push_back(one.config["rules"]);
  }
  return all;
}

struct SetCase {
  const char* name;
  std::string segment;
  std::string_view gate;
};
class ValidateSets : public testing::TestWithParam<SetCase> {};

TEST_P(ValidateSets, TheFirstWithAMatchDecides) {
  const auto file =
      rule_sets({"/aa/\n", "# none\n", "/b+/i\n/ab/\n", "/b/\n/c/\n", "/e/\n", "/f/\n", "/g/\n", "/h/\n"});
  UnfUnderTest unf{"ValidateUrl", file.config, file.artifacts};
  EXPECT_EQ(unf.run(tcp_frame({.payload = GetParam().segment})), GetParam().gate);
  HeapMemory memory;
  const auto* type = builtin_unfs().find("ValidateUrl");
  void* shared = type->build_shared(file.config, file.artifacts, memory).value();
  EXPECT_EQ(type->descriptor.gates[gate_by_shared(shared, "/x%63")], "bad4");
}
INSTANTIATE_TEST_SUITE_P(
    Sets, ValidateSets,
    testing::Values(SetCase{"None", get_request("/x"), "ok"}, SetCase{"First", get_request("/aa"), "bad"},
                    SetCase{"FirstBehindOthers", get_request("/hgfcbaa"), "bad"},
                    SetCase{"Third", get_request("/b"), "bad3"}, SetCase{"ThirdDecoded", get_request("/%42"), "bad3"},
                    SetCase{"Fourth", get_request("/c"), "bad4"}, SetCase{"Last", get_request("/h"), "bad8"},
                    SetCase{"BeforeDecoding", get_request("/h%61a"), "bad"},
                    SetCase{"OfAllRequests", get_request("/h") + get_request("/c") + get_request("/x"), "bad4"},
                    SetCase{"OfALaterRequest", get_request("/h") + get_request("/aa"), "bad"}),
    by_name);

TEST(ValidateUrl, NamesTheFileOfABadPattern) {
  const auto file = rule_sets({"/a/\n", "/b/\n/(c/\n"});
  const auto made = builtin_unfs().find("ValidateUrl")->make({.config = file.config, .artifacts = file.artifacts});
  ASSERT_FALSE(made);
  EXPECT_TRUE(made.error().message.starts_with("2.rules:2: bad pattern: ")) << made.error().message;
  const auto empty_match = rule_sets({"/a/\n", "/b/\n/c*/\n"});
  const auto refused =
      builtin_unfs().find("ValidateUrl")->make({.config = empty_match.config, .artifacts = empty_match.artifacts});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message.starts_with("2.rules:2: ")) << refused.error().message;
}

std::string any_pattern() {
  static const std::vector<std::string> kPieces{"'",      "\\s+",   "\\s*",   "or",    "(a|b)", "(';|#)?", "[xyz]",
                                                "[^a-z]", "x{0,2}", "y{2,3}", "union", ".",     "\\d",     "\\W+",
                                                "\\S",    ";",      "a+?",    "\\.",   "--"};
  std::string pattern;
  for (const auto& piece :
       *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces))))
    pattern += piece;
  if (*rc::gen::arbitrary<bool>()) pattern += "|" + *rc::gen::elementOf(kPieces);
  return pattern;
}

// Differential: sets at once decide as a uNF for each of them, in a row.
RC_GTEST_PROP(ValidateUrlProperty, SetsAreAsSingleOnesInARow, ()) {
  std::vector<std::string> texts;
  for (auto n = *rc::gen::inRange(2, 9); n > 0; --n) {
    std::string text;
    for (auto lines = *rc::gen::inRange(0, 3); lines > 0; --lines) {
      const std::string flags = *rc::gen::element("", "i", "s", "H");
      const auto line = "/" + any_pattern() + "/" + flags + "\n";
      const Artifact one{"f", line};
      const std::array files{&one};
      if (UrlPatterns::compile(files)) text += line;
    }
    texts.push_back(text);
  }
  const auto together = rule_sets(texts);
  UnfUnderTest all{"ValidateUrl", together.config, together.artifacts};
  std::deque<UnfUnderTest> single;
  for (const auto& text : texts) {
    const auto file = rules(text);
    single.emplace_back("ValidateUrl", file.config, file.artifacts);
  }
  for (int i = 0; i < 10; ++i) {
    std::string segment;
    for (auto n = *rc::gen::inRange(1, 4); n > 0; --n) {
      segment +=
          get_request("/" + *rc::gen::container<std::string>(rc::gen::elementOf(std::string{"abxyzorunioN';%275.-"})));
    }
    const auto frame = tcp_frame({.payload = segment});
    std::string expected = "ok";
    for (std::size_t set = 0; set < texts.size() && expected == "ok"; ++set) {
      if (single[set].run(frame) == "bad") expected = set == 0 ? "bad" : fmt::format("bad{}", set + 1);
    }
    RC_ASSERT(all.run(frame) == expected);
  }
}

// The byte filter before Hyperscan must not hide a match: the same patterns with and without it.
RC_GTEST_PROP(UrlPatternsProperty, TheFilterHidesNoMatch, ()) {
  const auto pattern = any_pattern();
  const std::string flags = *rc::gen::element("", "i");
  const Artifact one{"f", "/" + pattern + "/" + flags + "\n"};
  const Artifact two{"f", one.text + "/\\x01\\x02\\x03/\n"};  // it knows no bytes of the second
  const auto filtered = UrlPatterns::compile(std::array{&one});
  const auto plain = UrlPatterns::compile(std::array{&two});
  RC_PRE(filtered && plain);
  for (int i = 0; i < 10; ++i) {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string{"abxyzorunioN'; 1#.-\t"}));
    RC_ASSERT(filtered->first_match(text) == plain->first_match(text));
  }
}

}  // namespace
}  // namespace unf::dataplane
