// make_door: a door (door.h) from a C++ type that says how a lock is taken.
//
// `Access` has Lock, Node (default-constructible), and static acquire(Lock&, Node&) and
// release(Lock&, Node&), which are inlined into the loop.
#pragma once

#include <memory>
#include <new>

#include "harness/door.h"

namespace spinlab {

template <class Access>
spinlab_door make_door(const char* interface_name) {
  using Lock = typename Access::Lock;
  using Node = typename Access::Node;
  return {
      .interface_name = interface_name,
      .lock_bytes = sizeof(Lock),
      .node_bytes = sizeof(Node),
      .construct = [](void* lock) { new (lock) Lock(); },
      .destroy = [](void* lock) { std::destroy_at(static_cast<Lock*>(lock)); },
      .construct_node = [](void* node) { new (node) Node(); },
      .destroy_node = [](void* node) { std::destroy_at(static_cast<Node*>(node)); },
      .loop =
          [](spinlab_worker* worker) {
            spinlab_timed_loop(
                worker,
                [](void* lock, void* node) {
                  Access::acquire(*static_cast<Lock*>(lock), *static_cast<Node*>(node));
                },
                [](void* lock, void* node) {
                  Access::release(*static_cast<Lock*>(lock), *static_cast<Node*>(node));
                });
          },
      .attach = nullptr,
      .is_intact = nullptr,
  };
}

}  // namespace spinlab
