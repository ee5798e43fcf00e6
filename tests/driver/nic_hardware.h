/* The device as its driver sees it: two rings of frames in memory, and registers.
 *
 * The device sends the frames of the transmit ring in order, and puts what arrives into those of
 * the receive ring. For each ring the driver counts what it gave (tail), the device what it is done
 * with (head); entry number n lies at n modulo the ring's size. Both counts wrap as a ULONG does. */
#ifndef NIC_HARDWARE_H_
#define NIC_HARDWARE_H_

#include <ndis.h>

#define NIC_RING_ENTRIES 16
#define NIC_FRAME_SIZE 64

typedef struct _NIC_RING_ENTRY {
  PUCHAR Frame; /* NIC_FRAME_SIZE bytes. */
  ULONG Length;
} NIC_RING_ENTRY;

typedef struct _NIC_RINGS {
  NIC_RING_ENTRY Transmit[NIC_RING_ENTRIES];
  NIC_RING_ENTRY Receive[NIC_RING_ENTRIES];
} NIC_RINGS, *PNIC_RINGS;

typedef enum _NIC_REGISTER {
  NIC_TRANSMIT_CONTROL, /* 1: the transmitter runs. It stops after the frame that it is sending. */
  NIC_TRANSMIT_STATUS,  /* 1: it is sending a frame. Read only. */
  NIC_TRANSMIT_HEAD,    /* Written only while the transmitter stands still. */
  NIC_TRANSMIT_TAIL,
  NIC_RECEIVE_HEAD, /* Read only. */
  NIC_RECEIVE_TAIL,
  NIC_INTERRUPT_CAUSE, /* Not 0: a head has moved. Reading makes it 0. */
  NIC_REGISTERS
} NIC_REGISTER;

#ifdef __cplusplus
extern "C" {
#endif

/* Any IRQL. On Windows these are READ_REGISTER_ULONG and WRITE_REGISTER_ULONG at the register's
 * address. What was written to memory before a register is seen by who reads the register. */
ULONG NicReadRegister(PVOID Registers, NIC_REGISTER Register);
VOID NicWriteRegister(PVOID Registers, NIC_REGISTER Register, ULONG Value);

#ifdef __cplusplus
}
#endif

#endif /* NIC_HARDWARE_H_ */
