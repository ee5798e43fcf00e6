/* What the protocol and the system set and ask. */
#include "nic.h"

BOOLEAN NicAcceptsLength(PNIC_ADAPTER Adapter, ULONG Length) {
  LOCK_STATE_EX State;
  BOOLEAN Accepts;
  NdisAcquireRWLockRead(Adapter->ConfigurationLock, &State, 0);
  Accepts = Adapter->Configuration.HeaderLength <= Length &&
            Length <= Adapter->Configuration.MaximumLength;
  NdisReleaseRWLock(Adapter->ConfigurationLock, &State);
  return Accepts;
}

VOID NicSetConfiguration(PNIC_ADAPTER Adapter, const NIC_CONFIGURATION* Configuration) {
  LOCK_STATE_EX State;
  NdisAcquireRWLockWrite(Adapter->ConfigurationLock, &State, 0);
  Adapter->Configuration = *Configuration;
  NdisReleaseRWLock(Adapter->ConfigurationLock, &State);
}

VOID NicSetFilter(PNIC_ADAPTER Adapter, ULONG Mask) {
  KIRQL const OldIrql = ExAcquireSpinLockExclusive(&Adapter->FilterLock);
  Adapter->FilterMask = Mask;
  ExReleaseSpinLockExclusive(&Adapter->FilterLock, OldIrql);
}

VOID NicSetLink(PNIC_ADAPTER Adapter, BOOLEAN IsUp) {
  KIRQL OldIrql;
  KeAcquireSpinLock(&Adapter->LinkLock, &OldIrql);
  if (Adapter->Link.IsUp != IsUp) ++Adapter->Link.Changes;
  Adapter->Link.IsUp = IsUp;
  KeReleaseSpinLock(&Adapter->LinkLock, OldIrql);
}

NIC_LINK NicQueryLink(PNIC_ADAPTER Adapter) {
  NIC_LINK Link;
  KIRQL OldIrql;
  KeAcquireSpinLock(&Adapter->LinkLock, &OldIrql);
  Link = Adapter->Link;
  KeReleaseSpinLock(&Adapter->LinkLock, OldIrql);
  return Link;
}

/* Adding nothing reads the counter at one moment. */
static ULONG NicReadCounter(PNIC_ADAPTER Adapter, PULONG Counter) {
  return NdisInterlockedAddUlong(Counter, 0, &Adapter->StatisticsLock);
}

NIC_STATISTICS NicQueryStatistics(PNIC_ADAPTER Adapter) {
  NIC_STATISTICS Copy;
  Copy.Sent = NicReadCounter(Adapter, &Adapter->Statistics.Sent);
  Copy.Aborted = NicReadCounter(Adapter, &Adapter->Statistics.Aborted);
  Copy.Received = NicReadCounter(Adapter, &Adapter->Statistics.Received);
  Copy.Filtered = NicReadCounter(Adapter, &Adapter->Statistics.Filtered);
  Copy.Interrupts = NicReadCounter(Adapter, &Adapter->Statistics.Interrupts);
  Copy.BytesSent.QuadPart =
      InterlockedCompareExchange64(&Adapter->Statistics.BytesSent.QuadPart, 0, 0);
  return Copy;
}

VOID NicQueryRings(PNIC_ADAPTER Adapter, PULONG Transmit, PULONG Receive) {
  KLOCK_QUEUE_HANDLE TransmitHandle;
  KLOCK_QUEUE_HANDLE ReceiveHandle;
  KeAcquireInStackQueuedSpinLock(&Adapter->TransmitLock, &TransmitHandle);
  KeAcquireInStackQueuedSpinLockAtDpcLevel(&Adapter->ReceiveLock, &ReceiveHandle);
  *Transmit = Adapter->Posted - NicReadRegister(Adapter->Registers, NIC_TRANSMIT_HEAD);
  *Receive = Adapter->ReceivePosted - NicReadRegister(Adapter->Registers, NIC_RECEIVE_HEAD);
  KeReleaseInStackQueuedSpinLockFromDpcLevel(&ReceiveHandle);
  KeReleaseInStackQueuedSpinLock(&TransmitHandle);
}
