/*
 * svg.c: drawings and numbers for pages of HTML.
 */
#include "report/svg.h"

#include <math.h>

/* Tenths of a pixel are enough; never -0 */
static void
append_place(StringInfo s, double v)
{
	long tenths = lround(v * 10);

	if (tenths % 10 == 0)
		appendStringInfo(s, "%ld", tenths / 10);
	else
		appendStringInfo(s, "%s%ld.%ld", tenths < 0 ? "-" : "", labs(tenths) / 10,
						 labs(tenths) % 10);
}

static void
svg_append_attribute(StringInfo s, const char *name, double v)
{
	appendStringInfo(s, " %s=\"", name);
	append_place(s, v);
	appendStringInfoChar(s, '"');
}

void
l2_svg_open(StringInfo s, const char *class, double width, double height, const char *title,
			const char *desc)
{
	appendStringInfo(s,
					 "<svg class=\"%s\" viewBox=\"0 0 %.0f %.0f\" role=\"img\"><title>%s</title>"
					 "<desc>%s</desc>",
					 class, width, height, title, desc);
}

void
l2_svg_close(StringInfo s)
{
	appendStringInfoString(s, "</svg>");
}

void
l2_svg_line(StringInfo s, const char *class, double x1, double y1, double x2, double y2)
{
	appendStringInfo(s, "<line class=\"%s\"", class);
	svg_append_attribute(s, "x1", x1);
	svg_append_attribute(s, "y1", y1);
	svg_append_attribute(s, "x2", x2);
	svg_append_attribute(s, "y2", y2);
	appendStringInfoString(s, "/>");
}

void
l2_svg_circle(StringInfo s, const char *class, double x, double y, double r)
{
	appendStringInfo(s, "<circle class=\"%s\"", class);
	svg_append_attribute(s, "cx", x);
	svg_append_attribute(s, "cy", y);
	svg_append_attribute(s, "r", r);
	appendStringInfoString(s, "/>");
}

void
l2_svg_text(StringInfo s, const char *class, const char *anchor, double x, double y,
			const char *text)
{
	appendStringInfo(s, "<text class=\"%s\" text-anchor=\"%s\"", class, anchor);
	svg_append_attribute(s, "x", x);
	svg_append_attribute(s, "y", y);
	appendStringInfo(s, ">%s</text>", text);
}

void
l2_svg_path_open(StringInfo s, const char *class)
{
	appendStringInfo(s, "<path class=\"%s\" d=\"", class);
}

void
l2_svg_to(StringInfo s, char command, double x, double y)
{
	appendStringInfoChar(s, command);
	append_place(s, x);
	appendStringInfoChar(s, ' ');
	append_place(s, y);
}

void
l2_svg_path_close(StringInfo s)
{
	appendStringInfoString(s, "\"/>");
}

void
l2_append_number(StringInfo s, double v, int digits)
{
	char buf[64];
	char *exponent;
	int power;

	if (!isfinite(v))
	{
		appendStringInfoString(s, isnan(v) ? "&ndash;" : v > 0 ? "&infin;" : "&minus;&infin;");
		return;
	}
	if (v < 0)
		appendStringInfoString(s, "&minus;");
	v = fabs(v);
	snprintf(buf, sizeof buf, "%.*e", digits - 1, v); /* rounds as it will be shown */
	exponent = strchr(buf, 'e');
	power = (int) strtol(exponent + 1, NULL, 10);
	if (v == floor(v) && v < 1e7)
		appendStringInfo(s, "%.0f", v);
	else if (power >= -4 && power < 7)
		appendStringInfo(s, "%.*f", Max(digits - 1 - power, 0), v);
	else
		appendStringInfo(s, "%.*se%s%d", (int) (exponent - buf), buf, power < 0 ? "&minus;" : "",
						 abs(power));
}
