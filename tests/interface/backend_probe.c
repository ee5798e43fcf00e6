/* Locks once, then says which backend did it. With the argument "twice" it does so on two paths, so
 * that a warning that is not given once shows. */
#include <ndis.h>
#include <stdio.h>
#include <string.h>
#include <wdm.h>

#include "interface/spinlab_backend.h"

int main(int count, char** arguments) {
  KSPIN_LOCK lock = 0;
  KIRQL old;
  KeAcquireSpinLock(&lock, &old);
  KeReleaseSpinLock(&lock, old);
  if (count > 1 && strcmp(arguments[1], "twice") == 0) {
    NDIS_SPIN_LOCK other;
    NdisAllocateSpinLock(&other);
    NdisAcquireSpinLock(&other);
    NdisReleaseSpinLock(&other);
    NdisFreeSpinLock(&other);
  }
  return printf("backend %s\n", SpinlabBackendName()) < 0;
}
