#include "dataplane/io/capture_device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "dataplane/io/heap_pool.h"
#include "tests/support/frames.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

constexpr std::uint32_t kRoom = 2048;

class CaptureDevices : public testing::Test {
 protected:
  CaptureDevices() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
  }
  ~CaptureDevices() override { std::filesystem::remove_all(root_); }

  [[nodiscard]] std::string path() const { return root_ / "nic.pcap"; }
  void arrive(const std::vector<Bytes>& frames) const {
    auto writer = CaptureWriter::create(path()).value();
    for (const auto& frame : frames) writer.write(1, frame);
    ASSERT_TRUE(writer.close());
  }
  [[nodiscard]] std::vector<Bytes> sent() const {
    auto reader = CaptureReader::open(path() + ".out").value();
    std::vector<Bytes> frames;
    while (auto frame = reader.next().value()) frames.push_back(std::move(frame->bytes));
    return frames;
  }

  std::filesystem::path root_;
};

TEST_F(CaptureDevices, WhatArrivesCanBeSent) {
  const std::vector<Bytes> frames{udp_frame(), arp_frame(), tcp_frame()};
  arrive(frames);
  HeapPool pool{8, kRoom};
  {
    auto device = CaptureDevice::open(path(), pool).value();
    std::array<Packet*, 2> burst{};
    ASSERT_EQ(device->receive(burst), 2U);
    EXPECT_GT(burst[0]->arrival, 0U);
    EXPECT_EQ(device->send(burst), 2U);
    ASSERT_EQ(device->receive(burst), 1U);
    EXPECT_EQ(device->send(std::span{burst}.first(1)), 1U);
    EXPECT_EQ(device->receive(burst), 0U) << "a capture arrives once";
  }
  EXPECT_EQ(sent(), frames);
  EXPECT_EQ(pool.free(), pool.size());
}

TEST_F(CaptureDevices, AFrameWaitsForABuffer) {
  arrive({udp_frame(), arp_frame()});
  HeapPool pool{1, kRoom};
  auto device = CaptureDevice::open(path(), pool).value();
  std::array<Packet*, 4> burst{};
  ASSERT_EQ(device->receive(burst), 1U);
  std::array<Packet*, 4> none{};
  EXPECT_EQ(device->receive(none), 0U);
  EXPECT_EQ(device->send(std::span{burst}.first(1)), 1U);
  ASSERT_EQ(device->receive(burst), 1U);
  EXPECT_EQ((Bytes{burst[0]->frame().begin(), burst[0]->frame().end()}), arp_frame());
}

TEST_F(CaptureDevices, CountsFramesThatFitNoBuffer) {
  arrive({Bytes(kRoom + 1), Bytes{}, arp_frame()});
  HeapPool pool{4, kRoom};
  auto device = CaptureDevice::open(path(), pool).value();
  std::array<Packet*, 4> burst{};
  EXPECT_EQ(device->receive(burst), 1U);
  EXPECT_EQ(device->counts(), nlohmann::json({{"unusable", 2}, {"rx_errors", 0}}));
}

TEST_F(CaptureDevices, CountsACutFileOnce) {
  arrive({udp_frame(), udp_frame()});
  std::filesystem::resize_file(path(), std::filesystem::file_size(path()) - 3);
  HeapPool pool{4, kRoom};
  auto device = CaptureDevice::open(path(), pool).value();
  std::array<Packet*, 4> burst{};
  EXPECT_EQ(device->receive(burst), 1U);
  EXPECT_EQ(device->receive(burst), 0U);
  EXPECT_EQ(device->counts(), nlohmann::json({{"unusable", 0}, {"rx_errors", 1}}));
}

TEST_F(CaptureDevices, SaysWhichFileIsMissing) {
  HeapPool pool{1, kRoom};
  const auto device = CaptureDevice::open(path(), pool);
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().code, Errc::unavailable);
  EXPECT_EQ(device.error().message, path() + ": cannot be read");
}

}  // namespace
}  // namespace unf::dataplane
