/*
 * svg.h: drawings and numbers for pages of HTML.
 *
 * Only ASCII is written; texts are HTML and taken as they are.  Colours and widths are a matter of
 * the page's style sheet, by class.
 */
#ifndef L2_SVG_H
#define L2_SVG_H

#include "base/l2reg.h"

/* A drawing of that size, which says what it shows to those who do not see it */
extern void l2_svg_open(StringInfo s, const char *class, double width, double height,
						const char *title, const char *desc);
extern void l2_svg_close(StringInfo s);

extern void l2_svg_line(StringInfo s, const char *class, double x1, double y1, double x2,
						double y2);
extern void l2_svg_circle(StringInfo s, const char *class, double x, double y, double r);

/* anchor: start, middle or end */
extern void l2_svg_text(StringInfo s, const char *class, const char *anchor, double x, double y,
						const char *text);

/* A path: its beginning, commands with a place each, its end */
extern void l2_svg_path_open(StringInfo s, const char *class);
extern void l2_svg_to(StringInfo s, char command, double x, double y);
extern void l2_svg_path_close(StringInfo s);

/* A number of so many significant digits, to read; a dash for one that is not known */
extern void l2_append_number(StringInfo s, double v, int digits);

#endif
