/* Frames on their way in: the receive ring, then ReceivedFrames, then the protocol. */
#include <string.h>

#include "nic.h"

VOID NicPostReceiveBuffer(PNIC_ADAPTER Adapter, PNIC_RECEIVE_BUFFER Buffer) {
  KLOCK_QUEUE_HANDLE Handle;
  ULONG Slot;

  /* ForDpc: the DPC gives back frames that are not ours, threads those that they have read. */
  KeAcquireInStackQueuedSpinLockForDpc(&Adapter->ReceiveLock, &Handle);
  Slot = Adapter->ReceivePosted % NIC_RING_ENTRIES;
  Adapter->ReceiveSlots[Slot] = Buffer;
  Adapter->Rings->Receive[Slot].Frame = Buffer->Frame;
  ++Adapter->ReceivePosted;
  NicWriteRegister(Adapter->Registers, NIC_RECEIVE_TAIL, Adapter->ReceivePosted);
  KeReleaseInStackQueuedSpinLockForDpc(&Handle);
}

/* DISPATCH_LEVEL. */
static BOOLEAN NicIsOurs(PNIC_ADAPTER Adapter, const UCHAR* Frame) {
  BOOLEAN IsOurs;
  ExAcquireSpinLockSharedAtDpcLevel(&Adapter->FilterLock);
  IsOurs = (Adapter->FilterMask >> (Frame[0] % 32) & 1) != 0;
  ExReleaseSpinLockSharedFromDpcLevel(&Adapter->FilterLock);
  return IsOurs;
}

VOID NicReceiveDpc(PNIC_ADAPTER Adapter) {
  NIC_EVENTS Done;
  ULONG Event;

  NicTakeEvents(Adapter, &Adapter->ReceivedEvents, &Done);
  for (Event = 0; Event < Done.Count; ++Event) {
    /* No lock: the slot is written again only after its buffer has been given back. */
    PNIC_RECEIVE_BUFFER const Buffer = Adapter->ReceiveSlots[Done.Slots[Event]];
    if (NicIsOurs(Adapter, Buffer->Frame)) {
      (void)NdisInterlockedInsertTailList(&Adapter->ReceivedFrames, &Buffer->Link,
                                          &Adapter->ReceivedLock);
      (void)NdisInterlockedAddUlong(&Adapter->Statistics.Received, 1, &Adapter->StatisticsLock);
    } else {
      NicPostReceiveBuffer(Adapter, Buffer);
      (void)NdisInterlockedAddUlong(&Adapter->Statistics.Filtered, 1, &Adapter->StatisticsLock);
    }
  }
}

BOOLEAN NicReceive(PNIC_ADAPTER Adapter, PUCHAR Frame) {
  PLIST_ENTRY const First =
      NdisInterlockedRemoveHeadList(&Adapter->ReceivedFrames, &Adapter->ReceivedLock);
  PNIC_RECEIVE_BUFFER Buffer;
  if (First == NULL) return FALSE;
  Buffer = CONTAINING_RECORD(First, NIC_RECEIVE_BUFFER, Link);
  memcpy(Frame, Buffer->Frame, NIC_FRAME_SIZE);
  NicPostReceiveBuffer(Adapter, Buffer);
  return TRUE;
}
