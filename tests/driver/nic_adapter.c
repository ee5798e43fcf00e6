/* The adapter's life: initialize, pause, restart, reset, halt. */
#include <string.h>

#include "nic.h"

#define NIC_INTERRUPT_LEVEL 5

static VOID NicInitializeLocks(PNIC_ADAPTER Adapter) {
  NdisAllocateSpinLock(&Adapter->SendLock);
  KeInitializeSpinLock(&Adapter->TransmitLock);
  KeInitializeSpinLock(&Adapter->ReceiveLock);
  Adapter->FilterLock = 0;
  KeInitializeSpinLock(&Adapter->LinkLock);
  NdisAllocateSpinLock(&Adapter->FreeLock);
  NdisAllocateSpinLock(&Adapter->ReceivedLock);
  NdisAllocateSpinLock(&Adapter->StatisticsLock);
}

static VOID NicInitializeEvents(PNIC_EVENTS Events) {
  Events->Seen = 0;
  Events->Count = 0;
}

static VOID NicInitializeState(PNIC_ADAPTER Adapter) {
  Adapter->Outstanding = 0;
  InitializeListHead(&Adapter->WaitingPackets);
  Adapter->IsPaused = FALSE;
  Adapter->Posted = 0;
  Adapter->Retired = 0;
  Adapter->ReceivePosted = 0;
  NicInitializeEvents(&Adapter->SentEvents);
  NicInitializeEvents(&Adapter->ReceivedEvents);
  Adapter->Configuration.MaximumLength = NIC_FRAME_SIZE;
  Adapter->Configuration.HeaderLength = 1;
  Adapter->FilterMask = 0xFFFFFFFF;
  Adapter->Link.IsUp = FALSE;
  Adapter->Link.Changes = 0;
  NdisInitializeSListHead(&Adapter->FreeDescriptors);
  InitializeListHead(&Adapter->ReceivedFrames);
  memset(&Adapter->Statistics, 0, sizeof(Adapter->Statistics));
}

static VOID NicFillRings(PNIC_ADAPTER Adapter) {
  ULONG Number;
  for (Number = 0; Number < NIC_RING_ENTRIES; ++Number) {
    (void)NdisInterlockedPushEntrySList(&Adapter->FreeDescriptors,
                                        &Adapter->Descriptors[Number].FreeLink, &Adapter->FreeLock);
    NicPostReceiveBuffer(Adapter, &Adapter->ReceiveBuffers[Number]);
  }
}

NTSTATUS NicInitialize(PNIC_ADAPTER Adapter, PVOID Registers, PNIC_RINGS Rings,
                       NIC_SEND_COMPLETE* SendComplete, PVOID ProtocolContext) {
  NTSTATUS Status;
  Adapter->Registers = Registers;
  Adapter->Rings = Rings;
  Adapter->SendComplete = SendComplete;
  Adapter->ProtocolContext = ProtocolContext;
  NicInitializeLocks(Adapter);
  NicInitializeState(Adapter);
  KeInitializeDpc(&Adapter->Dpc, NicDpc, Adapter);
  /* One processor's: the DPC never meets itself, and so completes packets in order. */
  KeSetTargetProcessorDpc(&Adapter->Dpc, 0);

  Adapter->ConfigurationLock = NdisAllocateRWLock(Adapter);
  if (Adapter->ConfigurationLock == NULL) return STATUS_INSUFFICIENT_RESOURCES;
  Status = IoConnectInterrupt(&Adapter->Interrupt, NicInterrupt, Adapter, NULL, 0,
                              NIC_INTERRUPT_LEVEL, NIC_INTERRUPT_LEVEL, Latched, FALSE, 1, FALSE);
  if (Status != STATUS_SUCCESS) {
    NdisFreeRWLock(Adapter->ConfigurationLock);
    return Status;
  }
  NicFillRings(Adapter);
  NicWriteRegister(Adapter->Registers, NIC_TRANSMIT_CONTROL, 1);
  NicSetLink(Adapter, TRUE);
  return STATUS_SUCCESS;
}

VOID NicPause(PNIC_ADAPTER Adapter) {
  /* Both at once: who finds the link up finds a queue that runs. */
  NdisAcquireSpinLock(&Adapter->SendLock);
  KeAcquireSpinLockAtDpcLevel(&Adapter->LinkLock);
  Adapter->IsPaused = TRUE;
  Adapter->Link.IsUp = FALSE;
  KeReleaseSpinLockFromDpcLevel(&Adapter->LinkLock);
  NdisReleaseSpinLock(&Adapter->SendLock);
}

VOID NicRestart(PNIC_ADAPTER Adapter) {
  NdisAcquireSpinLock(&Adapter->SendLock);
  Adapter->IsPaused = FALSE;
  NicPostWaiting(Adapter);
  NdisReleaseSpinLock(&Adapter->SendLock);
  NicSetLink(Adapter, TRUE);
}

/* PASSIVE_LEVEL, no lock is held: it takes as long as the device takes for a frame. */
static VOID NicStopTransmitter(PNIC_ADAPTER Adapter) {
  NicWriteRegister(Adapter->Registers, NIC_TRANSMIT_CONTROL, 0);
  while (NicReadRegister(Adapter->Registers, NIC_TRANSMIT_STATUS) != 0) continue;
}

VOID NicReset(PNIC_ADAPTER Adapter) {
  KLOCK_QUEUE_HANDLE Handle;
  LIST_ENTRY Aborted;
  KIRQL OldIrql;

  InitializeListHead(&Aborted);
  NicStopTransmitter(Adapter);
  /* Raised once for both locks. */
  KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
  NdisDprAcquireSpinLock(&Adapter->SendLock);
  KeAcquireInStackQueuedSpinLockAtDpcLevel(&Adapter->TransmitLock, &Handle);
  NicTakeBack(Adapter, &Aborted);
  NicWriteRegister(Adapter->Registers, NIC_TRANSMIT_CONTROL, 1);
  KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle);
  NdisDprReleaseSpinLock(&Adapter->SendLock);
  KeLowerIrql(OldIrql);
  NicCompletePackets(Adapter, &Aborted, FALSE);
}

VOID NicHalt(PNIC_ADAPTER Adapter) {
  NicStopTransmitter(Adapter);
  (void)KeRemoveQueueDpc(&Adapter->Dpc);
  IoDisconnectInterrupt(Adapter->Interrupt);
  NdisFreeRWLock(Adapter->ConfigurationLock);
  NdisFreeSpinLock(&Adapter->SendLock);
  NdisFreeSpinLock(&Adapter->FreeLock);
  NdisFreeSpinLock(&Adapter->ReceivedLock);
  NdisFreeSpinLock(&Adapter->StatisticsLock);
}
