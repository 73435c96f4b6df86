#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

/// Whoever calls what can fail looks at what came of it; no declaration has to say so.
namespace tl {
template <class T, class E>
class [[nodiscard]] expected;
}  // namespace tl
#include <tl/expected.hpp>

namespace unf {

/// Why something failed, for the code that has to choose what to do about it.
enum class Errc {
  malformed,    ///< the input is not what its format says
  not_found,    ///< something named does not exist
  unsupported,  ///< understood, but this product does not do it
  conflict,     ///< the state does not allow it, or it exists already
  no_capacity,  ///< cores, memory or NICs do not suffice
  unavailable,  ///< a peer, device or resource cannot be reached now
  internal,     ///< our own fault
};

/// `message` is for a person. Bad input: one line a problem, `FILE:LINE: what is wrong and what was expected`.
struct Error {
  Errc code = Errc::internal;
  std::string message;
  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// An Error to return: `return fail(Errc::malformed, "{}:{}: {}", file, line, what);`
template <typename... Args>
[[nodiscard]] tl::unexpected<Error> fail(Errc code, fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected<Error>{Error{code, fmt::format(format, std::forward<Args>(args)...)}};
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>{std::move(error)}; }

}  // namespace unf
