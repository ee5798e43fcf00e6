// FunctionTable: the functions of functions.def as pointers, by their C names.
#pragma once

#include "interface/ndis.h"
#include "interface/ntifs.h"

namespace spinlab {

struct FunctionTable {
#define SPINLAB_FUNCTION(result, name, member, parameters, arguments) result(*name) parameters;
#include "interface/functions.def"
#undef SPINLAB_FUNCTION
};

}  // namespace spinlab
