// Models for tests: machines whose prices are easy to count with.
#pragma once

#include "machines/simulated/model.hpp"

namespace spinlab::simulated {

// `processors` in one package, all equally far from each other.
inline Model uniform_model(std::uint32_t processors, Ticks transfer) {
  Model model;
  model.processors = processors;
  model.package.assign(processors, 0);
  model.node.assign(processors, 0);
  model.classes = {{"core", transfer, transfer}};
  model.class_between.assign(std::size_t{processors} * processors, 0);
  return model;
}

// Packages of equal size; each is a NUMA node.
inline Model packages_model(std::uint32_t packages, std::uint32_t cores, Ticks near, Ticks far) {
  Model model = uniform_model(packages * cores, near);
  model.classes = {{"package", near, near}, {"remote", far, far}};
  for (std::uint32_t one = 0; one < model.processors; ++one) {
    model.package[one] = model.node[one] = static_cast<std::uint16_t>(one / cores);
    for (std::uint32_t other = 0; other < model.processors; ++other)
      model.class_between[one * model.processors + other] = one / cores == other / cores ? 0 : 1;
  }
  return model;
}

}  // namespace spinlab::simulated
