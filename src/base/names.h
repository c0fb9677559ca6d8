/*
 * names.h: names of columns, as grams and models keep them.
 *
 * A target and its features, in order, each with its terminating zero; or nothing at all, which
 * stands for y, x1, x2, ...  With them goes what is known of the record that they come from.
 */
#ifndef L2_NAMES_H
#define L2_NAMES_H

#include "base/l2reg.h"

/* What the intercept is called in models */
#define L2_INTERCEPT_NAME "(Intercept)"

#define L2_NAME_LIMIT 65535 /* bytes of a name */

typedef struct l2_names
{
	const char *bytes;
	uint32 len; /* 0: the default names */

	/* how the columns come from the attributes of a record: see encoding.h */
	const char *encoding;
	uint32 encoding_len; /* 0: they do not */
} l2_names;

/* Name of a column; 0 is the target */
extern const char *l2_column_name(l2_names names, int column);

/* The names of a target and n features, in memory of their own */
extern l2_names l2_join_names(const char *target, int n, const char *const *features);

/*
 * What a target without a name is called beside n features: "y", or, where a feature has that name,
 * "target", with as many underscores as make it differ from all of them
 */
extern const char *l2_default_target(int n, const char *const *features);

/* The same names, as none where they are the default ones: equal names are then equal bytes */
extern l2_names l2_canonical_names(l2_names names);

/* Whether untrusted bytes are none or ncols names */
extern bool l2_valid_names(l2_names names, int ncols);

/* For qsort of pointers to names */
extern int l2_compare_names(const void *a, const void *b);

/* Error unless all names differ, none is too long, and none is what stands for the intercept */
extern void l2_check_names(l2_names names);

/* The names in UTF-8, as they travel between servers, and back */
extern l2_names l2_names_to_utf8(l2_names names);
extern l2_names l2_names_from_utf8(l2_names names);

/* A copy of so many bytes of UTF-8 as a string of the server's; error where they are no text */
extern char *l2_string_from_utf8(const char *bytes, int len);

/* All names of ncols columns, for looking many of them up */
extern const char **l2_name_list(l2_names names, int ncols);

/* text[] of the names of ncols columns */
extern Datum l2_names_array(l2_names names, int ncols);

/* text[] of n strings */
extern Datum l2_make_text_array(const char *const *strings, int n);

/* Elements of a text[] of one dimension without NULLs; what names the argument in errors */
extern char **l2_text_array(Datum d, const char *what, int *n);

#endif
