/* Packets on their way out: WaitingPackets, then the transmit ring, then back to the protocol. */
#include "nic.h"

/* DISPATCH_LEVEL. The descriptor's packet is the device's from now on. */
static VOID NicPostDescriptor(PNIC_ADAPTER Adapter, PNIC_DESCRIPTOR Descriptor) {
  KLOCK_QUEUE_HANDLE Handle;
  NIC_RING_ENTRY* Entry;

  KeAcquireInStackQueuedSpinLockAtDpcLevel(&Adapter->TransmitLock, &Handle);
  /* As many descriptors as entries: who has one finds its entry free. */
  Adapter->InFlight[Adapter->Posted % NIC_RING_ENTRIES] = Descriptor;
  Entry = &Adapter->Rings->Transmit[Adapter->Posted % NIC_RING_ENTRIES];
  Entry->Frame = Descriptor->Packet->Frame;
  Entry->Length = Descriptor->Packet->Length;
  ++Adapter->Posted;
  NicWriteRegister(Adapter->Registers, NIC_TRANSMIT_TAIL, Adapter->Posted);
  KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle);
}

VOID NicPostWaiting(PNIC_ADAPTER Adapter) {
  while (!Adapter->IsPaused && !IsListEmpty(&Adapter->WaitingPackets)) {
    PSLIST_ENTRY const Free =
        NdisInterlockedPopEntrySList(&Adapter->FreeDescriptors, &Adapter->FreeLock);
    PNIC_DESCRIPTOR Descriptor;
    /* The DPC that frees one calls here again, after it has taken SendLock. */
    if (Free == NULL) return;
    Descriptor = CONTAINING_RECORD(Free, NIC_DESCRIPTOR, FreeLink);
    Descriptor->Packet =
        CONTAINING_RECORD(RemoveHeadList(&Adapter->WaitingPackets), NIC_PACKET, Link);
    NicPostDescriptor(Adapter, Descriptor);
  }
}

NTSTATUS NicSend(PNIC_ADAPTER Adapter, PNIC_PACKET Packet) {
  if (!NicAcceptsLength(Adapter, Packet->Length)) return STATUS_INVALID_PARAMETER;
  (void)NdisInterlockedIncrement(&Adapter->Outstanding);

  NdisAcquireSpinLock(&Adapter->SendLock);
  InsertTailList(&Adapter->WaitingPackets, &Packet->Link);
  NicPostWaiting(Adapter);
  NdisReleaseSpinLock(&Adapter->SendLock);
  return STATUS_SUCCESS;
}

/* TransmitLock is held. The ring's oldest entry is done: its packet goes to the list. */
static VOID NicRetireOldest(PNIC_ADAPTER Adapter, PLIST_ENTRY Packets) {
  PNIC_DESCRIPTOR const Descriptor = Adapter->InFlight[Adapter->Retired % NIC_RING_ENTRIES];
  ++Adapter->Retired;
  InsertTailList(Packets, &Descriptor->Packet->Link);
  (void)NdisInterlockedPushEntrySList(&Adapter->FreeDescriptors, &Descriptor->FreeLink,
                                      &Adapter->FreeLock);
}

VOID NicTransmitDpc(PNIC_ADAPTER Adapter) {
  KLOCK_QUEUE_HANDLE Handle;
  NIC_EVENTS Done;
  LIST_ENTRY Packets;

  InitializeListHead(&Packets);
  KeAcquireInStackQueuedSpinLockAtDpcLevel(&Adapter->TransmitLock, &Handle);
  /* Under the lock: a reset must not come between taking the events and retiring their entries. */
  NicTakeEvents(Adapter, &Adapter->SentEvents, &Done);
  for (; Done.Count > 0; --Done.Count) NicRetireOldest(Adapter, &Packets);
  KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle);

  /* Not under TransmitLock, which comes after SendLock. */
  NdisDprAcquireSpinLock(&Adapter->SendLock);
  NicPostWaiting(Adapter);
  NdisDprReleaseSpinLock(&Adapter->SendLock);

  NicCompletePackets(Adapter, &Packets, TRUE);
}

VOID NicTakeBack(PNIC_ADAPTER Adapter, PLIST_ENTRY Packets) {
  NicClearTransmitter(Adapter);
  while (Adapter->Retired != Adapter->Posted) NicRetireOldest(Adapter, Packets);
  Adapter->Posted = 0;
  Adapter->Retired = 0;
  while (!IsListEmpty(&Adapter->WaitingPackets))
    InsertTailList(Packets, RemoveHeadList(&Adapter->WaitingPackets));
}

VOID NicCompletePackets(PNIC_ADAPTER Adapter, PLIST_ENTRY Packets, BOOLEAN Sent) {
  PULONG const Count = Sent ? &Adapter->Statistics.Sent : &Adapter->Statistics.Aborted;
  while (!IsListEmpty(Packets)) {
    PNIC_PACKET const Packet = CONTAINING_RECORD(RemoveHeadList(Packets), NIC_PACKET, Link);
    (void)NdisInterlockedAddUlong(Count, 1, &Adapter->StatisticsLock);
    if (Sent) NdisInterlockedAddLargeStatistic(&Adapter->Statistics.BytesSent, Packet->Length);
    Adapter->SendComplete(Adapter->ProtocolContext, Packet, Sent);
    (void)NdisInterlockedDecrement(&Adapter->Outstanding);
  }
}
