#include <algorithms/all_locks.hpp>
#include <algorithms/lockable.hpp>
#include <cstdio>
#include <machines/native/native.hpp>
#include <mutex>

int main() {
  spinlab::Lockable<spinlab::ClhLock, spinlab::Native> mutex;
  const std::scoped_lock guard(mutex);
  std::puts("held");
}
