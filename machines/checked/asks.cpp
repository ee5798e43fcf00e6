#include "machines/checked/asks.hpp"

#include <array>

namespace spinlab::checked {

std::string Asks::text() const {
  constexpr std::array kNames = {"node()", "thread_index()", "thread_slot(index)", "place_of()"};
  std::string text;
  for (std::size_t at = 0; at < kNames.size(); ++at)
    if (has(static_cast<Ask>(at))) text += (text.empty() ? "" : ", ") + std::string(kNames[at]);
  return text;
}

}  // namespace spinlab::checked
