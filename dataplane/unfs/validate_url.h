#pragma once

#include <vector>

#include "dataplane/unf/unf_type.h"
#include "dataplane/unfs/url_decode.h"
#include "dataplane/unfs/url_patterns.h"

namespace unf::dataplane {

/// Compares the URL of every request line in a segment with patterns of attacks, as sent and as a server may decode it.
/// There may be several sets of patterns: all are looked for at once.
class ValidateUrl {
 public:
  enum : Gate { drop, ok, bad };  // and on to bad8
  static constexpr UnfDescriptor kDescriptor{
      .type = "ValidateUrl",
      .gates = {"drop", "ok", "bad", "bad2", "bad3", "bad4", "bad5", "bad6", "bad7", "bad8"},
      .reads = fields(Field::eth_type, Field::ip_version, Field::ip_ihl, Field::ip_len, Field::ip_frag, Field::ip_proto,
                      Field::ip_options, Field::tcp_options, Field::payload_len, Field::payload_bytes),
      .drops = false,
      .state = StateClass::config,
      .nominal_cycles = 70,
      .config = R"({"type":"object","properties":{"rules":{"type":["string","array"],"format":"unf-artifact",)"
                R"("items":{"type":"string"},"minItems":2,"maxItems":8,)"
                R"("unf-gates":["bad","bad2","bad3","bad4","bad5","bad6","bad7","bad8"],)"
                R"("description":"pattern file, a Hyperscan expression /PATTERN/FLAGS a line; a match is bad"}},)"
                R"("required":["rules"],"additionalProperties":false})"};

  static constexpr int kMaxDecodings = 3;  ///< levels of encoding that are undone

  /// Errors: malformed for the pattern file.
  static Result<void*> build_shared(const nlohmann::json& config, const Artifacts& artifacts, Memory& memory);
  /// Errors: malformed for the pattern file.
  static Result<ValidateUrl> make(const UnfSetup& setup);

  /// Gates: `bad` where a pattern of the first set matches any URL of the segment, else `bad2` where one of the second
  /// does, and so on; else `ok`, also for what is not HTTP.
  [[nodiscard]] Gate operator()(Packet& packet, Context& context) noexcept;

 private:
  static constexpr std::size_t kMaxUrl = 65'536;  // an IP packet's bound
  explicit ValidateUrl(UrlPatterns patterns)
      : patterns_(std::move(patterns)),
        encoded_(encoding_bytes()),
        suspicious_(encoding_bytes() | patterns_.required()),
        decoded_(kMaxUrl) {}
  /// As of UrlPatterns.
  [[nodiscard]] unsigned first_match(std::string_view url, unsigned limit) noexcept;

  UrlPatterns patterns_;
  ByteFilter encoded_;     // without one of these bytes decoding changes nothing
  ByteFilter suspicious_;  // without one of these the URL is as it is, and no match
  std::vector<char> decoded_;
};

}  // namespace unf::dataplane
