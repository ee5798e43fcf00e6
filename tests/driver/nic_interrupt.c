/* What runs at the device's level: the service routine, and what is synchronised with it. */
#include "nic.h"

/* At the interrupt's level, holding its lock, as all functions here that say Record or Routine. */
static VOID NicRecordDone(PNIC_EVENTS Events, ULONG Head) {
  while (Events->Seen != Head) {
    Events->Slots[Events->Count] = Events->Seen % NIC_RING_ENTRIES;
    ++Events->Count;
    ++Events->Seen;
  }
}

BOOLEAN NicInterrupt(PKINTERRUPT Interrupt, PVOID ServiceContext) {
  PNIC_ADAPTER const Adapter = (PNIC_ADAPTER)ServiceContext;
  (void)Interrupt;
  /* Reading the cause first: a head that moves from now on comes with an interrupt of its own. */
  if (NicReadRegister(Adapter->Registers, NIC_INTERRUPT_CAUSE) == 0) return FALSE;
  NicRecordDone(&Adapter->SentEvents, NicReadRegister(Adapter->Registers, NIC_TRANSMIT_HEAD));
  NicRecordDone(&Adapter->ReceivedEvents, NicReadRegister(Adapter->Registers, NIC_RECEIVE_HEAD));
  (void)NdisInterlockedAddUlong(&Adapter->Statistics.Interrupts, 1, &Adapter->StatisticsLock);
  (void)KeInsertQueueDpc(&Adapter->Dpc, NULL, NULL);
  return TRUE;
}

VOID NicDpc(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1, PVOID SystemArgument2) {
  PNIC_ADAPTER const Adapter = (PNIC_ADAPTER)DeferredContext;
  (void)Dpc;
  (void)SystemArgument1;
  (void)SystemArgument2;
  NicTransmitDpc(Adapter);
  NicReceiveDpc(Adapter);
}

typedef struct _NIC_TAKE {
  PNIC_EVENTS From;
  PNIC_EVENTS To;
} NIC_TAKE, *PNIC_TAKE;

static BOOLEAN NicTakeEventsRoutine(NDIS_HANDLE SynchronizeContext) {
  const NIC_TAKE* const Take = (PNIC_TAKE)SynchronizeContext;
  *Take->To = *Take->From;
  Take->From->Count = 0;
  return TRUE;
}

VOID NicTakeEvents(PNIC_ADAPTER Adapter, PNIC_EVENTS Events, PNIC_EVENTS Taken) {
  NIC_TAKE Take;
  Take.From = Events;
  Take.To = Taken;
  (void)NdisMSynchronizeWithInterruptEx(Adapter->Interrupt, 0, NicTakeEventsRoutine, &Take);
}

static BOOLEAN NicClearTransmitterRoutine(NDIS_HANDLE SynchronizeContext) {
  PNIC_ADAPTER const Adapter = (PNIC_ADAPTER)SynchronizeContext;
  NicWriteRegister(Adapter->Registers, NIC_TRANSMIT_HEAD, 0);
  NicWriteRegister(Adapter->Registers, NIC_TRANSMIT_TAIL, 0);
  Adapter->SentEvents.Seen = 0;
  Adapter->SentEvents.Count = 0;
  return TRUE;
}

VOID NicClearTransmitter(PNIC_ADAPTER Adapter) {
  (void)NdisMSynchronizeWithInterruptEx(Adapter->Interrupt, 0, NicClearTransmitterRoutine, Adapter);
}
