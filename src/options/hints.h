/*
 * hints.h: what to write instead of a key of options that there is not.
 */
#ifndef L2_HINTS_H
#define L2_HINTS_H

#include "base/l2reg.h"

/* What to write for a key that another package has, a sentence; NULL where it is none */
extern const char *l2_foreign_option(const char *key);

/* Number i of the refused keys, from 0: keys with blanks between them; false behind the last */
extern bool l2_foreign_option_at(int i, const char **keys, const char **hint);

/* Our name of a method that others call otherwise, in any case of letters; name itself for others
 */
extern const char *l2_own_name(const char *name);

/* A sentence that says of which options a "method" or a "family" of others is made; NULL for others
 */
extern const char *l2_made_of(const char *what, const char *name);

/* How many letters two keys are apart, or more than most */
extern int l2_letters_apart(const char *a, const char *b, int most);

/* "Perhaps you mean "price"." where one of n names is near to one that is none, or a list of them
 */
extern char *l2_name_hint(const char *name, int n, const char *const *list);

#endif
