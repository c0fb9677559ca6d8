/*
 * cppcheck.h: what cppcheck must know of PostgreSQL, whose headers it does not read: which
 * macros do not return, and which are loops.
 */
#include <stdlib.h>

#define PG_VERSION_NUM          150000
#define NOTICE                  18
#define WARNING                 19
#define ERROR                   21
#define ereport(level, rest)    ((level) >= ERROR ? abort() : (void) (rest))
#define elog(level, ...)        ((level) >= ERROR ? abort() : (void) 0)
#define pg_attribute_noreturn() __attribute__((noreturn))
#define PG_TRY()                if (1)
#define PG_CATCH()              else
#define PG_FINALLY()            if (1)
#define PG_END_TRY()
#define Assert(condition)       ((condition) ? (void) 0 : abort())

#define foreach(cell, list) for ((cell) = list_head(list); (cell) != NULL; (cell) = lnext(list, cell))
