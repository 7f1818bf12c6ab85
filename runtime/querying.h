/* SPDX-License-Identifier: MIT */
/* Queries as functions of the language: what the namespace query stands on. */
#ifndef RUNTIME_QUERYING_H
#define RUNTIME_QUERYING_H

/* Defines query*, see stdlib/query.magma. */
void querying_define(void);

#endif
