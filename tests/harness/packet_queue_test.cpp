// A queue of packets keeps them all and their order, and says so of itself if it is torn.
#include "harness/packet_queue.h"

#include <gtest/gtest.h>

#include <memory>

namespace spinlab {
namespace {

class PacketQueue : public testing::Test {
 protected:
  PacketQueue() { spinlab_fill_queue(queue_.get(), 0); }

  bool is_intact() const { return spinlab_queue_is_intact(queue_.get()) != 0; }
  bool enqueue(std::uint64_t number) { return spinlab_enqueue(queue_.get(), number) != 0; }
  std::uint64_t dequeue() {
    std::uint64_t number = 0;
    EXPECT_TRUE(spinlab_dequeue(queue_.get(), &number));
    return number;
  }

  std::unique_ptr<spinlab_packet_queue> queue_ = std::make_unique<spinlab_packet_queue>();
};

TEST_F(PacketQueue, KeepsTheOrder) {
  for (std::uint64_t number = 1; number <= 3; ++number) EXPECT_TRUE(enqueue(number));
  EXPECT_EQ(spinlab_sum_of_waiting(queue_.get()), 6U);
  for (std::uint64_t number = 1; number <= 3; ++number) EXPECT_EQ(dequeue(), number);
  EXPECT_TRUE(is_intact());
}

TEST_F(PacketQueue, TakesNoMoreThanThereAreAndGivesNoneThatIsNotThere) {
  std::uint64_t number = 17;
  EXPECT_FALSE(spinlab_dequeue(queue_.get(), &number));
  EXPECT_EQ(number, 17U);
  for (std::uint64_t i = 0; i < SPINLAB_PACKETS; ++i) EXPECT_TRUE(enqueue(i));
  EXPECT_FALSE(enqueue(17));
  EXPECT_TRUE(is_intact());
}

TEST_F(PacketQueue, IsIntactHoweverManyWait) {
  for (std::uint64_t waiting : {0, 1, SPINLAB_PACKETS - 1, +SPINLAB_PACKETS}) {
    spinlab_fill_queue(queue_.get(), waiting);
    EXPECT_TRUE(is_intact()) << waiting;
    EXPECT_EQ(queue_->waiting.length, waiting);
  }
}

TEST_F(PacketQueue, IsTornIfALengthDoesNotFit) {
  spinlab_fill_queue(queue_.get(), 5);
  ++queue_->waiting.length;
  --queue_->free.length;
  EXPECT_FALSE(is_intact());
}

// Two threads that take the first packet at once both count, and both give it back.
TEST_F(PacketQueue, IsTornIfAPacketIsMissing) {
  ASSERT_NE(spinlab_take_packet(&queue_->free), nullptr);
  EXPECT_FALSE(is_intact());
}

TEST_F(PacketQueue, IsTornIfALinkLeadsBackElsewhere) {
  spinlab_fill_queue(queue_.get(), 5);
  queue_->packets[2].link.Blink = &queue_->waiting.head;
  EXPECT_FALSE(is_intact());
}

TEST_F(PacketQueue, IsTornIfTheListsRunIntoEachOther) {
  spinlab_fill_queue(queue_.get(), 5);
  queue_->packets[4].link.Flink = &queue_->packets[5].link;
  queue_->packets[5].link.Blink = &queue_->packets[4].link;
  EXPECT_FALSE(is_intact());
}

}  // namespace
}  // namespace spinlab
