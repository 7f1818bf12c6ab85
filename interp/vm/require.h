/* SPDX-License-Identifier: MIT */
/*
 * Which names of other namespaces are known in the current one: require, use,
 * refer and what ns says of the core. See spec/magma/namespaces.md.
 */
#ifndef INTERP_VM_REQUIRE_H
#define INTERP_VM_REQUIRE_H

#include "interp/data/value.h"

/* One item of (:require ...): a symbol, [symbol :as a :refer [x]], or a list
 * of a prefix and such items. */
void require_spec(Value spec);

/* The same of (:use ...): all public names become known, or what :only,
 * :exclude and :rename leave of them. */
void require_use(Value spec);

/* Makes public names of a loaded namespace known. The filters are count pairs
 * of :only, :exclude or :rename with a sequence of names or a map. */
void require_refer(Value ns, const Value *filters, uint32_t count);

/* What is seen of the core from now on: all that these filters leave. */
void require_core(const Value *filters, uint32_t count);

#endif
