#include "harness/packet_queue.h"

static void clear(struct spinlab_packet_list* list) {
  InitializeListHead(&list->head);
  list->length = 0;
}

void spinlab_fill_queue(struct spinlab_packet_queue* queue, uint64_t waiting) {
  clear(&queue->waiting);
  clear(&queue->free);
  for (uint64_t i = 0; i < SPINLAB_PACKETS; ++i) {
    queue->packets[i].number = 0;
    spinlab_put_packet(i < waiting ? &queue->waiting : &queue->free, &queue->packets[i]);
  }
}

/* Ends on a torn list, too: no list is longer than the packets are many. */
static int is_intact(const struct spinlab_packet_list* list) {
  const LIST_ENTRY* entry = &list->head;
  for (uint64_t seen = 0; seen <= SPINLAB_PACKETS; ++seen) {
    if (entry->Flink->Blink != entry) return 0;
    entry = entry->Flink;
    if (entry == &list->head) return seen == list->length;
  }
  return 0;
}

int spinlab_queue_is_intact(const struct spinlab_packet_queue* queue) {
  /* Where links fit, a packet is in one list only. */
  return is_intact(&queue->waiting) && is_intact(&queue->free) &&
         queue->waiting.length + queue->free.length == SPINLAB_PACKETS;
}

uint64_t spinlab_sum_of_waiting(const struct spinlab_packet_queue* queue) {
  const LIST_ENTRY* const head = &queue->waiting.head;
  uint64_t sum = 0;
  for (LIST_ENTRY* entry = head->Flink; entry != head; entry = entry->Flink)
    sum += CONTAINING_RECORD(entry, struct spinlab_packet, link)->number;
  return sum;
}
