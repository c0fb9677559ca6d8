/*
 * base64.h: the codec of a gram's text form.
 */
#ifndef L2_BASE64_H
#define L2_BASE64_H

/* As pg_b64_encode and pg_b64_decode: the length written, or -1 */
extern int l2_base64_encode(const char *from, int len, char *to, int room);
extern int l2_base64_decode(const char *from, int len, char *to, int room);

#endif
