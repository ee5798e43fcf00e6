/* A driver's queue of packets, in lists of wdm.h, as the workloads of packets keep it under the
 * lock that is measured. C11 and C++20, as the timed loop.
 *
 * Each packet waits or is free. Lists are changed by their links, so a section touches the heads'
 * line and those of the packets at the lists' ends, which other threads wrote before.
 * Thread safety: the caller holds the queue's lock. A lock that lets two in leaves the queue torn,
 * which spinlab_queue_is_intact() finds; every link still names a packet or a head, so that the
 * program goes on and can tell. */
#ifndef SPINLAB_HARNESS_PACKET_QUEUE_H_
#define SPINLAB_HARNESS_PACKET_QUEUE_H_

#include <stdint.h>

#include "interface/spinlab_lists.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  SPINLAB_PACKETS = 64,       /* Of a queue, waiting and free. */
  SPINLAB_PACKET_BYTES = 128, /* Two lines, since they are fetched in pairs. */
};

struct spinlab_packet {
  LIST_ENTRY link;
  uint64_t number;
} __attribute__((aligned(SPINLAB_PACKET_BYTES)));

struct spinlab_packet_list {
  LIST_ENTRY head;
  uint64_t length;
};

struct spinlab_packet_queue {
  struct spinlab_packet_list waiting;
  struct spinlab_packet_list free;
  struct spinlab_packet packets[SPINLAB_PACKETS];
};

/* `waiting` packets wait, numbered 0; the others are free. */
void spinlab_fill_queue(struct spinlab_packet_queue* queue, uint64_t waiting);

/* Whether the lists' links and lengths fit, and no packet is missing. Nobody changes it now. */
int spinlab_queue_is_intact(const struct spinlab_packet_queue* queue);

/* The sum of the waiting packets' numbers. Of a queue that is intact. */
uint64_t spinlab_sum_of_waiting(const struct spinlab_packet_queue* queue);

/* The first packet; NULL if there is none. The link is looked at once: of a torn list, the head
 * itself must not pass for a packet. */
static inline struct spinlab_packet* spinlab_take_packet(struct spinlab_packet_list* list) {
  const PLIST_ENTRY first = list->head.Flink;
  if (first == &list->head) return NULL;
  RemoveEntryList(first);
  --list->length;
  return CONTAINING_RECORD(first, struct spinlab_packet, link);
}

static inline void spinlab_put_packet(struct spinlab_packet_list* list,
                                      struct spinlab_packet* packet) {
  InsertTailList(&list->head, &packet->link);
  ++list->length;
}

/* Has a free packet wait, at the tail. False if none is free. */
static inline int spinlab_enqueue(struct spinlab_packet_queue* queue, uint64_t number) {
  struct spinlab_packet* const packet = spinlab_take_packet(&queue->free);
  if (packet == NULL) return 0;
  packet->number = number;
  spinlab_put_packet(&queue->waiting, packet);
  return 1;
}

/* Frees the packet that waits longest, and tells its number. False if none waits. */
static inline int spinlab_dequeue(struct spinlab_packet_queue* queue, uint64_t* number) {
  struct spinlab_packet* const packet = spinlab_take_packet(&queue->waiting);
  if (packet == NULL) return 0;
  *number = packet->number;
  spinlab_put_packet(&queue->free, packet);
  return 1;
}

#ifdef __cplusplus
}
#endif

#endif /* SPINLAB_HARNESS_PACKET_QUEUE_H_ */
