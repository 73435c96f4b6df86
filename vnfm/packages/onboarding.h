#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "vnfm/http/http_client.h"
#include "vnfm/nfvo/nfvo.h"
#include "vnfm/packages/package_files.h"
#include "vnfm/packages/package_records.h"

namespace unf::vnfm {

/// What the NFVO says of a package.
enum class NfvoState { enabled, disabled, gone };

/// Gives packages their content, in the background: it is fetched if need be, examined, and either the package is
/// ONBOARDED or it is CREATED again, with what was wrong as its onboardingFailureDetails. Calls may come from any
/// thread.
class Onboarding {
 public:
  struct Parts {
    PackageRecords& records;
    PackageFiles& files;
    HttpClientRules fetching;    ///< whom upload_from_uri may ask, and for how much
    std::shared_ptr<Nfvo> nfvo;  ///< who has packages that nobody uploaded; null: nobody
    std::shared_ptr<spdlog::logger> log;
  };
  explicit Onboarding(Parts parts) : parts_(std::move(parts)) {}
  ~Onboarding();
  Onboarding(const Onboarding&) = delete;
  Onboarding& operator=(const Onboarding&) = delete;

  /// Goes on with a package that was being onboarded when the manager ended. A content that does not come from the NFVO
  /// cannot be fetched again, as credentials are not kept. Errors: as Store.
  [[nodiscard]] Result<void> take_up(const std::string& tenant, const Package& package);
  /// Begins to work.
  void start();
  /// Returns after the packages that are being examined, and breaks off what is being fetched.
  void stop();

  /// Takes the file `csar` for the content. Errors: as Store; not_found; conflict, if the package has a content.
  [[nodiscard]] Result<void> upload(const std::string& tenant, const std::string& id,
                                    const std::filesystem::path& csar);
  /// Fetches the content with a GET. Errors: as upload; unsupported for a URI that is not allowed.
  [[nodiscard]] Result<void> upload_from_uri(const std::string& tenant, const std::string& id, OutgoingRequest from);
  /// Fetches the package of a VNFD from the NFVO, unless that has begun and not failed. Returns its id. Errors: as
  /// Store.
  [[nodiscard]] Result<std::string> fetch_from_nfvo(const std::string& tenant, const std::string& vnfd_id);

  /// Waits until the package is not being onboarded, or for `patience`.
  void wait_for(const std::string& id, std::chrono::milliseconds patience);
  /// Waits until nothing is being onboarded.
  void wait();

 private:
  struct FromNfvo {
    std::string vnfd_id;
  };
  struct Task {
    std::string tenant;
    std::string id;
    std::variant<std::monostate, OutgoingRequest, FromNfvo> from{};  ///< where the content is to be fetched first
  };
  void work();
  void carry_out(const Task& task);
  [[nodiscard]] Result<NfvoState> fetch(const Task& task);
  [[nodiscard]] Result<void> download(OutgoingRequest request, const std::filesystem::path& file);
  [[nodiscard]] Result<NfvoState> download_from_nfvo(const std::string& vnfd_id, const std::filesystem::path& file);
  [[nodiscard]] Result<void> onboard(const Task& task, NfvoState state);
  [[nodiscard]] Result<void> give_up(const Task& task, const Error& why);
  [[nodiscard]] Result<Package> find_empty(const std::string& tenant, const std::string& id) const;
  [[nodiscard]] Result<void> enter(const std::string& tenant, Package package, const char* state) const;
  void add(Task task);

  const Parts parts_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::multiset<std::string> busy_;  ///< packages of the tasks that workers have
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace unf::vnfm
