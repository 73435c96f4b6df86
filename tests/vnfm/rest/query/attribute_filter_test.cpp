#include "vnfm/rest/query/attribute_filter.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"
#include "tests/vnfm/rest/query/resource_schema.h"

namespace unf::vnfm {
namespace {
using nlohmann::json;
using testing::HasSubstr;
using testing_support::by_name;

struct Case {
  const char* name;
  std::string expression;
  bool matches;
};
class Filters : public testing::TestWithParam<Case> {};
TEST_P(Filters, MatchOrNot) {
  const auto filter = AttributeFilter::parse(GetParam().expression, resource_schema());
  ASSERT_TRUE(filter) << filter.error().message;
  EXPECT_EQ(filter->matches(resource()), GetParam().matches);
}
INSTANTIATE_TEST_SUITE_P(
    Sol013, Filters,
    testing::Values(
        Case{"Eq", "(eq,id,x1)", true}, Case{"EqOther", "(eq,id,x2)", false}, Case{"Neq", "(neq,id,x1)", false},
        Case{"NeqOther", "(neq,id,x2)", true}, Case{"In", "(in,id,x0,x1)", true},
        Case{"InOthers", "(in,id,x0,x2)", false}, Case{"Nin", "(nin,id,x0,x1)", false},
        Case{"NinOthers", "(nin,id,x0,x2)", true}, Case{"Cont", "(cont,info/state,TART)", true},
        Case{"ContOneOf", "(cont,info/state,xx,START)", true}, Case{"Ncont", "(ncont,info/state,TART)", false},
        Case{"NumbersAreNotTexts", "(gt,size,9)", true}, Case{"Gt", "(gt,size,10)", false},
        Case{"Gte", "(gte,size,10)", true}, Case{"Lt", "(lt,size,10.5)", true}, Case{"Lte", "(lte,size,9)", false},
        Case{"EqNumber", "(eq,size,10.0)", true}, Case{"Boolean", "(eq,on,true)", true},
        Case{"BooleanNot", "(eq,on,false)", false}, Case{"Text", "(gt,id,x0)", true},
        Case{"Instant", "(gt,since,2026-11-24T11:59:59Z)", true},
        Case{"InstantElsewhere", "(eq,since,2026-11-24T14:00:00+02:00)", true},
        Case{"InstantLater", "(gte,since,2026-11-24T12:00:00.5Z)", false},
        Case{"InAList", "(eq,info/cps/name,right)", true},
        Case{"InAListOfLists", "(eq,info/cps/addresses,10.0.0.2)", true},
        Case{"NowhereInAList", "(neq,info/cps/name,middle)", true},
        Case{"SomewhereInAList", "(neq,info/cps/name,left)", false}, Case{"Map", "(eq,metadata/owner,me)", true},
        Case{"MapWithout", "(eq,metadata/colour,red)", false}, Case{"NeqOfAbsent", "(neq,metadata/colour,red)", true},
        Case{"Key", "(eq,metadata/@key,zone)", true}, Case{"OtherKey", "(eq,metadata/@key,colour)", false},
        Case{"Quoted", "(eq,metadata/zone,'it''s, a (b)')", true}, Case{"EscapedName", "(eq,a~1b,slash)", true},
        Case{"Both", "(eq,id,x1);(gt,size,5)", true}, Case{"OneOfTwo", "(eq,id,x1);(gt,size,50)", false},
        Case{"EmptyValue", "(eq,id,)", false}, Case{"EmptyQuotes", "(neq,id,'')", true}),
    by_name);

struct BadFilter {
  const char* name;
  std::string expression;
  const char* why;
};
class BadFilters : public testing::TestWithParam<BadFilter> {};
TEST_P(BadFilters, AreRefused) {
  const auto filter = AttributeFilter::parse(GetParam().expression, resource_schema());
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().code, Errc::malformed);
  EXPECT_THAT(filter.error().message, HasSubstr(GetParam().why));
}
INSTANTIATE_TEST_SUITE_P(Sol013, BadFilters,
                         testing::Values(BadFilter{"Empty", "", "at byte 0: expected ("},
                                         BadFilter{"NoParenthesis", "eq,id,x", "at byte 0"},
                                         BadFilter{"Open", "(eq,id,x", "at byte 8: expected a comma or )"},
                                         BadFilter{"Nested", "((eq,id,x))", "expected eq"},
                                         BadFilter{"NestedDeep", std::string(4000, '('), "expected eq"},
                                         BadFilter{"Trailing", "(eq,id,x)x", "expected ; or the end"},
                                         BadFilter{"TrailingSemicolon", "(eq,id,x);", "at byte 10"},
                                         BadFilter{"NoOperator", "(,id,x)", "expected eq, neq"},
                                         BadFilter{"Operator", "(like,id,x)", "like: expected eq"},
                                         BadFilter{"Attribute", "(eq,colour,x)", "colour: the resource has no such"},
                                         BadFilter{"AttributeInside", "(eq,info/colour,x)", "info/colour"},
                                         BadFilter{"BelowAText", "(eq,id/x,y)", "id/x"},
                                         BadFilter{"KeyOfNoMap", "(eq,info/@key,y)", "info/@key"},
                                         BadFilter{"NoValue", "(eq,id)", "has 0 values, expected one"},
                                         BadFilter{"TwoValues", "(eq,id,a,b)", "has 2 values"},
                                         BadFilter{"NoValues", "(in,id)", "expected one or more"},
                                         BadFilter{"NoNumber", "(gt,size,many)", "size: is many"},
                                         BadFilter{"NoBoolean", "(eq,on,yes)", "on: is yes"},
                                         BadFilter{"OrderOfBooleans", "(gt,on,true)", "not for on"},
                                         BadFilter{"ContOfNumber", "(cont,size,1)", "not for size"},
                                         BadFilter{"NoInstant", "(gt,since,today)", "date-time"},
                                         BadFilter{"Object", "(eq,info,x)", "info: has parts"},
                                         BadFilter{"OpenQuote", "(eq,id,'x)", "closing '"},
                                         BadFilter{"AfterAQuote", "(eq,id,'x'y)", "expected a comma or )"},
                                         BadFilter{"TooLong", "(eq,id," + std::string(5000, 'x') + ")", "at most 4096"},
                                         BadFilter{"TooManyTerms",
                                                   [] {
                                                     std::string all = "(eq,id,x)";
                                                     for (int i = 0; i < 64; ++i) all += ";(eq,id,x)";
                                                     return all;
                                                   }(),
                                                   "more than 64"},
                                         BadFilter{"TooDeep",
                                                   [] {
                                                     std::string path = "metadata";
                                                     for (int i = 0; i < 20; ++i) path += "/a";
                                                     return "(eq," + path + ",x)";
                                                   }(),
                                                   "no such"}),
                         by_name);

/// Words of a filter and any bytes between them.
rc::Gen<std::string> filter_like() {
  const auto word = rc::gen::weightedOneOf<std::string>(
      {{6, rc::gen::element<std::string>("(", ")", ",", ";", "'", "eq", "in", "gt", "id", "info/cps", "/name", "@key",
                                         "metadata/", "x1", "size", "10")},
       {1, rc::gen::arbitrary<std::string>()}});
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(word), [](const std::vector<std::string>& words) {
    std::string text;
    for (const auto& part : words) text += part;
    return text;
  });
}

RC_GTEST_PROP(FilterProperty, AnyBytesAreSafe, ()) {
  const auto filter = AttributeFilter::parse(*filter_like(), resource_schema());
  if (filter) std::ignore = filter->matches(resource());
}

RC_GTEST_PROP(FilterProperty, AQuotedValueIsTheValue, (const std::string& value)) {
  RC_PRE(value.size() < 1000);
  std::string quoted;
  for (const char c : value) quoted += c == '\'' ? "''" : std::string(1, c);
  const auto filter = AttributeFilter::parse("(eq,id,'" + quoted + "')", resource_schema());
  RC_ASSERT(filter.has_value());
  RC_ASSERT(filter->matches({{"id", value}}));
  RC_ASSERT(!filter->matches({{"id", value + "x"}}));
}

RC_GTEST_PROP(FilterProperty, OppositesDisagree, (int size, int bound)) {
  const json one{{"size", size}};
  const auto holds = [&](const char* op) {
    return AttributeFilter::parse(fmt::format("({},size,{})", op, bound), resource_schema())->matches(one);
  };
  RC_ASSERT(holds("eq") == (size == bound));
  RC_ASSERT(holds("neq") == (size != bound));
  RC_ASSERT(holds("gt") == (size > bound));
  RC_ASSERT(holds("gte") == (size >= bound));
  RC_ASSERT(holds("lt") == (size < bound));
  RC_ASSERT(holds("lte") == (size <= bound));
}

}  // namespace
}  // namespace unf::vnfm
