#pragma once

#include <string_view>

namespace unf::dataplane {

/// Finds the request lines in the bytes of one TCP segment: METHOD SP target SP HTTP/x.y, then the line's or the
/// segment's end (RFC 9112 3). As lenient as servers are: more blanks, blanks in the target, empty lines before it.
/// Also found are: a request glued to the body of the one before, the rest of a request line that a segment begins
/// with, one that it ends in, and `GET /target` alone (HTTP/0.9). Time is linear in the segment.
class RequestScanner {
 public:
  explicit RequestScanner(std::string_view segment) noexcept : segment_(segment) {}

  /// Moves to the next request line. false: there is no more.
  [[nodiscard]] bool next() noexcept;
  /// As sent, without the blanks around it; never empty.
  [[nodiscard]] std::string_view target() const noexcept { return target_; }

 private:
  enum class Stage : unsigned char { first, inside, done };

  bool first() noexcept;
  bool inside() noexcept;
  bool cut_off() noexcept;
  bool found(std::string_view target, std::size_t end) noexcept;

  std::string_view segment_;
  std::string_view target_;
  std::size_t at_ = 0;  // before it everything was looked at
  Stage stage_ = Stage::first;
};

/// Whether a request line begins or lies in the segment.
[[nodiscard]] inline bool has_request(std::string_view segment) noexcept {
  return !segment.empty() && RequestScanner{segment}.next();
}

}  // namespace unf::dataplane
