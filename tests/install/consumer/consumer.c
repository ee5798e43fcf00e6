#include <ndis.h>
#include <wdm.h>

int main(void) {
  NDIS_SPIN_LOCK lock;
  NdisAllocateSpinLock(&lock);
  NdisAcquireSpinLock(&lock);
  KIRQL raised = KeGetCurrentIrql();
  NdisReleaseSpinLock(&lock);
  NdisFreeSpinLock(&lock);
  return raised == DISPATCH_LEVEL && KeGetCurrentIrql() == PASSIVE_LEVEL ? 0 : 1;
}
