/*
 * report.c: what l2_report draws: plots of layers, and an interval beside its number.
 *
 * sql/install/report.sql makes the page and gets its numbers from the functions that users
 * call; here numbers become places.  A value that is not finite has none, and is left out.
 */
#include "report/svg.h"

#include "model/family.h"
#include "num/stats/student.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#define WIDTH   420.0
#define HEIGHT  280.0
#define LEFT    54.0
#define RIGHT   12.0
#define LABELS  110.0 /* in place of RIGHT where lines have labels */
#define TOP     34.0
#define NOTE    80.0 /* room for the label of a rule */
#define BOTTOM  42.0
#define LEADING 15.0
#define LETTER  8.0 /* a digit's width in letters of 14 pixels, as telephones have them */

#define PLOTTABLE 1e300 /* differences of smaller numbers are finite */
#define DIGITS    4
#define EARLIEST  (-2e11) /* seconds since 1970 that a timestamp may have, about */
#define LATEST    9e12

/*
 * JSON
 */

static bool
report_find(JsonbContainer *object, const char *key, JsonbValue *found)
{
	JsonbValue k = {.type = jbvString};
	JsonbValue *v;

	k.val.string.val = (char *) key;
	k.val.string.len = (int) strlen(key);
	v = findJsonbValueFromContainer(object, JB_FOBJECT, &k);
	if (v == NULL)
		return false;
	*found = *v;
	return true;
}

static JsonbContainer *
find_container(JsonbContainer *object, const char *key, bool array)
{
	JsonbValue v;

	if (!report_find(object, key, &v) || v.type != jbvBinary ||
		!(array ? JsonContainerIsArray(v.val.binary.data)
				: JsonContainerIsObject(v.val.binary.data)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("plot has no %s \"%s\"", array ? "array" : "object", key)));
	return v.val.binary.data;
}

static bool
find_true(JsonbContainer *object, const char *key)
{
	JsonbValue v;

	return report_find(object, key, &v) && v.type == jbvBool && v.val.boolean;
}

/* "" where there is none */
static char *
find_text(JsonbContainer *object, const char *key)
{
	JsonbValue v;

	if (!report_find(object, key, &v) || v.type != jbvString)
		return "";
	return pnstrdup(v.val.string.val, v.val.string.len);
}

/* NaN for what is no number */
static double *
find_numbers(JsonbContainer *object, const char *key, int *n)
{
	JsonbValue v;
	JsonbContainer *array;
	JsonbIterator *it;
	double *x;

	*n = 0;
	if (!report_find(object, key, &v) || v.type != jbvBinary ||
		!JsonContainerIsArray(v.val.binary.data))
		return NULL;
	array = v.val.binary.data;
	x = palloc(sizeof(double) * Max(JsonContainerSize(array), 1));
	it = JsonbIteratorInit(array);
	for (JsonbIteratorToken t; (t = JsonbIteratorNext(&it, &v, true)) != WJB_DONE;)
	{
		if (t != WJB_ELEM)
			continue;
		x[*n] = v.type == jbvNumeric ? DatumGetFloat8(DirectFunctionCall1(
										   numeric_float8, NumericGetDatum(v.val.numeric)))
									 : NAN;
		(*n)++;
	}
	return x;
}

/*
 * Axes
 */

typedef struct axis
{
	const char *label;
	bool log;
	bool reverse;    /* the largest value comes first */
	bool whole;      /* ticks at whole numbers only */
	bool time;       /* values are seconds since 1970, and labels dates */
	double lo, hi;   /* of the values, or of their logarithms */
	double from, to; /* the places of these */
} axis;

static double
scaled(const axis *a, double v)
{
	if (a->log)
		v = v > 0 ? log10(v) : NAN;
	if (a->time && !(v > EARLIEST && v < LATEST))
		return NAN;
	if (fabs(v) < 1 / PLOTTABLE)
		return 0;
	return fabs(v) < PLOTTABLE ? v : NAN;
}

static double
place_scaled(const axis *a, double v)
{
	double share = (v - a->lo) / (a->hi - a->lo);

	return a->from + (a->reverse ? 1 - share : share) * (a->to - a->from);
}

static double
report_place(const axis *a, double v)
{
	return place_scaled(a, scaled(a, v));
}

static void
report_cover(axis *a, const double *x, int n)
{
	for (int i = 0; i < n; i++)
	{
		double v = scaled(a, x[i]);

		if (isnan(v))
			continue;
		a->lo = fmin(a->lo, v);
		a->hi = fmax(a->hi, v);
	}
}

/* Room around the values */
static void
report_settle(axis *a, double margin)
{
	double size;

	if (a->lo > a->hi)
		a->lo = a->hi = 0;
	size = fmax(fabs(a->lo), fabs(a->hi));
	if (a->hi - a->lo <= 1e-9 * size || size == 0)
		margin = size == 0 ? 1 : a->log || a->whole ? 0.5 : 0.1 * size;
	else
		margin *= a->hi - a->lo;
	a->lo -= margin;
	a->hi += margin;
}

/* 1, 2 or 5 times a power of ten, so that at most that many steps fit */
static double
nice_step(double range, int steps)
{
	double unit = pow(10, floor(log10(range / steps)));

	for (;; unit *= 10)
		for (int k = 0; k < 3; k++)
		{
			static const int multiple[] = {1, 2, 5};

			if (multiple[k] * unit * steps >= range)
				return multiple[k] * unit;
		}
}

/* The first of these that is at least least; the last where none is */
static int
time_unit(const int *units, int n, double least)
{
	for (int i = 0; i < n - 1; i++)
		if (units[i] >= least)
			return units[i];
	return units[n - 1];
}

static double
seconds_of(int year, int month, int day)
{
	return 86400.0 * (date2j(year, month, day) - UNIX_EPOCH_JDATE);
}

/* The next tick of months, or of years where months is a multiple of 12, from a moment on */
static double
month_tick(double from, int months, int k)
{
	int year, month, day, index;

	j2date((int) floor(from / 86400) + UNIX_EPOCH_JDATE, &year, &month, &day);
	index = (year * 12 + month - 1) / months * months + k * months;
	return seconds_of(index / 12, index % 12 + 1, 1);
}

static char *
time_label(double v, bool clock, bool seconds, int months)
{
	int year, month, day, of_day = (int) (v - 86400 * floor(v / 86400));

	j2date((int) floor(v / 86400) + UNIX_EPOCH_JDATE, &year, &month, &day);
	if (clock)
		return seconds ? psprintf("%02d:%02d:%02d", of_day / 3600, of_day / 60 % 60, of_day % 60)
					   : psprintf("%02d:%02d", of_day / 3600, of_day / 60 % 60);
	if (months >= 12)
		return psprintf("%d", year);
	if (months > 0)
		return psprintf("%d-%02d", year, month);
	return psprintf("%d-%02d-%02d", year, month, day);
}

/* Ticks at beginnings of years, months, days or parts of days, in UTC */
static int
make_time_ticks(const axis *a, int most, double *at, char **label)
{
	static const int clocks[] = {1,   2,    5,    10,   30,    60,    120,  300,
								 600, 1800, 3600, 7200, 10800, 21600, 43200};
	static const int month_steps[] = {1, 2, 3, 6};
	const double day = 86400, month = 30.44 * day, year = 365.25 * day;
	double range = a->hi - a->lo, least = range / most, step = 0;
	int months = 0, n = 0;

	if (least > 6 * month)
		months = 12 * (int) Max(nice_step(range / year, most), 1);
	else if (least > 12 * day)
		months = time_unit(month_steps, lengthof(month_steps), least / month);
	else if (least > day / 2)
		step = day * Max(ceil(nice_step(range / day, most)), 1);
	else
		step = time_unit(clocks, lengthof(clocks), least);
	for (int k = 0; n < most + 1; k++)
	{
		double v = months > 0 ? month_tick(a->lo, months, k) : (ceil(a->lo / step) + k) * step;

		if (v > a->hi)
			break;
		if (v < a->lo)
			continue;
		at[n] = v;
		label[n++] = time_label(v, step > 0 && step<day, step> 0 && step < 60, months);
	}
	return n;
}

/* Values with their places and labels; returns their number */
static int
make_ticks(const axis *a, int most, double *at, char **label)
{
	bool decades = a->log && a->hi - a->lo > 1.5;
	double step = nice_step(a->hi - a->lo, most);
	int n = 0;

	if (a->time)
		return make_time_ticks(a, most, at, label);
	if (a->log && !decades)
		most *= 2; /* 1, 2 and 5 are never more */
	if (decades || a->whole)
		step = Max(ceil(step), 1);
	if (a->log && !decades)
	{
		for (int decade = (int) floor(a->lo); decade <= a->hi; decade++)
			for (int k = 0; k < 9 && n < most; k++)
			{
				StringInfoData s;
				double v = decade + log10(k + 1);
				bool wanted = a->hi - a->lo < 0.7 || k == 0 || k == 1 || k == 4;

				if (!wanted || v < a->lo || v > a->hi)
					continue;
				initStringInfo(&s);
				l2_append_number(&s, (k + 1) * pow(10, decade), 1);
				at[n] = v;
				label[n++] = s.data;
			}
		return n;
	}
	for (double v = ceil(a->lo / step) * step; v <= a->hi && n < most + 1; v += step)
	{
		StringInfoData s;
		double value = fabs(v) < step * 1e-9 ? 0 : v;
		int power = value == 0 ? 0 : (int) floor(log10(fabs(value)) + 1e-9);

		initStringInfo(&s);
		if (a->log)
			l2_append_number(&s, pow(10, value), 1);
		else
			l2_append_number(&s, value,
							 Min(Max(power - (int) floor(log10(step) + 1e-9) + 1, 1),
								 15)); /* down to the step */
		at[n] = value;
		label[n++] = s.data;
	}
	return n;
}

#define MOST_TICKS 16

/* What a label takes at most, in the largest letters of the style sheet; an entity is one letter */
static double
label_width(const char *label)
{
	int letters = 0;

	for (; *label; label++, letters++)
		if (*label == '&')
			label += strcspn(label, ";");
	return letters * LETTER;
}

/* How many ticks of x there may be so that their labels do not touch; 2 at least */
static int
most_that_fit(const axis *x, double *at, char **label)
{
	for (int most = 5; most > 2; most--)
	{
		int n = make_ticks(x, most, at, label);
		bool fit = true;

		for (int i = 1; i < n; i++)
		{
			double apart = fabs(place_scaled(x, at[i]) - place_scaled(x, at[i - 1]));

			fit &= apart > (label_width(label[i]) + label_width(label[i - 1])) / 2 + LETTER;
		}
		if (fit)
			return most;
	}
	return 2;
}

/* Room for the labels of y, between the edge and the axis */
static double
room_for_labels(const axis *y)
{
	double at[MOST_TICKS], widest = 0;
	char *label[MOST_TICKS];
	int n = make_ticks(y, 6, at, label);

	for (int i = 0; i < n; i++)
		widest = fmax(widest, label_width(label[i]));
	return fmax(LEFT, widest + 10);
}

/*
 * Ticks as many as their labels have room for; the last label ends at the edge in place of beyond
 * it.
 */
static void
draw_axes(StringInfo s, const axis *x, const axis *y)
{
	double at[MOST_TICKS];
	char *label[MOST_TICKS];
	int n = make_ticks(y, 6, at, label);

	for (int i = 0; i < n; i++)
	{
		double p = place_scaled(y, at[i]);

		l2_svg_line(s, "grid", x->from, p, x->to, p);
		l2_svg_text(s, "tick", "end", x->from - 6, p + 4, label[i]);
	}
	l2_svg_line(s, "axis", x->from, y->from, x->to, y->from);
	n = make_ticks(x, most_that_fit(x, at, label), at, label);
	for (int i = 0; i < n; i++)
	{
		double p = place_scaled(x, at[i]), half = label_width(label[i]) / 2;
		bool beyond = p + half > WIDTH;

		l2_svg_line(s, "axis", p, y->from, p, y->from + 4);
		l2_svg_text(s, "tick", beyond ? "end" : "middle", beyond ? WIDTH : p, y->from + 17,
					label[i]);
	}
	l2_svg_text(s, "label", "start", 2, 12, y->label);
	l2_svg_text(s, "label", "middle", (x->from + x->to) / 2, HEIGHT - 6, x->label);
}

/*
 * Layers
 */

typedef enum layer_type
{
	LINE,     /* x, y; label at its end */
	POINTS,   /* x, y */
	BAND,     /* x, low, high */
	RULE,     /* x: lines from top to bottom, label at the top; y: from left to right */
	DIAGONAL, /* where both axes have the same value */
} layer_type;

static const char *const layer_names[] = {"line", "points", "band", "rule", "diagonal"};

typedef struct layer
{
	layer_type type;
	const char *class;
	const char *label;
	const char *anchor; /* of a rule's label */
	double *x, *y, *low, *high;
	int nx, ny;
} layer;

static layer
read_layer(JsonbContainer *object)
{
	const char *type = find_text(object, "type");
	layer l = {.class = find_text(object, "class"),
			   .label = find_text(object, "label"),
			   .anchor = find_text(object, "anchor")};
	int nlow, nhigh;

	for (; strcmp(type, layer_names[l.type]) != 0; l.type++)
		if (l.type == DIAGONAL)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("unknown layer of a plot: \"%s\"", type)));
	l.x = find_numbers(object, "x", &l.nx);
	l.y = find_numbers(object, "y", &l.ny);
	l.low = find_numbers(object, "low", &nlow);
	l.high = find_numbers(object, "high", &nhigh);
	if (l.type == LINE || l.type == POINTS)
		l.nx = l.ny = Min(l.nx, l.ny);
	else if (l.type == BAND)
		l.nx = Min(l.nx, Min(nlow, nhigh));
	return l;
}

static bool
has_place(const axis *a, double v)
{
	return !isnan(scaled(a, v));
}

static void
draw_line(StringInfo s, const layer *l, const axis *x, const axis *y)
{
	char command = 'M';

	l2_svg_path_open(s, l->class);
	for (int i = 0; i < l->nx; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!has_place(x, l->x[i]) || !has_place(y, l->y[i]))
		{
			command = 'M';
			continue;
		}
		l2_svg_to(s, command, report_place(x, l->x[i]), report_place(y, l->y[i]));
		command = 'L';
	}
	l2_svg_path_close(s);
}

/* One path of strokes without length, which round caps make dots */
static void
draw_points(StringInfo s, const layer *l, const axis *x, const axis *y)
{
	l2_svg_path_open(s, l->class);
	for (int i = 0; i < l->nx; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!has_place(x, l->x[i]) || !has_place(y, l->y[i]))
			continue;
		l2_svg_to(s, 'M', report_place(x, l->x[i]), report_place(y, l->y[i]));
		appendStringInfoString(s, "h0");
	}
	l2_svg_path_close(s);
}

static void
draw_band(StringInfo s, const layer *l, const axis *x, const axis *y)
{
	char command = 'M';

	l2_svg_path_open(s, l->class);
	for (int i = 0; i < 2 * l->nx; i++)
	{
		int at = i < l->nx ? i : 2 * l->nx - 1 - i;
		double edge = i < l->nx ? l->high[at] : l->low[at];

		CHECK_FOR_INTERRUPTS();
		if (!has_place(x, l->x[at]) || !has_place(y, l->low[at]) || !has_place(y, l->high[at]))
			continue;
		l2_svg_to(s, command, report_place(x, l->x[at]), report_place(y, edge));
		command = 'L';
	}
	if (command == 'L')
		appendStringInfoChar(s, 'Z');
	l2_svg_path_close(s);
}

static void
draw_rule(StringInfo s, const layer *l, const axis *x, const axis *y)
{
	for (int i = 0; i < l->ny; i++)
		if (has_place(y, l->y[i]))
			l2_svg_line(s, l->class, x->from, report_place(y, l->y[i]), x->to,
						report_place(y, l->y[i]));
	for (int i = 0; i < l->nx; i++)
	{
		double p = report_place(x, l->x[i]);

		if (isnan(p))
			continue;
		l2_svg_line(s, l->class, p, y->from, p, y->to);
		if (l->label[0])
		{
			bool before = strcmp(l->anchor, "end") == 0 ? p - x->from > NOTE : x->to - p < NOTE;

			l2_svg_text(s, "note", before ? "end" : "start", before ? p - 4 : p + 4, y->to - 6,
						l->label);
		}
	}
}

static void
draw_layer(StringInfo s, const layer *l, const axis *x, const axis *y)
{
	switch (l->type)
	{
		case LINE:
			draw_line(s, l, x, y);
			break;
		case POINTS:
			draw_points(s, l, x, y);
			break;
		case BAND:
			draw_band(s, l, x, y);
			break;
		case RULE:
			draw_rule(s, l, x, y);
			break;
		case DIAGONAL:
			l2_svg_line(s, l->class, place_scaled(x, x->lo), place_scaled(y, x->lo),
						place_scaled(x, x->hi), place_scaled(y, x->hi));
			break;
	}
}

/* Labels of lines, beside their last points */

typedef struct label
{
	const layer *of;
	double at;
} label;

static int
report_compare_labels(const void *a, const void *b)
{
	double x = ((const label *) a)->at, y = ((const label *) b)->at;

	return (x > y) - (x < y);
}

/* Names at the ends of lines, moved apart until none lies on another and none below the axis. */
static void
draw_labels(StringInfo s, const layer *layers, int n, const axis *x, const axis *y)
{
	label *list = palloc(sizeof(label) * Max(n, 1));
	int count = 0;
	double bottom;

	for (int i = 0; i < n; i++)
	{
		const layer *l = &layers[i];
		int last = l->nx - 1;

		if (l->type != LINE || !l->label[0])
			continue;
		while (last >= 0 && !(has_place(x, l->x[last]) && has_place(y, l->y[last])))
			last--;
		if (last >= 0)
			list[count++] = (label){l, report_place(y, l->y[last])};
	}
	qsort(list, count, sizeof *list, report_compare_labels);
	for (int i = 1; i < count; i++)
		list[i].at = fmax(list[i].at, list[i - 1].at + LEADING);
	bottom = y->from;
	for (int i = count - 1; i >= 0; i--, bottom -= LEADING)
		list[i].at = fmin(list[i].at, bottom);
	for (int i = 0; i < count; i++)
	{
		StringInfoData class;

		initStringInfo(&class);
		appendStringInfo(&class, "name %s", list[i].of->class);
		l2_svg_text(s, class.data, "start", x->to + 7, list[i].at + 4, list[i].of->label);
	}
}

static axis
read_axis(JsonbContainer *plot, const char *key)
{
	JsonbContainer *object = find_container(plot, key, false);

	return (axis){.label = find_text(object, "label"),
				  .log = find_true(object, "log"),
				  .reverse = find_true(object, "reverse"),
				  .whole = find_true(object, "whole"),
				  .time = find_true(object, "time"),
				  .lo = INFINITY,
				  .hi = -INFINITY};
}

PG_FUNCTION_INFO_V1(_l2_plot);
PGDLLEXPORT Datum
_l2_plot(PG_FUNCTION_ARGS)
{
	Jsonb *document = PG_GETARG_JSONB_P(0);
	JsonbContainer *plot = &document->root, *array;
	axis x, y;
	layer *layers;
	int n;
	bool labels = false;
	StringInfoData s;

	if (!JB_ROOT_IS_OBJECT(document))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("plot must be a JSON object")));
	x = read_axis(plot, "x");
	y = read_axis(plot, "y");
	array = find_container(plot, "layers", true);
	n = (int) JsonContainerSize(array);
	layers = palloc(sizeof(layer) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		layer *l = &layers[i];
		JsonbValue *v = getIthJsonbValueFromContainer(array, (uint32) i);

		if (v->type != jbvBinary || !JsonContainerIsObject(v->val.binary.data))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("layers of a plot must be JSON objects")));
		*l = read_layer(v->val.binary.data);
		report_cover(&x, l->x, l->nx);
		report_cover(&y, l->y, l->ny);
		if (l->type == BAND)
		{
			report_cover(&y, l->low, l->nx);
			report_cover(&y, l->high, l->nx);
		}
		labels |= l->type == LINE && l->label[0];
	}
	for (int i = 0; i < n; i++)
		if (layers[i].type == DIAGONAL)
		{
			x.lo = y.lo = fmin(x.lo, y.lo);
			x.hi = y.hi = fmax(x.hi, y.hi);
		}
	report_settle(&x, 0.03);
	report_settle(&y, 0.06);
	y.from = HEIGHT - BOTTOM;
	y.to = TOP;
	x.from = room_for_labels(&y);
	x.to = WIDTH - (labels ? LABELS : RIGHT);

	initStringInfo(&s);
	l2_svg_open(&s, "plot", WIDTH, HEIGHT, find_text(plot, "title"), find_text(plot, "desc"));
	draw_axes(&s, &x, &y);
	for (int i = 0; i < n; i++)
		draw_layer(&s, &layers[i], &x, &y);
	draw_labels(&s, layers, n, &x, &y);
	l2_svg_close(&s);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(s.data, s.len));
}

/*
 * An interval in a row of a table, on a scale from -size to size
 */

#define ROW_WIDTH  140.0
#define ROW_HEIGHT 18.0

static double
place_in_row(double v, double size)
{
	double share = fmin(fmax(v / size, -1), 1);

	return ROW_WIDTH / 2 + share * (ROW_WIDTH / 2 - 5);
}

PG_FUNCTION_INFO_V1(_l2_plot_interval);
PGDLLEXPORT Datum
_l2_plot_interval(PG_FUNCTION_ARGS)
{
	double value = PG_ARGISNULL(0) ? NAN : PG_GETARG_FLOAT8(0);
	double low = PG_ARGISNULL(1) ? NAN : PG_GETARG_FLOAT8(1);
	double high = PG_ARGISNULL(2) ? NAN : PG_GETARG_FLOAT8(2);
	double size = PG_ARGISNULL(3) ? NAN : PG_GETARG_FLOAT8(3);
	char *title = PG_ARGISNULL(4) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(4));
	char *desc = PG_ARGISNULL(5) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(5));
	StringInfoData s;

	if (!(size > 0))
		size = 1;
	initStringInfo(&s);
	l2_svg_open(&s, "row", ROW_WIDTH, ROW_HEIGHT, title, desc);
	l2_svg_line(&s, "axis", ROW_WIDTH / 2, 0, ROW_WIDTH / 2, ROW_HEIGHT);
	if (!isnan(low) && !isnan(high))
		l2_svg_line(&s, "interval", place_in_row(low, size), ROW_HEIGHT / 2,
					place_in_row(high, size), ROW_HEIGHT / 2);
	if (!isnan(value))
		l2_svg_circle(&s, "mark", place_in_row(value, size), ROW_HEIGHT / 2, 3.5);
	l2_svg_close(&s);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(s.data, s.len));
}

/* The z that a normal variable is below with probability p */
PG_FUNCTION_INFO_V1(_l2_normal_quantile);
PGDLLEXPORT Datum
_l2_normal_quantile(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(l2n_t_quantile(PG_GETARG_FLOAT8(0), INFINITY));
}

PG_FUNCTION_INFO_V1(_l2_html_number);
PGDLLEXPORT Datum
_l2_html_number(PG_FUNCTION_ARGS)
{
	int digits = PG_ARGISNULL(1) ? DIGITS : PG_GETARG_INT32(1);
	StringInfoData s;

	initStringInfo(&s);
	l2_append_number(&s, PG_ARGISNULL(0) ? NAN : PG_GETARG_FLOAT8(0), Min(Max(digits, 1), 15));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(s.data, s.len));
}

/* The style sheet of the page, as C strings made from page.css */
PG_FUNCTION_INFO_V1(_l2_page_style);
PGDLLEXPORT Datum
_l2_page_style(PG_FUNCTION_ARGS)
{
	static const char style[] =
#include "report/page.css.inc"
		;

	PG_RETURN_TEXT_P(cstring_to_text(style));
}

/* _l2_report_deviation(model, mu): the root of the family's variance; 1 of a model without one */
PG_FUNCTION_INFO_V1(_l2_report_deviation);
PGDLLEXPORT Datum
_l2_report_deviation(PG_FUNCTION_ARGS)
{
	const l2_model *m = PG_GETARG_L2_MODEL(0);
	double mu = PG_GETARG_FLOAT8(1), slope, variance;
	l2n_family f;

	if (!l2_model_has_link(m))
		PG_RETURN_FLOAT8(1);
	l2_family_of_model(m, &f);
	if (f.variance == l2n_gaussian.variance)
		PG_RETURN_FLOAT8(1);
	/* Poisson regression has a family of its own, by the linear predictor */
	if (f.variance == NULL)
		f = l2n_poisson_general;
	variance = mu > 0 ? f.variance(&f, mu, &slope) : 0;
	if (!(variance > 0 && isfinite(variance)))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sqrt(variance));
}
