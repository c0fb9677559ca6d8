/*
 * registry.h: what formula.c and registry.c share: texts that become SQL.
 */
#ifndef L2_REGISTRY_H
#define L2_REGISTRY_H

#include "record/sql.h"

#include "nodes/parsenodes.h"

/* A number that changes with the registry in that schema, or may */
extern uint64 l2_registry_generation(Oid schema);

#endif
