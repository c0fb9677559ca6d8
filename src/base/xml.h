/*
 * xml.h: text in XML.
 */
#ifndef L2_XML_H
#define L2_XML_H

#include "base/l2reg.h"

#include "lib/stringinfo.h"

/* Text as what an element holds, or as the value of an attribute in quotes; an error for what XML
 * cannot hold */
extern void l2_append_xml(StringInfo s, const char *text);

#endif
