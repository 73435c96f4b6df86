#include "vnfm/cli/screen.h"

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "vnfm/cli/render.h"

namespace unf::vnfm {
namespace {

// ECMA-48, as every terminal has it.
constexpr std::string_view kClearScreen = "\x1b[2J", kClearToEndOfLine = "\x1b[K", kClearToEndOfScreen = "\x1b[J",
                           kHome = "\x1b[H";

}  // namespace

Screen::Screen() { fmt::print("{}", kClearScreen); }

void Screen::draw(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += kClearToEndOfLine.size() + 1) {
    text.insert(at, kClearToEndOfLine);
  }
  fmt::print("{}{}{}", kHome, text, kClearToEndOfScreen);
  std::fflush(stdout);
}

std::string TopView::text(const nlohmann::json& shown) {
  const auto now = std::chrono::steady_clock::now();
  auto& earlier = earlier_[shown.value("id", "")];
  const std::chrono::duration<double> passed = now - earlier.at;
  auto text = top_text(shown, earlier.shown, passed.count());
  earlier = {shown, now};
  return text;
}

}  // namespace unf::vnfm
