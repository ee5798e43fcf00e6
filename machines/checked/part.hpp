// Part: some bytes of a cell, as cell.part<U, kIndex>() gives them.
//
// A store to a part takes the other bytes from the message directly before it. Bytes carry the
// orders of the writes that they come from: the store continues no release sequence on its own
// bytes, and leaves those on the others alone. (Without the latter, Linux' queued spin lock could
// lose a link: a byte's store would come between two exchanges of the tail.)
#pragma once

#include <type_traits>

#include "machines/checked/mutation.hpp"

namespace spinlab::checked {

template <class Cell, class U, unsigned kIndex>
class Part {
  static_assert(std::is_unsigned_v<U>);

 public:
  explicit Part(Cell& cell) : cell_(cell) {}

  U load(memory_order order, std::source_location where = std::source_location::current()) const {
    Request load = Cell::request(Op::kLoad, order, where);
    load.bytes = kBytes;
    Cell::threads().mutate(load);
    return extract(cell_.perform(load).value);
  }

  void store(U value, memory_order order,
             std::source_location where = std::source_location::current()) {
    Request store = merging(Op::kPartStore, value, order, where);
    if (Cell::threads().mutate(store) != Mutation::Operator::kDropStore) cell_.perform(store);
  }

  U exchange(U value, memory_order order,
             std::source_location where = std::source_location::current()) {
    Request exchange = merging(Op::kUpdate, value, order, where);
    if (Cell::threads().mutate(exchange) != Mutation::Operator::kSplit)
      return extract(cell_.perform(exchange).value);
    const Value read = cell_.split_read(exchange);
    exchange.op = Op::kPartStore;
    exchange.order = releases(exchange.order) ? memory_order::release : memory_order::relaxed;
    cell_.perform(exchange);
    return extract(read);
  }

 private:
  static constexpr unsigned kShift = 8 * sizeof(U) * kIndex;
  static constexpr auto kBytes =
      static_cast<std::uint8_t>(((1U << sizeof(U)) - 1) << (sizeof(U) * kIndex));
  static constexpr Value kMask = Value{static_cast<U>(~U{0})} << kShift;

  static U extract(Value whole) { return static_cast<U>(whole >> kShift); }

  static Request merging(Op op, U value, memory_order order, const std::source_location& where) {
    Request request = Cell::request(op, order, where);
    request.operand = Value{value} << kShift;
    request.expected = kMask;
    request.bytes = kBytes;
    request.next = [](Value read, Value operand, Value mask) { return (read & ~mask) | operand; };
    return request;
  }

  Cell& cell_;
};

}  // namespace spinlab::checked
