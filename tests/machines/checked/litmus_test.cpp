// The memory model by its classic litmus tests, each with its exact set of outcomes: coherence,
// messages, and what seq_cst adds. Names of the tests: Alglave, Maranget and Tautschnig, "Herding
// Cats", TOPLAS 2014.
#include <gmock/gmock.h>

#include "litmus_sets.hpp"

namespace spinlab::litmus {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using enum std::memory_order;

// ---- one location ----

TEST(Coherence, ReadsOfOneLocationNeverGoBack) {
  EXPECT_THAT(registers_of({{store(kX, 1, relaxed), store(kX, 2, relaxed)},
                            {load(kX, relaxed), load(kX, relaxed)}}),
              ElementsAre("0 0", "0 1", "0 2", "1 1", "1 2", "2 2"));
}

TEST(Coherence, AStoreStandsBehindWhatItsThreadHasRead) {
  EXPECT_THAT(registers_and_finals_of(
                  {{load(kX, relaxed), store(kX, 1, relaxed)}, {store(kX, 2, relaxed)}}),
              ElementsAre("0 -> 1", "0 -> 2", "2 -> 1"));
}

TEST(Coherence, AReadSeesItsThreadsOwnStoreOrANewerOne) {
  EXPECT_THAT(registers_and_finals_of(
                  {{store(kX, 1, relaxed), load(kX, relaxed)}, {store(kX, 2, relaxed)}}),
              ElementsAre("1 -> 1", "1 -> 2", "2 -> 2"));
}

TEST(Coherence, StoresOfOneThreadStandInProgramOrder) {
  EXPECT_THAT(registers_and_finals_of({{store(kX, 1, relaxed), store(kX, 2, relaxed)}}),
              ElementsAre(" -> 2"));
}

TEST(Coherence, TwoReadersAgreeOnTheOrderOfTwoStores) {
  const auto found = registers_of({{store(kX, 1, relaxed)},
                                   {store(kX, 2, relaxed)},
                                   {load(kX, relaxed), load(kX, relaxed)},
                                   {load(kX, relaxed), load(kX, relaxed)}});
  EXPECT_THAT(found, Not(Contains("1 2 | 2 1")));
  EXPECT_THAT(found, Not(Contains("2 1 | 1 2")));
  // 1 + 2 + 2 + 2 pairs per order of the stores; in both orders are 00, 01, 02, 11, 22.
  EXPECT_EQ(found.size(), 6U * 6U + 6U * 6U - 5U * 5U);
}

// ---- messages ----

const std::set<std::string> kWeakMessage = {"0 0", "0 1", "1 0", "1 1"};
const std::set<std::string> kMessage = {"0 0", "0 1", "1 1"};

Program message_passing(memory_order publish, memory_order look) {
  return {{store(kX, 1, relaxed), store(kY, 1, publish)}, {load(kY, look), load(kX, relaxed)}};
}

TEST(MessagePassing, ReleaseAndAcquirePassTheMessage) {
  EXPECT_EQ(registers_of(message_passing(release, acquire)), kMessage);
  EXPECT_EQ(registers_of(message_passing(release, consume)), kMessage);
  EXPECT_EQ(registers_of(message_passing(seq_cst, seq_cst)), kMessage);
}

TEST(MessagePassing, EitherSideRelaxedLosesIt) {
  EXPECT_EQ(registers_of(message_passing(relaxed, acquire)), kWeakMessage);
  EXPECT_EQ(registers_of(message_passing(release, relaxed)), kWeakMessage);
  EXPECT_EQ(registers_of(message_passing(relaxed, relaxed)), kWeakMessage);
  EXPECT_EQ(registers_of(message_passing(seq_cst, relaxed)), kWeakMessage);
}

TEST(MessagePassing, CausalityGoesThroughAThirdThread) {
  const auto through = [](memory_order look, memory_order pass) {
    return registers_of({{store(kX, 1, relaxed), store(kY, 1, release)},
                         {load(kY, look), store(kZ, 1, pass)},
                         {load(kZ, acquire), load(kX, relaxed)}});
  };
  EXPECT_THAT(through(acquire, release), ElementsAre("0 | 0 0", "0 | 0 1", "0 | 1 0", "0 | 1 1",
                                                     "1 | 0 0", "1 | 0 1", "1 | 1 1"));
  EXPECT_EQ(through(relaxed, release).size(), 8U);
  EXPECT_EQ(through(acquire, relaxed).size(), 8U);
}

TEST(MessagePassing, WhatAThreadHasReadIsInItsRelease) {
  const auto after_reading = [](memory_order pass) {
    return registers_of({{store(kX, 1, relaxed)},
                         {load(kX, relaxed), store(kY, 1, pass)},
                         {load(kY, acquire), load(kX, relaxed)}});
  };
  EXPECT_THAT(after_reading(release), ElementsAre("0 | 0 0", "0 | 0 1", "0 | 1 0", "0 | 1 1",
                                                  "1 | 0 0", "1 | 0 1", "1 | 1 1"));
  EXPECT_EQ(after_reading(relaxed).size(), 8U);
}

TEST(MessagePassing, AnAcquiredStoreIsNotOverwrittenFromThePast) {
  const auto overwrite = [](memory_order publish) {
    return registers_and_finals_of({{store(kX, 2, relaxed), store(kY, 1, publish)},
                                    {load(kY, acquire), store(kX, 1, relaxed)}});
  };
  EXPECT_THAT(overwrite(release), ElementsAre("0 -> 1 1", "0 -> 2 1", "1 -> 1 1"));
  EXPECT_THAT(overwrite(relaxed), ElementsAre("0 -> 1 1", "0 -> 2 1", "1 -> 1 1", "1 -> 2 1"));
}

// ---- what no acquire or release forbids ----

const std::set<std::string> kWeakBuffer = {"0 | 0", "0 | 1", "1 | 0", "1 | 1"};
const std::set<std::string> kBuffer = {"0 | 1", "1 | 0", "1 | 1"};

Program store_buffering(memory_order write, memory_order look) {
  return {{store(kX, 1, write), load(kY, look)}, {store(kY, 1, write), load(kX, look)}};
}

TEST(StoreBuffering, BothMayMissTheOthersStore) {
  EXPECT_EQ(registers_of(store_buffering(relaxed, relaxed)), kWeakBuffer);
  EXPECT_EQ(registers_of(store_buffering(release, acquire)), kWeakBuffer);
}

TEST(StoreBuffering, SeqCstOnBothSidesForbidsIt) {
  EXPECT_EQ(registers_of(store_buffering(seq_cst, seq_cst)), kBuffer);
}

TEST(StoreBuffering, SeqCstOnOneOperationOfEachDoesNot) {
  EXPECT_EQ(registers_of(store_buffering(seq_cst, acquire)), kWeakBuffer);
  EXPECT_EQ(registers_of(store_buffering(release, seq_cst)), kWeakBuffer);
}

TEST(StoreBuffering, SeqCstReadModifyWritesCountAsBoth) {
  const auto with_exchange = [](memory_order write, memory_order look) {
    return registers_of(
        {{exchange(kX, 1, write), load(kY, look)}, {exchange(kY, 1, write), load(kX, look)}});
  };
  EXPECT_THAT(with_exchange(acq_rel, acquire),
              ElementsAre("0 0 | 0 0", "0 0 | 0 1", "0 1 | 0 0", "0 1 | 0 1"));
  EXPECT_EQ(with_exchange(seq_cst, acquire).size(), 4U);
  EXPECT_THAT(with_exchange(seq_cst, seq_cst), ElementsAre("0 0 | 0 1", "0 1 | 0 0", "0 1 | 0 1"));
}

TEST(StoreBuffering, AReadModifyWriteOfACommonLocationOrdersTheThreads) {
  const auto meet = [](memory_order order) {
    return registers_of({{store(kX, 1, relaxed), fetch_add(kZ, 0, order), load(kY, relaxed)},
                         {store(kY, 1, relaxed), fetch_add(kZ, 0, order), load(kX, relaxed)}});
  };
  EXPECT_THAT(meet(acq_rel), ElementsAre("0 0 | 0 1", "0 1 | 0 0", "0 1 | 0 1"));
  EXPECT_EQ(meet(release).size(), 4U);
  EXPECT_EQ(meet(acquire).size(), 4U);
}

TEST(StoreBuffering, AFailedCompareExchangeHasItsFailureOrder) {
  const auto with_failure = [](memory_order failure) {
    return registers_of({{store(kX, 1, seq_cst), compare_exchange(kY, 7, 9, seq_cst, failure)},
                         {store(kY, 1, seq_cst), compare_exchange(kX, 7, 9, seq_cst, failure)}});
  };
  EXPECT_EQ(with_failure(seq_cst), kBuffer);
  EXPECT_EQ(with_failure(acquire), kWeakBuffer);
}

TEST(LoadBuffering, IsAbsentFromThisModel) {
  EXPECT_THAT(registers_of({{load(kX, relaxed), store(kY, 1, relaxed)},
                            {load(kY, relaxed), store(kX, 1, relaxed)}}),
              ElementsAre("0 | 0", "0 | 1", "1 | 0"));
}

TEST(TwoPlusTwoWrites, StoresMayStandAgainstTheOrderOfExecution) {
  const auto finals = [](memory_order order) {
    return registers_and_finals_of(
        {{store(kX, 1, order), store(kY, 2, order)}, {store(kY, 1, order), store(kX, 2, order)}});
  };
  EXPECT_THAT(finals(relaxed), ElementsAre(" -> 1 1", " -> 1 2", " -> 2 1", " -> 2 2"));
  EXPECT_THAT(finals(release), ElementsAre(" -> 1 1", " -> 1 2", " -> 2 1", " -> 2 2"));
  EXPECT_THAT(finals(seq_cst), ElementsAre(" -> 1 2", " -> 2 1", " -> 2 2"));
}

TEST(StoreAgainstRead, OnlySeqCstOrdersAStoreWithALaterRead) {
  const auto found = [](memory_order order) {
    return registers_and_finals_of(
        {{store(kX, 1, relaxed), store(kY, 1, order)}, {store(kY, 2, order), load(kX, relaxed)}});
  };
  EXPECT_THAT(found(release), ElementsAre("0 -> 1 1", "0 -> 1 2", "1 -> 1 1", "1 -> 1 2"));
  EXPECT_THAT(registers_and_finals_of({{store(kX, 1, seq_cst), store(kY, 1, seq_cst)},
                                       {store(kY, 2, seq_cst), load(kX, seq_cst)}}),
              ElementsAre("0 -> 1 1", "1 -> 1 1", "1 -> 1 2"));
}

// ---- four threads ----

Program independent_reads(memory_order write, memory_order look) {
  return {{store(kX, 1, write)},
          {store(kY, 1, write)},
          {load(kX, look), load(kY, look)},
          {load(kY, look), load(kX, look)}};
}

TEST(IndependentReads, TwoReadersMayDisagreeOnTwoWriters) {
  EXPECT_EQ(registers_of(independent_reads(release, acquire)).size(), 16U);
  EXPECT_THAT(registers_of(independent_reads(release, acquire)), Contains("1 0 | 1 0"));
  EXPECT_EQ(registers_of(independent_reads(release, seq_cst)).size(), 16U);
}

TEST(IndependentReads, SeqCstMakesThemAgree) {
  const auto found = registers_of(independent_reads(seq_cst, seq_cst));
  EXPECT_EQ(found.size(), 15U);
  EXPECT_THAT(found, Not(Contains("1 0 | 1 0")));
}

TEST(IndependentReads, FencesBetweenTheReadsMakeThemAgree) {
  const auto with = [](memory_order order) {
    return registers_of({{store(kX, 1, relaxed)},
                         {store(kY, 1, relaxed)},
                         {load(kX, relaxed), fence(order), load(kY, relaxed)},
                         {load(kY, relaxed), fence(order), load(kX, relaxed)}});
  };
  EXPECT_EQ(with(acq_rel).size(), 16U);
  EXPECT_EQ(with(seq_cst).size(), 15U);
  EXPECT_THAT(with(seq_cst), Not(Contains("1 0 | 1 0")));
}

TEST(SeqCst, ReachesThroughReleaseAndAcquireOfAnotherLocation) {
  const auto found = [](memory_order first) {
    return registers_of({{store(kX, 1, first), store(kY, 1, release)},
                         {load(kY, acquire), load(kZ, seq_cst)},
                         {store(kZ, 1, seq_cst), load(kX, seq_cst)}});
  };
  EXPECT_EQ(found(relaxed).size(), 8U);
  EXPECT_EQ(found(seq_cst).size(), 7U);
  EXPECT_THAT(found(seq_cst), Not(Contains("1 0 | 0")));
}

// RC11's correction of C++11: Lahav et al., PLDI 2017, figure 1 (Z6.U).
TEST(SeqCst, ReachesNoFurtherThanHardwareCanKeepIt) {
  const auto found = registers_of({{store(kX, 1, seq_cst), store(kY, 1, release)},
                                   {fetch_add(kY, 1, seq_cst), load(kY, relaxed)},
                                   {store(kY, 3, seq_cst), load(kX, seq_cst)}});
  EXPECT_THAT(found, Contains("1 3 | 0"));
  EXPECT_THAT(found, Not(Contains("0 3 | 0 0")));
}

}  // namespace
}  // namespace spinlab::litmus
