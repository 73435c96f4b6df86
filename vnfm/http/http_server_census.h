#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace unf::vnfm::http_server {

/// Counts connections, in all and of each address.
class Census {
 public:
  Census(std::size_t in_all, std::size_t of_one) : max_in_all_(in_all), max_of_one_(of_one) {}
  /// False, if there are as many as there may be.
  [[nodiscard]] bool enter(const std::string& address);
  void leave(const std::string& address);

 private:
  const std::size_t max_in_all_, max_of_one_;
  std::mutex mutex_;
  std::size_t in_all_ = 0;
  std::unordered_map<std::string, std::size_t> of_address_;
};

/// A connection that was counted; it leaves the census with this value, whatever it ended by.
class Presence {
 public:
  Presence(Census& census, std::string address) : census_(&census), address_(std::move(address)) {}
  Presence(Presence&& other) noexcept;
  Presence& operator=(Presence&&) = delete;
  ~Presence();
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  Census* census_;
  std::string address_;
};

}  // namespace unf::vnfm::http_server
