#include <ndis.h>
#include <spinlab_backend.h>
#include <stdio.h>
#include <wdm.h>

#include <algorithms/all_locks.hpp>
#include <algorithms/lockable.hpp>
#include <machines/native/native.hpp>
#include <mutex>

int main() {
  spinlab::Lockable<spinlab::McsLock, spinlab::Native> mutex;
  const std::scoped_lock guard(mutex);
  KSPIN_LOCK lock;
  KeInitializeSpinLock(&lock);
  KIRQL old;
  KeAcquireSpinLock(&lock, &old);
  printf("backend %s, irql %d\n", SpinlabBackendName(), KeGetCurrentIrql());
  KeReleaseSpinLock(&lock, old);
}
