/*
 * xml.c: text in XML.
 */
#include "base/xml.h"

void
l2_append_xml(StringInfo s, const char *text)
{
	for (; *text; text++)
		switch (*text)
		{
			case '&':
				appendStringInfoString(s, "&amp;");
				break;
			case '<':
				appendStringInfoString(s, "&lt;");
				break;
			case '>':
				appendStringInfoString(s, "&gt;");
				break;
			case '"':
				appendStringInfoString(s, "&quot;");
				break;
			case '\t':
			case '\n':
			case '\r':
				appendStringInfo(s, "&#%d;", *text);
				break;
			default:
				if ((unsigned char) *text < ' ')
					ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
									errmsg("XML cannot hold the character with code %d", *text),
									errdetail("It is in the name of a feature or level.")));
				appendStringInfoChar(s, *text);
		}
}
