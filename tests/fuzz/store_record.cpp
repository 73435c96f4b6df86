#include "tests/fuzz/target.h"
#include "vnfm/lifecycle/alarms.h"
#include "vnfm/packages/packages.h"

namespace unf::vnfm {
namespace {

Transaction::Put put_of(const Package& package) { return {"vnfpkg/t/i", package.info.dump()}; }

template <typename Record>
void check(Result<Record> (*read)(const Entry&), const char* key, std::string_view value) {
  const auto record = read({.key = key, .value = std::string{value}});
  if (!record) {
    fuzz::expect(record.error().code == Errc::malformed && record.error().message.starts_with(key),
                 "a damaged record is malformed, and its key is named");
    return;
  }
  const auto put = put_of(*record);
  fuzz::expect(put.key == key, "a record is put where it was");
  const auto again = read({.key = put.key, .value = put.value});
  fuzz::expect(again && put_of(*again).value == put.value, "what is put is read");
}

}  // namespace
}  // namespace unf::vnfm

/// The first byte says what the rest is the record of.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unf::vnfm;
  if (size == 0) return 0;
  const auto value = unf::fuzz::text_of(data + 1, size - 1);
  switch (data[0]) {
    case 's':
      check(read_service, "service/t/i", value);
      break;
    case 'o':
      check(read_operation, "operation/t/i", value);
      break;
    case 'u':
      check(read_subscription, "subscription/t/i", value);
      break;
    case 'p':
      check(read_package, "vnfpkg/t/i", value);
      break;
    case 'a':
      check(read_alarm, "alarm/t/i", value);
      break;
    default:
      break;
  }
  return 0;
}
