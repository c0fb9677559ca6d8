#!/bin/bash
#
# calls.sh POSTGRES OBJECT...: the functions of the server that the objects call and that may fail.
#
# Left out: what reports errors, what cleans up after them, and what neither allocates nor raises.

comm -12 <(nm -D --defined-only "$1" | awk '$2 == "T" { print $3 }' | sort) \
    <(nm -u "${@:2}" | awk '$1 == "U" { print $2 }' | sort -u) |
    grep -vE '^(err|elog|unpack_sql_state|internalerr|geterrposition|set_errcontext|(pre_)?format_elog|pg_re_throw|CopyErrorData|FlushErrorState|float_overflow)' |
    grep -vE '^(pfree|MemoryContext(Delete|Reset|Register.*)|bms_free|free_|(SPI|hash_seq|tuplesort|end_MultiFuncCall)_?(finish|free.*|term|end)?$|(Rollback|Release).*|AtEOXact.*|Pop.*|ExecDrop.*|.*_close|BufFileClose|heap_freetuple|SPI_free.*|SPI_finish|tuplesort_end)' |
    grep -vE '^(GetUserId.*|SetUserId.*|GetDatabaseEncoding|IsTransactionState|ProcessInterrupts|Define.*|MarkGUC.*|EmitWarnings.*|NewGUCNestLevel|AggCheckCallContext|check_stack_depth|hash_bytes.*|pg_(qsort|snprintf|strncasecmp|mblen|mbstrlen.*|strtoint32)|bpchartruelen|double_to_shortest.*|exprType|list_member_oid|bms_(equal|next_member|num_members)|pq_getmsg.*)$'
