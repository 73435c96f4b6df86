#include "dataplane/net/http_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "tests/support/by_name.h"

namespace unf::dataplane {
namespace {

using testing_support::by_name;

std::vector<std::string> targets(std::string_view segment) {
  std::vector<std::string> found;
  for (RequestScanner scanner{segment}; scanner.next();) found.emplace_back(scanner.target());
  return found;
}

struct Case {
  const char* name;
  std::string segment;
  std::vector<std::string> targets;
};
class RequestLines : public testing::TestWithParam<Case> {};

TEST_P(RequestLines, AreFound) {
  EXPECT_EQ(targets(GetParam().segment), GetParam().targets);
  EXPECT_EQ(has_request(GetParam().segment), !GetParam().targets.empty());
}

const std::string kHeaders = "Host: a.example\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";
const std::string kLong(3000, 'x');

INSTANTIATE_TEST_SUITE_P(
    One, RequestLines,
    testing::Values(Case{"Get", "GET / HTTP/1.1\r\n" + kHeaders, {"/"}},
                    Case{"Post", "POST /form?a=1 HTTP/1.0\r\n\r\na=b", {"/form?a=1"}},
                    Case{"AnyMethod", "PROPFIND /dav HTTP/1.1\r\n\r\n", {"/dav"}},
                    Case{"MethodOfTokenCharacters", "m-SEARCH * HTTP/1.1\r\n\r\n", {"*"}},
                    Case{"AbsoluteForm", "GET http://a.example/x HTTP/1.1\r\n\r\n", {"http://a.example/x"}},
                    Case{"AuthorityForm", "CONNECT a.example:443 HTTP/1.1\r\n\r\n", {"a.example:443"}},
                    Case{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {"*"}},
                    Case{"EndsRightBehindTheVersion", "GET /a HTTP/1.1", {"/a"}},
                    Case{"LineFeedOnly", "GET /a HTTP/1.1\nHost: x\n\n", {"/a"}},
                    Case{"EmptyLinesFirst", "\r\n\r\nGET /a HTTP/1.1\r\n\r\n", {"/a"}},
                    Case{"ManyBlanks", "GET  \t /a   HTTP/1.1 \r\n\r\n", {"/a"}},
                    Case{"BlanksInTheTarget", "GET /a?q=1 union select 2 HTTP/1.1\r\n\r\n", {"/a?q=1 union select 2"}},
                    Case{"TwoVersions", "GET /a HTTP/1.1 /b HTTP/1.1\r\n\r\n", {"/a HTTP/1.1 /b"}},
                    Case{"LongTarget", "GET /" + kLong + " HTTP/1.1\r\n\r\n", {"/" + kLong}},
                    Case{"BinaryTarget", "GET /\x01\xff\x80 HTTP/1.1\r\n\r\n", {"/\x01\xff\x80"}},
                    Case{"Http09", "GET /old\r\n", {"/old"}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    Several, RequestLines,
    testing::Values(
        Case{"Pipelined",
             "GET /a HTTP/1.1\r\n" + kHeaders + "GET /b HTTP/1.1\r\n" + kHeaders + "HEAD /c HTTP/1.1\r\n\r\n",
             {"/a", "/b", "/c"}},
        Case{"GluedToABody", "POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nx=yGET /b HTTP/1.1\r\n\r\n", {"/a", "/b"}},
        Case{"BehindTheRestOfABody", kLong + "\r\nGET /b HTTP/1.1\r\n\r\n", {"/b"}},
        Case{"InTheMiddleOfAHeaderBlock", "Accept: */*\r\n\r\nGET /b HTTP/1.1\r\n\r\n", {"/b"}},
        Case{"SecondCutOff", "GET /a HTTP/1.1\r\n\r\nGET /b?x=%27", {"/a", "/b?x=%27"}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    CutOff, RequestLines,
    testing::Values(Case{"InTheTarget", "GET /" + kLong, {"/" + kLong}}, Case{"BeforeTheVersion", "GET /a ", {"/a"}},
                    Case{"InTheVersion", "GET /a HTT", {"/a"}}, Case{"InTheVersionNumber", "GET /a HTTP/1.", {"/a"}},
                    Case{"RestOfATarget", "on+select+2 HTTP/1.1\r\nHost: x\r\n\r\n", {"on+select+2"}},
                    Case{"RestOfAMethod", "ST /a HTTP/1.1\r\n\r\n", {"/a"}}, Case{"InTheMethod", "GE", {}},
                    Case{"BehindTheMethod", "GET ", {}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    None, RequestLines,
    testing::Values(Case{"Empty", "", {}},
                    Case{"Response", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>GET it</p>", {}},
                    Case{"Headers", kHeaders, {}},
                    Case{"Prose", "We use HTTP/1.1 here and there, and one / is not a path.", {}},
                    Case{"Upgrade", "Connection: upgrade\r\nUpgrade: HTTP/2.0\r\n\r\n", {}},
                    Case{"UpgradeFirst", "Upgrade: HTTP/2.0\r\n\r\n", {}},
                    Case{"Via", "Via: HTTP/1.1 proxy\r\nVia: x HTTP/1.1\r\n", {}},
                    Case{"NoVersionNumber", "GET /a HTTP/x.y\r\n\r\n", {}},
                    Case{"OtherProtocol", "INVITE sip:a@b SIP/2.0\r\n\r\n", {}},
                    Case{"Tls", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), {}},
                    Case{"Ssh", "SSH-2.0-OpenSSH_9.2p1\r\n", {}},
                    Case{"NoTarget", "Host: x\r\nGET HTTP/1.1\r\n\r\n", {}}, Case{"Body", kLong, {}}),
    by_name);

// The vector scan against the plain one: a version at every offset of blocks and their tails.
TEST(RequestScanner, FindsARequestAtAnyOffset) {
  for (std::size_t before = 0; before < 70; ++before) {
    for (std::size_t behind = 0; behind < 40; ++behind) {
      const auto segment = std::string(before, '.') + "\nPUT /p HTTP/1.1\r\n" + std::string(behind, 'H');
      ASSERT_EQ(targets(segment), std::vector<std::string>{"/p"}) << before << " before, " << behind << " behind";
    }
  }
}

RC_GTEST_PROP(RequestScannerProperty, AnyBytesAreSafeAndTargetsLieInOrderWithin, (std::string segment)) {
  const auto* last = segment.data();
  for (RequestScanner scanner{segment}; scanner.next();) {
    const auto target = scanner.target();
    RC_ASSERT(!target.empty());
    RC_ASSERT(target.data() >= last && target.data() + target.size() <= segment.data() + segment.size());
    last = target.data() + target.size();
  }
}

// What random bytes hardly ever are: pieces of requests.
RC_GTEST_PROP(RequestScannerProperty, PiecesOfRequestsAreSafe, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("GET", "POST", " ", "\t", "/", "/a?b=c", "HTTP/1.1", "HTTP/", "HTTP/1.", "\r\n",
                                    "\n", "\r", "Host: x", ":", "H", ""));
  std::string segment;
  for (const auto& piece : pieces) segment += piece;
  std::size_t found = 0;
  for (RequestScanner scanner{segment}; scanner.next(); ++found) {
    const auto target = scanner.target();
    RC_ASSERT(!target.empty());
    RC_ASSERT(target.data() >= segment.data() && target.data() + target.size() <= segment.data() + segment.size());
    RC_ASSERT(target.front() != ' ' && target.back() != ' ');
  }
  RC_ASSERT(found <= pieces.size());
}

RC_GTEST_PROP(RequestScannerProperty, EveryPipelinedRequestIsFound, ()) {
  const auto paths = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
      rc::gen::container<std::string>(rc::gen::elementOf(std::string{"abcXYZ019/?&=%+'\"-_.~"}))));
  std::string segment;
  std::vector<std::string> expected;
  for (const auto& path : paths) {
    expected.push_back("/" + path);
    segment += "GET /" + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
  }
  RC_ASSERT(targets(segment) == expected);
}

}  // namespace
}  // namespace unf::dataplane
