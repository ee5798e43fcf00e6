/* A network adapter's driver: its state, what protects which part of it, and its functions.
 *
 * Locks are taken in the order of their members below, so SendLock before TransmitLock; those of
 * the group "innermost" while holding any of the others, and nothing under them. */
#ifndef NIC_H_
#define NIC_H_

#include <ndis.h>

#include "nic_hardware.h"

/* The protocol's, from NicSend until it is completed. */
typedef struct _NIC_PACKET {
  LIST_ENTRY Link;
  PUCHAR Frame;
  ULONG Length;
} NIC_PACKET, *PNIC_PACKET;

/* Tells the protocol that the packet is its own again. IRQL <= DISPATCH_LEVEL, no lock is held.
 * Sent is FALSE if a reset may have come before the packet was on the wire. */
typedef VOID NIC_SEND_COMPLETE(PVOID Context, PNIC_PACKET Packet, BOOLEAN Sent);

/* Stands for a packet while the device has it. */
typedef struct _NIC_DESCRIPTOR {
  SLIST_ENTRY FreeLink;
  PNIC_PACKET Packet;
} NIC_DESCRIPTOR, *PNIC_DESCRIPTOR;

typedef struct _NIC_RECEIVE_BUFFER {
  LIST_ENTRY Link;
  UCHAR Frame[NIC_FRAME_SIZE];
} NIC_RECEIVE_BUFFER, *PNIC_RECEIVE_BUFFER;

/* Entries of a device ring that the service routine found done and the DPC has not seen yet: at
 * most the whole ring. */
typedef struct _NIC_EVENTS {
  ULONG Seen; /* The device's head at the last interrupt. */
  ULONG Count;
  ULONG Slots[NIC_RING_ENTRIES];
} NIC_EVENTS, *PNIC_EVENTS;

typedef struct _NIC_CONFIGURATION {
  ULONG MaximumLength;
  ULONG HeaderLength; /* Shorter packets are refused. */
} NIC_CONFIGURATION, *PNIC_CONFIGURATION;

typedef struct _NIC_LINK {
  BOOLEAN IsUp;
  ULONG Changes;
} NIC_LINK, *PNIC_LINK;

typedef struct _NIC_STATISTICS {
  ULONG Sent;
  ULONG Aborted; /* By a reset. */
  ULONG Received;
  ULONG Filtered; /* Received, and not for us. */
  ULONG Interrupts;
  LARGE_INTEGER BytesSent;
} NIC_STATISTICS, *PNIC_STATISTICS;

typedef struct _NIC_ADAPTER {
  PVOID Registers;
  PNIC_RINGS Rings;
  NIC_SEND_COMPLETE* SendComplete;
  PVOID ProtocolContext;
  LONG volatile Outstanding; /* Packets that are not completed. */

  /* Packets that the device has no room for yet. */
  NDIS_SPIN_LOCK SendLock;
  LIST_ENTRY WaitingPackets;
  BOOLEAN IsPaused;

  /* The transmit ring: taken for each packet twice, so a queued lock. */
  KSPIN_LOCK TransmitLock;
  PNIC_DESCRIPTOR InFlight[NIC_RING_ENTRIES];
  ULONG Posted;
  ULONG Retired;

  /* The receive ring. */
  KSPIN_LOCK ReceiveLock;
  PNIC_RECEIVE_BUFFER ReceiveSlots[NIC_RING_ENTRIES];
  ULONG ReceivePosted;

  /* Shared with the service routine: under the interrupt's own lock, at its level. */
  PKINTERRUPT Interrupt;
  NIC_EVENTS SentEvents;
  NIC_EVENTS ReceivedEvents;
  KDPC Dpc;

  /* Innermost. Read for each packet, hardly ever written. */
  PNDIS_RW_LOCK_EX ConfigurationLock;
  NIC_CONFIGURATION Configuration;

  EX_SPIN_LOCK FilterLock;
  ULONG FilterMask; /* Bit n: frames whose first byte is n modulo 32 are ours. */

  KSPIN_LOCK LinkLock;
  NIC_LINK Link;

  /* For the NdisInterlocked functions only. */
  SLIST_HEADER FreeDescriptors;
  NDIS_SPIN_LOCK FreeLock;
  LIST_ENTRY ReceivedFrames;
  NDIS_SPIN_LOCK ReceivedLock;
  NIC_STATISTICS Statistics;
  NDIS_SPIN_LOCK StatisticsLock;

  NIC_DESCRIPTOR Descriptors[NIC_RING_ENTRIES];
  NIC_RECEIVE_BUFFER ReceiveBuffers[NIC_RING_ENTRIES];
} NIC_ADAPTER, *PNIC_ADAPTER;

#ifdef __cplusplus
extern "C" {
#endif

/* ---- nic_adapter.c: PASSIVE_LEVEL ---- */

/* The adapter's memory is the caller's and may contain anything. */
NTSTATUS NicInitialize(PNIC_ADAPTER Adapter, PVOID Registers, PNIC_RINGS Rings,
                       NIC_SEND_COMPLETE* SendComplete, PVOID ProtocolContext);
/* After the last completion, with the device silent. */
VOID NicHalt(PNIC_ADAPTER Adapter);
/* Packets that are sent while the adapter is paused wait for NicRestart, or a reset. */
VOID NicPause(PNIC_ADAPTER Adapter);
VOID NicRestart(PNIC_ADAPTER Adapter);
/* Empties the transmit ring and the queue: what was in them is completed as not sent. One reset at
 * a time. */
VOID NicReset(PNIC_ADAPTER Adapter);

/* ---- nic_settings.c: IRQL <= DISPATCH_LEVEL ---- */

BOOLEAN NicAcceptsLength(PNIC_ADAPTER Adapter, ULONG Length);
VOID NicSetConfiguration(PNIC_ADAPTER Adapter, const NIC_CONFIGURATION* Configuration);
VOID NicSetFilter(PNIC_ADAPTER Adapter, ULONG Mask);
VOID NicSetLink(PNIC_ADAPTER Adapter, BOOLEAN IsUp);
NIC_LINK NicQueryLink(PNIC_ADAPTER Adapter);
NIC_STATISTICS NicQueryStatistics(PNIC_ADAPTER Adapter);
/* How many frames the device has, of both rings at one moment. */
VOID NicQueryRings(PNIC_ADAPTER Adapter, PULONG Transmit, PULONG Receive);

/* ---- nic_transmit.c ---- */

/* Takes the packet and returns STATUS_SUCCESS, or returns STATUS_INVALID_PARAMETER if its length is
 * not one that the configuration allows. Packets are sent in this order, and those that were sent
 * are completed in this order. IRQL <= DISPATCH_LEVEL. */
NTSTATUS NicSend(PNIC_ADAPTER Adapter, PNIC_PACKET Packet);
/* Gives waiting packets to the device. DISPATCH_LEVEL, SendLock is held. */
VOID NicPostWaiting(PNIC_ADAPTER Adapter);
/* Completes what the device has sent, and gives it more. DISPATCH_LEVEL. */
VOID NicTransmitDpc(PNIC_ADAPTER Adapter);
/* Moves every packet that the adapter has to the list. DISPATCH_LEVEL, SendLock and TransmitLock are
 * held, the transmitter stands still. */
VOID NicTakeBack(PNIC_ADAPTER Adapter, PLIST_ENTRY Packets);
/* Hands the list's packets to the protocol. IRQL <= DISPATCH_LEVEL, no lock is held. */
VOID NicCompletePackets(PNIC_ADAPTER Adapter, PLIST_ENTRY Packets, BOOLEAN Sent);

/* ---- nic_receive.c ---- */

/* Copies the oldest received frame and returns TRUE, or returns FALSE: there is none.
 * IRQL <= DISPATCH_LEVEL. */
BOOLEAN NicReceive(PNIC_ADAPTER Adapter, PUCHAR Frame);
/* Gives the buffer to the device. IRQL <= DISPATCH_LEVEL. */
VOID NicPostReceiveBuffer(PNIC_ADAPTER Adapter, PNIC_RECEIVE_BUFFER Buffer);
/* Keeps what arrived and is ours. DISPATCH_LEVEL. */
VOID NicReceiveDpc(PNIC_ADAPTER Adapter);

/* ---- nic_interrupt.c ---- */

/* IoConnectInterrupt: at the interrupt's level, holding its lock. */
KSERVICE_ROUTINE NicInterrupt;
/* Queued by NicInterrupt. */
KDEFERRED_ROUTINE NicDpc;
/* Moves the events that are recorded to Taken. IRQL <= DISPATCH_LEVEL. */
VOID NicTakeEvents(PNIC_ADAPTER Adapter, PNIC_EVENTS Events, PNIC_EVENTS Taken);
/* Sets the transmit ring and its events back to their start. IRQL <= DISPATCH_LEVEL, the
 * transmitter stands still. */
VOID NicClearTransmitter(PNIC_ADAPTER Adapter);

#ifdef __cplusplus
}
#endif

#endif /* NIC_H_ */
