// The small programs that put the interface's other objects to the proof: reader-writer locks and
// S-lists. As in check_clients.hpp, what is protected is plain data.
#pragma once

#include <array>
#include <string>

#include "algorithms/s_list.hpp"
#include "harness/check_clients.hpp"

namespace spinlab {

// What readers read and writers write.
struct SharedSection {
  Checked::Plain<std::uint32_t> data{0};

  void read() { data.load(); }
  void write() { data.store(data.load() + 1); }
};

// L: acquire_shared, release_shared, acquire_exclusive, release_exclusive.
template <class L>
struct SharedWorld {
  explicit SharedWorld(CheckShape of) : shape(of) {
    checked::name_object(lock, "lock");
    checked::name_object(section.data, "data");
  }
  void read() {
    lock.acquire_shared();
    section.read();
    lock.release_shared();
  }
  void write() {
    lock.acquire_exclusive();
    section.write();
    lock.release_exclusive();
  }

  CheckShape shape;
  L lock;
  SharedSection section;
};

// Threads write and read in turn, every second one reads first.
template <class L>
struct ReadersAndWritersClient : SharedWorld<L> {
  using SharedWorld<L>::SharedWorld;
  void run(int thread) {
    for (int turn = 0; turn < this->shape.acquisitions; ++turn)
      (thread + turn) % 2 == 0 ? this->write() : this->read();
  }
};

// All read; who is alone becomes the writer. The first thread writes instead.
template <class L>
struct ConvertClient : SharedWorld<L> {
  using SharedWorld<L>::SharedWorld;
  void run(int thread) {
    for (int turn = 0; turn < this->shape.acquisitions; ++turn) {
      if (thread == 0) {
        this->write();
      } else {
        read_and_convert();
      }
    }
  }
  void read_and_convert() {
    this->lock.acquire_shared();
    this->section.read();
    if (this->lock.try_convert()) {
      this->section.write();
      this->lock.release_exclusive();
    } else {
      this->lock.release_shared();
    }
  }
};

// The first thread writes within a write, and reads within both; the others read within a read.
template <class L>
struct RecursiveClient : SharedWorld<L> {
  using SharedWorld<L>::SharedWorld;
  void run(int thread) {
    for (int turn = 0; turn < this->shape.acquisitions; ++turn) {
      if (thread == 0) {
        write_within_a_write();
      } else {
        read_within_a_read();
      }
    }
  }
  void write_within_a_write() {
    this->lock.acquire_exclusive();
    this->write();
    this->read();
    this->section.write();
    this->lock.release_exclusive();
  }
  void read_within_a_read() {
    this->lock.acquire_shared();
    this->read();
    this->section.read();
    this->lock.release_shared();
  }
};

// An S-list with two entries; who takes an entry owns its plain data.
template <class List>
struct SListWorld {
  struct Item {
    typename List::Entry link;
    Checked::Plain<std::uint32_t> uses{0};
  };

  explicit SListWorld(CheckShape of) : shape(of) {
    checked::name_object(list, "list");
    for (std::size_t at = items.size(); at-- > 0;) {
      checked::name_object(items[at], std::string("entry ") + static_cast<char>('A' + at));
      list.push(items[at].link);
    }
  }
  // Uses entries that were taken, up to the last.
  void use(typename List::Entry* taken) {
    if (taken == nullptr) return;
    auto& uses = reinterpret_cast<Item*>(taken)->uses;
    uses.store(uses.load() + 1);
  }
  typename List::Entry* take() {
    typename List::Entry* const taken = list.pop();
    use(taken);
    return taken;
  }
  void give_back(typename List::Entry* entry) {
    if (entry != nullptr) list.push(*entry);
  }

  CheckShape shape;
  List list;
  std::array<Item, 2> items;
};

// Threads take entries and give them back; every second one keeps what it takes.
template <class List>
struct PushPopClient : SListWorld<List> {
  using SListWorld<List>::SListWorld;
  void run(int thread) {
    for (int turn = 0; turn < this->shape.acquisitions; ++turn) {
      auto* const taken = this->take();
      if (thread % 2 == 0) this->give_back(taken);
    }
  }
};

// The first thread takes both entries and keeps the second: the first comes back under the other
// threads' eyes, over another one (ABA). They take what they get, and keep it.
template <class List>
struct AbaClient : SListWorld<List> {
  using SListWorld<List>::SListWorld;
  void run(int thread) {
    for (int turn = 0; turn < this->shape.acquisitions; ++turn) {
      auto* const first = this->take();
      auto* const second = this->take();
      if (thread > 0) continue;
      this->give_back(first);
      this->use(second);
    }
  }
};

// The last thread takes all at once.
template <class List>
struct FlushClient : SListWorld<List> {
  using SListWorld<List>::SListWorld;
  void run(int thread) {
    for (int turn = 0; turn < this->shape.acquisitions; ++turn) {
      if (thread + 1 < this->shape.threads) {
        this->give_back(this->take());
      } else {
        use_all(this->list.flush());
      }
    }
  }
  void use_all(typename List::Entry* taken) {
    while (taken != nullptr) {
      this->use(taken);
      taken = taken->next.load(memory_order::relaxed);
    }
  }
};

}  // namespace spinlab
