/*
 * compat.h: every test of PG_VERSION_NUM.  PostgreSQL 13 to 18.
 */
#ifndef L2_COMPAT_H
#define L2_COMPAT_H

#include "postgres.h"

#include "common/base64.h"

#if PG_VERSION_NUM < 130000
#error "l2reg needs PostgreSQL 13 or later"
#endif

/* varatt.h was split from postgres.h in 16 */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#if PG_VERSION_NUM >= 180000
#define L2_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "l2reg")
#define l2_b64_encode(src, len, dst, dstlen) \
	pg_b64_encode((const uint8 *) (src), (len), (dst), (dstlen))
#define l2_b64_decode(src, len, dst, dstlen) pg_b64_decode((src), (len), (uint8 *) (dst), (dstlen))
#else
#define L2_MODULE_MAGIC                      PG_MODULE_MAGIC
#define l2_b64_encode(src, len, dst, dstlen) pg_b64_encode((src), (len), (dst), (dstlen))
#define l2_b64_decode(src, len, dst, dstlen) pg_b64_decode((src), (len), (dst), (dstlen))
#endif

/* guc.h gained this in 15; before, a class of names is claimed by a warning function */
#if PG_VERSION_NUM >= 150000
#define L2_RESERVE_PREFIX(name) MarkGUCPrefixReserved(name)
#else
#define L2_RESERVE_PREFIX(name) EmitWarningsOnPlaceholders(name)
#endif

#endif
