#include "vnfm/cli/render.h"

#include <gmock/gmock.h>

namespace unf::vnfm {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

json shown() {
  return json::parse(R"({
    "id": "edge", "state": "running", "detail": "", "host": "local", "epoch": 1, "generation": 3,
    "plan": {
      "nodes": [{"id": "e/in", "type": "NicIngress", "runner": "io"}, {"id": "e/filter", "type": "L3L4Filter", "runner": "r1"},
                {"id": "e/out", "type": "NicEgress", "runner": "io"}],
      "edges": [{"id": 1, "from": "e/in", "gate": "out", "to": "e/filter"}, {"id": 2, "from": "e/filter", "gate": "out", "to": "e/out"},
                {"id": 3, "from": "e/filter", "gate": "drop", "to": null}]},
    "edges": {"1": {"packets": 10, "bytes": 640, "drops": 1}, "2": {"packets": 7, "bytes": 448, "drops": 0},
              "3": {"packets": 3, "bytes": 192, "drops": 0}},
    "owners": {"e/filter": {"in": 10, "out": 7, "drop": 3}},
    "nodes": {"e/filter": {"denied": 2, "malformed": 0, "no_match": 1}},
    "reports": {"e/count": {"requests": 2, "top": [{"count": 2, "url": "/a"}], "sizes": {"64": 9}}},
    "nics": {"in": {"rx": 11}}, "unmatched": 4, "bridged": 0,
    "processes": [{"name": "io", "pid": 12, "restarts": 1, "ready": true}, {"name": "r1", "pid": 0, "restarts": 2, "ready": false}]
  })");
}

/// The line of `text` that starts with `start`, with single spaces.
std::string line(const std::string& text, const std::string& start) {
  const auto at = ("\n" + text).find("\n" + start);
  if (at == std::string::npos) return "";
  std::string squeezed;
  for (auto i = at; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] != ' ' || squeezed.empty() || squeezed.back() != ' ') squeezed += text[i];
  }
  return squeezed;
}

struct Line {
  const char* name;
  const char* start;
  const char* text;
};
class ShowText : public testing::TestWithParam<Line> {};
TEST_P(ShowText, HasTheLine) { EXPECT_EQ(line(show_text(shown()), GetParam().start), GetParam().text); }
INSTANTIATE_TEST_SUITE_P(
    Lines, ShowText,
    testing::Values(Line{"Heading", "service", "service edge: running on host local, generation 3"},
                    Line{"IngressHasWhatLeftIt", "e/in", "e/in NicIngress io 11 10 0 lost on links 1"},
                    Line{"DropsHaveReasons", "e/filter", "e/filter L3L4Filter r1 10 7 3 denied 2, no_match 1"},
                    Line{"EgressSendsWhatItHas", "e/out", "e/out NicEgress io 7 7 0"},
                    Line{"Link", "   1", " 1 e/in out e/filter 10 640 1"},
                    Line{"DropLink", "   3", " 3 e/filter drop (drop) 3 192 0"},
                    Line{"Report", "requests", "requests 2"}, Line{"ReportTable", "    2  /a", " 2 /a"},
                    Line{"ReportMap", "   64", " 64 9"}, Line{"Nic", "nic in", "nic in: rx 11"},
                    Line{"Unmatched", "unmatched", "unmatched 4"}, Line{"Process", "io ", "io 12 1 ready"},
                    Line{"ProcessNotReady", "r1 ", "r1 0 2 not ready"}),
    [](const auto& param) { return std::string{param.param.name}; });

TEST(ShowText, OwnersHaveTheirNumbers) { EXPECT_THAT(show_text(shown()), HasSubstr("e/filter  10    7     3\n")); }

TEST(ShowText, UnreachableServiceHasItsPlanOnly) {
  auto away = shown();
  for (const auto* gone : {"edges", "owners", "nodes", "reports", "nics", "unmatched", "processes"}) away.erase(gone);
  away["state"] = "unreachable";
  away["detail"] = "no route";
  const auto text = show_text(away);
  EXPECT_THAT(text, HasSubstr("unreachable: no route on host local"));
  EXPECT_EQ(line(text, "e/filter"), "e/filter L3L4Filter r1 0 0 0");
}

TEST(TopText, RatesAreDifferencesOverTime) {
  auto before = shown();
  before["edges"]["1"]["packets"] = 4;
  EXPECT_EQ(line(top_text(shown(), before, 2.0), "e/filter"), "e/filter r1 3 10 7 3 denied 2, no_match 1");
  EXPECT_EQ(line(top_text(shown(), json::object(), 2.0), "e/filter"), "e/filter r1 0 10 7 3 denied 2, no_match 1");
  auto higher = shown();  // counts were made anew
  higher["edges"]["1"]["packets"] = 400;
  EXPECT_EQ(line(top_text(shown(), higher, 2.0), "e/filter"), "e/filter r1 0 10 7 3 denied 2, no_match 1");
}

TEST(SummaryLine, CountsAtTheBorder) {
  EXPECT_EQ(summary_line(shown()), "edge running: in 11, out 7, dropped 3, lost 1, unmatched 4");
}

TEST(List, SaysWhoAnswers) {
  wire::ServiceInfo service;
  service.id = "edge";
  service.state = wire::ServiceState::degraded;
  service.host = "h";
  service.generation = 2;
  service.unfs = 9;
  EXPECT_THAT(list_text({service}, {"127.0.0.1:9891"}),
              HasSubstr("edge     degraded  h        9           2  127.0.0.1:9891"));
  EXPECT_EQ(list_json({service}, {"x"})[0]["state"], "degraded");
  EXPECT_EQ(list_json({}, {}), json::array());
}

}  // namespace
}  // namespace unf::vnfm
