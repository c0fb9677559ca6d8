-- stored_bytes.sql: the bytes of grams and models as tables have them: casts to a type that shows them, and back.
SET client_min_messages = error;
CREATE TYPE stored_bytes;
CREATE FUNCTION stored_bytes_in(cstring) RETURNS stored_bytes AS 'byteain' LANGUAGE internal IMMUTABLE STRICT;
CREATE FUNCTION stored_bytes_out(stored_bytes) RETURNS cstring AS 'byteaout' LANGUAGE internal IMMUTABLE STRICT;
CREATE TYPE stored_bytes (INPUT = stored_bytes_in, OUTPUT = stored_bytes_out, ALIGNMENT = double, STORAGE = external);
CREATE CAST (l2_gram AS stored_bytes) WITHOUT FUNCTION;
CREATE CAST (l2_model AS stored_bytes) WITHOUT FUNCTION;
CREATE CAST (stored_bytes AS l2_gram) WITHOUT FUNCTION;
CREATE CAST (stored_bytes AS l2_model) WITHOUT FUNCTION;
