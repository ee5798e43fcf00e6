#include "machines/checked/mutation.hpp"

namespace spinlab::checked {
namespace {

using Operator = Mutation::Operator;

bool is_read_modify_write(Op op) {
  return op == Op::kUpdate || op == Op::kAwaitUpdate || op == Op::kCompareExchange;
}

bool only_reads(Op op) { return op == Op::kLoad || op == Op::kAwait; }

memory_order strongest(Op op) {
  if (op == Op::kStore || op == Op::kPartStore) return memory_order::release;
  return only_reads(op) ? memory_order::acquire : memory_order::acq_rel;
}

// "void spinlab::McsLock<M>::acquire(Node&) [with ...]" is "acquire".
std::string plain_function_name(std::string_view pretty) {
  std::string_view head = pretty.substr(0, pretty.find('('));
  const std::size_t end = head.find_last_of(": >*&");
  if (end != std::string_view::npos) head.remove_prefix(end + 1);
  return std::string(head);
}

void add(std::vector<Mutation>& all, const Site& site, Operator how, bool applies) {
  if (applies) all.push_back({site, how});
}

}  // namespace

const char* name_of(Operator how) {
  switch (how) {
    case Operator::kNone:
      return "none";
    case Operator::kDropAcquire:
      return "drop-acquire";
    case Operator::kDropRelease:
      return "drop-release";
    case Operator::kDropTotalOrder:
      return "drop-total-order";
    case Operator::kRelax:
      return "relax";
    case Operator::kRelaxFailure:
      return "relax-failure";
    case Operator::kStrengthen:
      return "strengthen";
    case Operator::kDropStore:
      return "drop-store";
    case Operator::kSplit:
      return "split";
    case Operator::kOneLook:
      return "one-look";
    case Operator::kAlwaysSucceed:
      return "always-succeed";
    case Operator::kTestOnly:
      return "test-only";
    case Operator::kOrderOnTest:
      return "order-on-test";
  }
  return "?";
}

const char* name_of(Op op) {
  switch (op) {
    case Op::kStore:
      return "store";
    case Op::kPartStore:
      return "part store";
    case Op::kLoad:
      return "load";
    case Op::kAwait:
      return "await";
    case Op::kUpdate:
      return "update";
    case Op::kAwaitUpdate:
      return "await-exchange";
    case Op::kCompareExchange:
      return "compare-exchange";
    case Op::kPark:
      return "park";
    case Op::kFence:
      return "fence";
    case Op::kMark:
      return "mark";
    case Op::kPlainLoad:
      return "plain read";
    case Op::kPlainStore:
      return "plain write";
    case Op::kBirth:
      return "construct";
    case Op::kDeath:
      return "destroy";
    case Op::kRequire:
      return "require";
    case Op::kNothing:
      break;
  }
  return "?";
}

const char* name_of(memory_order order) {
  switch (order) {
    case memory_order::relaxed:
      return "relaxed";
    case memory_order::consume:
      return "consume";
    case memory_order::acquire:
      return "acquire";
    case memory_order::release:
      return "release";
    case memory_order::acq_rel:
      return "acq_rel";
    case memory_order::seq_cst:
      return "seq_cst";
  }
  return "?";
}

std::vector<Mutation> weaker_orders(const Site& site) {
  std::vector<Mutation> all;
  const memory_order order = site.order;
  const bool total = order == memory_order::seq_cst;
  add(all, site, Operator::kDropTotalOrder, total);
  add(all, site, Operator::kDropAcquire, !total && acquires(order));
  add(all, site, Operator::kDropRelease, !total && releases(order));
  add(all, site, Operator::kRelaxFailure,
      site.op == Op::kCompareExchange && site.failure_order != memory_order::relaxed);
  return all;
}

std::vector<Mutation> all_mutations(const Site& site) {
  std::vector<Mutation> all = weaker_orders(site);
  add(all, site, Operator::kRelax,
      site.order == memory_order::acq_rel || site.order == memory_order::seq_cst);
  add(all, site, Operator::kDropStore, site.op == Op::kStore || site.op == Op::kPartStore);
  add(all, site, Operator::kSplit, is_read_modify_write(site.op));
  add(all, site, Operator::kOneLook, site.op == Op::kAwait || site.op == Op::kAwaitUpdate);
  add(all, site, Operator::kAlwaysSucceed, site.op == Op::kCompareExchange);
  add(all, site, Operator::kTestOnly, site.tests_first);
  add(all, site, Operator::kOrderOnTest, site.tests_first && acquires(site.order));
  return all;
}

memory_order mutated_order(Operator how, Op op, memory_order order) {
  switch (how) {
    case Operator::kDropAcquire:
      return order == memory_order::acq_rel ? memory_order::release : memory_order::relaxed;
    case Operator::kDropRelease:
      return order == memory_order::acq_rel ? memory_order::acquire : memory_order::relaxed;
    case Operator::kDropTotalOrder:
      return strongest(op);
    case Operator::kRelax:
      return memory_order::relaxed;
    case Operator::kStrengthen:
      return order == memory_order::seq_cst ? order : strongest(op);
    default:
      return order;
  }
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Site site_of(const Request& request) {
  return {.file = std::string(base_name(request.where.file_name())),
          .line = request.where.line(),
          .column = request.where.column(),
          .function = plain_function_name(request.where.function_name()),
          .op = request.op,
          .order = request.order,
          .failure_order = request.failure_order};
}

}  // namespace spinlab::checked
