#pragma once

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/catalog/catalog.h"
#include "tests/support/frames.h"

namespace unf::testing_support {

/// A frame with the room around it that a buffer has, and the Packet that describes it.
class PacketBuffer {
 public:
  explicit PacketBuffer(const Bytes& frame, std::size_t room = 2048);
  PacketBuffer(const PacketBuffer&) = delete;
  PacketBuffer& operator=(const PacketBuffer&) = delete;

  dataplane::Packet packet;
  [[nodiscard]] Bytes frame() const;

 private:
  Bytes memory_;
};

/// What a uNF made on its way.
struct Emitted {
  Emitted(Gate g, dataplane::Packet* c, const Bytes& frame) : gate(g), cause(c), buffer(frame) {}
  Gate gate;
  dataplane::Packet* cause;
  PacketBuffer buffer;
};

class TestContext : public dataplane::Context {
 public:
  TestContext();
  TestContext(const TestContext&) = delete;
  TestContext& operator=(const TestContext&) = delete;

  std::array<std::uint64_t, Names::kCapacity> counts{};
  std::deque<Emitted> emitted;
  std::size_t may_emit = 64;
};

/// One uNF of the catalogue with its state, made from a configuration.
class UnfUnderTest {
 public:
  /// Throws where the uNF cannot be made.
  explicit UnfUnderTest(std::string_view type, nlohmann::json config = nlohmann::json::object(),
                        Artifacts artifacts = {});
  ~UnfUnderTest();
  UnfUnderTest(const UnfUnderTest&) = delete;
  UnfUnderTest& operator=(const UnfUnderTest&) = delete;

  /// The gate's name that one packet takes.
  std::string_view run(dataplane::Packet& packet);
  std::string_view run(const Bytes& frame);
  /// The gates of a burst.
  std::vector<std::string_view> run(const std::vector<Bytes>& frames);

  [[nodiscard]] std::uint64_t count(std::string_view counter) const;
  [[nodiscard]] nlohmann::json report() const;
  /// Takes over what another of its type has counted.
  void absorb(const UnfUnderTest& other);
  [[nodiscard]] TestContext& context() { return context_; }
  [[nodiscard]] const UnfDescriptor& descriptor() const { return type_->descriptor; }

 private:
  struct alignas(64) Line {
    std::array<std::byte, 64> bytes{};
  };

  const dataplane::UnfType* type_;
  nlohmann::json config_;
  Artifacts artifacts_;
  std::vector<Line> state_;
  std::span<std::byte> state_bytes_;
  std::unique_ptr<dataplane::Unf> unf_;
  TestContext context_;
};

/// A rule file among the artifacts, and the configuration that names it.
struct Rules {
  Artifacts artifacts;
  nlohmann::json config;
};
[[nodiscard]] Rules rules(std::string_view text, std::string_view name = "test.rules");

/// A configuration of any uNF of the catalogue that it can be made from.
[[nodiscard]] Rules some_config(std::string_view type);

}  // namespace unf::testing_support
