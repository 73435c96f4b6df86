#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "dataplane/unfs/url_patterns.h"
#include "tests/support/places.h"

namespace unf {
namespace {

/// The sample's patterns, on URLs as ValidateUrl shows them: decoded.
class SqliRules : public testing::TestWithParam<const char*> {
 protected:
  static const dataplane::UrlPatterns& patterns() {
    static const auto compiled = [] {
      std::ostringstream text;
      text << std::ifstream{std::filesystem::path{source_path("samples/enterprise-edge/sqli.rules")}}.rdbuf();
      const Artifact file{"sqli.rules", text.str()};
      const Artifact* files[] = {&file};
      auto patterns_or = dataplane::UrlPatterns::compile(files);
      if (!patterns_or) throw std::runtime_error{patterns_or.error().message};
      return std::move(*patterns_or);
    }();
    return compiled;
  }
};

class SqliRulesAttack : public SqliRules {};
TEST_P(SqliRulesAttack, IsBad) {
  EXPECT_NE(patterns().first_match(GetParam()), dataplane::UrlPatterns::kMaxSets) << GetParam();
}
INSTANTIATE_TEST_SUITE_P(
    Samples, SqliRulesAttack,
    testing::Values("/items?id=1' or '1'='1", "/items?id=1' OR 1=1--", "/items?id=1 or 1=1", "/items?id=1) or (1=1",
                    "/login?user=admin'--", "/login?user=admin' #", "/login?user=admin'/*", "/login?user=\" or \"\"=\"",
                    "/q=1 and 1=2", "/q=1/**/or/**/1=1", "/q=1' and '1' like '1", "/q=' having 1=1--",
                    "/q=1; drop table users", "/q=1';DROP TABLE users;--", "/q=1;/**/drop/**/table/**/x",
                    "/q=-1 union select 1,2,3", "/q=-1 UNION ALL SELECT username,password FROM users",
                    "/q=-1/**/union/**/select/**/password/**/from/**/users", "/q=-1 union select null,null",
                    "/q=-1 union(select(1),2)", "/q=(select password from users limit 1)", "/q=1 and sleep(5)",
                    "/q=1; waitfor delay '0:0:5'", "/q=1 and benchmark(1000000,md5(1))",
                    "/q=extractvalue(1,concat(0x7e,version()))", "/q=1 and ascii(substr(user(),1,1))>64",
                    "/q=load_file('/etc/passwd')", "/q=1 into outfile '/tmp/x'", "/q=char(39,111,114)",
                    "/q=/*!50000union*/ select 1", "/q=1 order by 10--", "/q=1; exec xp_cmdshell('dir')"));

class SqliRulesOrdinary : public SqliRules {};
TEST_P(SqliRulesOrdinary, IsGood) {
  EXPECT_EQ(patterns().first_match(GetParam()), dataplane::UrlPatterns::kMaxSets) << GetParam();
}
INSTANTIATE_TEST_SUITE_P(Samples, SqliRulesOrdinary,
                         testing::Values("/", "/index.html", "/search?q=select a plan", "/search?q=union square hotels",
                                         "/search?q=labour union select committee", "/search?q=O'Reilly and sons",
                                         "/search?q='rock' and roll&lang=en", "/search?q=drop table tennis",
                                         "/q=rock 'n' roll", "/q=1 or 2", "/path;jsessionid=ABC123",
                                         "/items?order=by&group=all", "/q=select the best from our list",
                                         "/q=sleep (2011)", "/q=#1 hits", "/q=it's -- really", "/q=update your profile",
                                         "/q=delete account", "/api/users?fields=id,name&sort=-date", "/q=C++ or C#",
                                         "/q='quoted text' or \"other text\"", "/q=what's 1+1=2",
                                         "/q=tom & jerry = fun", "/wiki/Union_(set_theory)", "/wiki/SQL_injection",
                                         "/q=order by 10"));

}  // namespace
}  // namespace unf
