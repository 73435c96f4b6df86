#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "dataplane/catalog/catalog.h"
#include "tests/support/places.h"

namespace unf::dataplane {
namespace {

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream{source_path(file)}.rdbuf();
  return text.str();
}

TEST(CatalogFile, IsWhatIsLinkedIn) {
  EXPECT_EQ(text_of("samples/catalog.json"), to_json(builtin_unfs().descriptors()).dump(2) + "\n")
      << "samples/catalog.json is out of date; this writes it: ninja -C build/release generated";
}

TEST(UnfPage, HasTheTablesOfWhatIsLinkedIn) {
  const auto page = text_of("docs/unfs.md");
  const auto begin = page.find("<!-- tables: begin"), end = page.find("<!-- tables: end");
  ASSERT_NE(begin, page.npos);
  ASSERT_NE(end, page.npos);
  const auto first = page.find('\n', begin) + 1;
  EXPECT_EQ(page.substr(first, end - first), "\n" + to_markdown(builtin_unfs().descriptors()) + "\n")
      << "the tables of docs/unfs.md are out of date; this writes them: ninja -C build/release generated";
}

TEST(CatalogFile, ReadsBackAsItself) {
  const auto json = to_json(builtin_unfs().descriptors());
  const auto parsed = Catalog::parse(json.dump());
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(to_json(*parsed), json);
}

TEST(BuiltinUnfs, AreOrderedAndFound) {
  const auto& types = builtin_unfs().types();
  EXPECT_TRUE(std::is_sorted(types.begin(), types.end(),
                             [](const auto& a, const auto& b) { return a.descriptor.type < b.descriptor.type; }));
  for (const auto& type : types) EXPECT_EQ(builtin_unfs().find(type.descriptor.type), &type);
  EXPECT_EQ(builtin_unfs().find("NoSuchUnf"), nullptr);
  EXPECT_EQ(builtin_unfs().find(""), nullptr);
}

TEST(BuiltinUnfs, HaveSoundDescriptors) {
  for (const auto& type : builtin_unfs().types()) {
    const auto& d = type.descriptor;
    SCOPED_TRACE(d.type);
    ASSERT_GE(d.gates.size(), 2U);
    EXPECT_EQ(d.gates[kDropGate], "drop");
    EXPECT_GT(d.nominal_cycles, 0U);
    const auto schema = nlohmann::json::parse(d.config);
    EXPECT_EQ(schema.at("type"), "object");
    EXPECT_EQ(schema.at("additionalProperties"), false);
    EXPECT_EQ(type.state_bytes == nullptr, type.report == nullptr);
    EXPECT_EQ(type.look != nullptr, d.deferrable);
    EXPECT_TRUE(type.build_shared != nullptr || type.free_shared == nullptr);
  }
}

}  // namespace
}  // namespace unf::dataplane
