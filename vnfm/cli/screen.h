#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace unf::vnfm {

/// The screen of a terminal on standard output: each text is drawn in place of the one before.
class Screen {
 public:
  /// Clears the screen.
  Screen();
  void draw(std::string text);
};

/// What `vnfm top` shows of services, with the packet rates since each was shown before.
class TopView {
 public:
  /// `shown` as vnfm.thrift has it.
  std::string text(const nlohmann::json& shown);

 private:
  struct Earlier {
    nlohmann::json shown = nlohmann::json::object();
    std::chrono::steady_clock::time_point at;
  };
  std::map<std::string, Earlier> earlier_;  ///< by the id of the service
};

}  // namespace unf::vnfm
