/* Breaks the rules as its argument says, at lines that report_test.cpp finds by their
 * marks. */
#include <ndis.h>
#include <spinlab_verifier.h>
#include <stdio.h>
#include <string.h>

static KSPIN_LOCK queue_lock;
static KSPIN_LOCK table_lock;

static void take_queue(KIRQL* old) { KeAcquireSpinLock(&queue_lock, old); } /* (take) */

static void release_twice(void) {
  KIRQL old;
  take_queue(&old);
  KeReleaseSpinLock(&queue_lock, old);
  KeReleaseSpinLock(&queue_lock, old); /* (again) */
}

static void acquire_twice(void) {
  KIRQL old;
  take_queue(&old);
  KeAcquireSpinLockAtDpcLevel(&queue_lock); /* (twice) */
  KeReleaseSpinLock(&queue_lock, old);
}

static void two_orders(void) {
  KIRQL old;
  take_queue(&old);
  KeAcquireSpinLockAtDpcLevel(&table_lock); /* (table under queue) */
  KeReleaseSpinLockFromDpcLevel(&table_lock);
  KeReleaseSpinLock(&queue_lock, old);
  KeAcquireSpinLock(&table_lock, &old);     /* (table) */
  KeAcquireSpinLockAtDpcLevel(&queue_lock); /* (queue under table) */
  KeReleaseSpinLockFromDpcLevel(&queue_lock);
  KeReleaseSpinLock(&table_lock, old);
}

static void lock_thrice(void) {
  for (int i = 0; i < 3; ++i) {
    KIRQL old;
    take_queue(&old);
    KeReleaseSpinLock(&queue_lock, old);
  }
}

static void go_on(const SPINLAB_STOP* stop, void* context) {
  (void)stop;
  (void)context;
}

int main(int count, char** arguments) {
  const char* const what = count > 1 ? arguments[1] : "";
  if (count > 2 && strcmp(arguments[2], "go-on") == 0) SpinlabSetStopHandler(go_on, NULL);
  SPINLAB_NAME_LOCK(&queue_lock, "the queue");
  if (strcmp(what, "release-twice") == 0) release_twice();
  if (strcmp(what, "acquire-twice") == 0) acquire_twice();
  if (strcmp(what, "two-orders") == 0) two_orders();
  if (strcmp(what, "lock-thrice") == 0) lock_thrice();
  printf("%s\n", SpinlabIsVerifying() ? "verifying" : "unchecked");
  return 0;
}
