/* SPDX-License-Identifier: MIT */
#include "interp/compile/fingerprint.h"

void
fingerprint_forget(void)
{
}

struct hash_wide
fingerprint_of(Value v)
{
    return (struct hash_wide){v.bits, 0};
}
