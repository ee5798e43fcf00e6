/* What wdm.h has: of what ntddk.h adds on Windows, nothing is about spin locks. */
#ifndef SPINLAB_INTERFACE_NTDDK_H_
#define SPINLAB_INTERFACE_NTDDK_H_

#include "wdm.h"

#endif /* SPINLAB_INTERFACE_NTDDK_H_ */
