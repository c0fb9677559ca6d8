/*
 * compat.h: every test of PG_VERSION_NUM.  PostgreSQL 13 to 19.
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

/* What a backend waits for was split from pgstat.h in 14 */
#if PG_VERSION_NUM >= 140000
#include "utils/wait_event.h"
#else
#include "pgstat.h"
#endif

/* copyObject has a word of C23 in it since 19, which gcc knows by this name in C11 */
#if PG_VERSION_NUM >= 190000 && !defined(typeof_unqual) && __STDC_VERSION__ < 202311L
#define typeof_unqual __typeof_unqual__
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

/* From 19 on a row type that was put together says when it is complete; it needs access/tupdesc.h
 */
#if PG_VERSION_NUM >= 190000
#define l2_finish_desc(desc) TupleDescFinalize(desc)
#else
#define l2_finish_desc(desc) ((void) (desc))
#endif

/* A sort with the comparison within it, lib/sort_template.h */
#define L2_HAS_SORT_TEMPLATE (PG_VERSION_NUM >= 140000)

/* raw_parser gained its mode in 14, parse_analyze its kinds in 15 */
#if PG_VERSION_NUM >= 140000
#define l2_raw_parse(sql) raw_parser((sql), RAW_PARSE_DEFAULT)
#else
#define l2_raw_parse(sql) raw_parser(sql)
#endif
#if PG_VERSION_NUM >= 150000
#define l2_parse_analyze(statement, sql) \
	parse_analyze_fixedparams((statement), (sql), NULL, 0, NULL)
#else
#define l2_parse_analyze(statement, sql) parse_analyze((statement), (sql), NULL, 0, NULL)
#endif

/* Constants of raw trees: strings and numbers by their text */
#if PG_VERSION_NUM >= 150000
#define L2_CONST_IS_NULL(c) ((c)->isnull)
#define L2_CONST_TAG(c)     nodeTag(&(c)->val)
#define L2_CONST_STRING(c)  ((c)->val.sval.sval)
#define L2_CONST_FLOAT(c)   ((c)->val.fval.fval)
#else
#define L2_CONST_IS_NULL(c) ((c)->val.type == T_Null)
#define L2_CONST_TAG(c)     ((c)->val.type)
#define L2_CONST_STRING(c)  ((c)->val.val.str)
#define L2_CONST_FLOAT(c)   ((c)->val.val.str)
#define T_Boolean           T_Invalid /* these are casts of strings there */
#endif

/* A setting that only 13 has, and that only wraps what is in parentheses */
#if PG_VERSION_NUM >= 140000
#define L2_PARENTHESES_SETTING
#else
#define L2_PARENTHESES_SETTING {"operator_precedence_warning", "off"},
#endif

/* stringToQualifiedNameList learnt of soft errors in 16 */
#if PG_VERSION_NUM >= 160000
#define l2_qualified_name_list(name) stringToQualifiedNameList((name), NULL)
#else
#define l2_qualified_name_list(name) stringToQualifiedNameList(name)
#endif

/* Rights of all kinds of objects were made one function in 16 */
#if PG_VERSION_NUM >= 160000
#define l2_namespace_aclcheck(schema, role, mode) \
	object_aclcheck(NamespaceRelationId, (schema), (role), (mode))
#else
#define l2_namespace_aclcheck(schema, role, mode) pg_namespace_aclcheck((schema), (role), (mode))
#endif

/* Before 14 keys are strings where nothing else is said */
#if PG_VERSION_NUM >= 140000
#define L2_HASH_STRINGS HASH_STRINGS
#else
#define L2_HASH_STRINGS 0
#endif

/* Until 16 a member of a role may always SET ROLE to it */
#if PG_VERSION_NUM >= 160000
#define l2_can_set_role(member, role) member_can_set_role((member), (role))
#else
#define l2_can_set_role(member, role) is_member_of_role((member), (role))
#endif

/*
 * What backends are at; progress.c asks.  13 keeps a process's own entry to itself: nothing is told
 * there.
 */
#if PG_VERSION_NUM >= 140000
#define L2_MY_ENTRY            MyBEEntry
#define L2_ROLE_READ_ALL_STATS ROLE_PG_READ_ALL_STATS
#else
#define L2_MY_ENTRY            ((PgBackendStatus *) NULL)
#define L2_ROLE_READ_ALL_STATS DEFAULT_ROLE_READ_ALL_STATS
#endif
#if PG_VERSION_NUM >= 160000
#define l2_backend_status(i) pgstat_get_local_beentry_by_index(i)
#else
#define l2_backend_status(i) pgstat_fetch_stat_local_beentry(i)
#endif

/* guc.h gained this in 15; before, a class of names is claimed by a warning function */
#if PG_VERSION_NUM >= 150000
#define L2_RESERVE_PREFIX(name) MarkGUCPrefixReserved(name)
#else
#define L2_RESERVE_PREFIX(name) EmitWarningsOnPlaceholders(name)
#endif

/* Plans that SPI keeps belong to a resource owner, or to none, by name since 14 */
#if PG_VERSION_NUM >= 140000
#define l2_release_plan(plan) ReleaseCachedPlan((plan), NULL)
#else
#define l2_release_plan(plan) ReleaseCachedPlan((plan), false)
#endif

/*
 * Whether a statement writes to the relation of that number in its range table: a list until 18, a
 * set since; it needs nodes/plannodes.h
 */
#if PG_VERSION_NUM >= 190000
#define l2_is_result_relation(statement, i) bms_is_member((i), (statement)->resultRelationRelids)
#else
#define l2_is_result_relation(statement, i) list_member_int((statement)->resultRelations, (i))
#endif

/* Scans of a whole table and deletions have options since 19; they need access/tableam.h */
#if PG_VERSION_NUM >= 190000
#define l2_begin_scan(table, snapshot) table_beginscan((table), (snapshot), 0, NULL, SO_NONE)
#define l2_delete_row(table, tid, snapshot, wait, failure)                                        \
	table_tuple_delete((table), (tid), GetCurrentCommandId(true), 0, (snapshot), InvalidSnapshot, \
					   (wait), (failure))
#else
#define l2_begin_scan(table, snapshot) table_beginscan((table), (snapshot), 0, NULL)
#define l2_delete_row(table, tid, snapshot, wait, failure)                                     \
	table_tuple_delete((table), (tid), GetCurrentCommandId(true), (snapshot), InvalidSnapshot, \
					   (wait), (failure), false)
#endif

/* Intervals may be infinite since 17 */
#if PG_VERSION_NUM >= 170000
#define L2_INTERVAL_NOT_FINITE(i) INTERVAL_NOT_FINITE(i)
#else
#define L2_INTERVAL_NOT_FINITE(i) ((void) (i), false)
#endif

/* Ids of catalog caches became an enum in 18, and their callbacks take it from 19 on */
#if PG_VERSION_NUM >= 190000
#define L2_SYSCACHE_ID SysCacheIdentifier
#else
#define L2_SYSCACHE_ID int
#endif

#endif
