/* SPDX-License-Identifier: MIT */
/*
 * The backends by name, and which one is the default.
 */
#ifndef EXEC_BACKEND_REGISTRY_H
#define EXEC_BACKEND_REGISTRY_H

#include "exec/backend/hash.h"
#include "exec/backend/stat.h"

/* The backend of that name; NULL if there is none. */
const struct hash_backend *registry_hash(const char *name);
const struct stat_backend *registry_stat(const char *name);

#endif
