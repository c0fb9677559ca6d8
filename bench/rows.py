"""rows.py: how the programs here read rows that the server exported, and take the time."""
import sys
import time

import numpy as np

try:
    import pandas
except ImportError:
    pandas = None

READER = f"pandas {pandas.__version__}" if pandas else f"numpy {np.__version__}"


def timed(name, do):
    """CPU time, so that a busy machine does not make others look slow"""
    start = time.process_time()
    value = do()
    print(f"{name}\t{1000 * (time.process_time() - start)}", flush=True)
    return value


def read_csv(path=None):
    """The numbers of a csv file without a header, by default the one named on the command line"""
    path = path or sys.argv[1]
    if pandas:
        return pandas.read_csv(path, header=None).to_numpy()
    return np.loadtxt(path, delimiter=",", ndmin=2)


def read_binary(path, scalars, elements=0):
    """The numbers of a COPY ... (FORMAT binary) of so many float8 columns and then, perhaps, a float8[] of so many elements.
    NULL there must not be: rows are read as what they then are, records of one length."""
    record = [("fields", ">i2"), ("scalar", [("length", ">i4"), ("value", ">f8")], (scalars,))]
    if elements:
        # length, dimensions, whether NULLs, type, size, lower bound
        record += [("head", ">i4", (6,)), ("element", [("length", ">i4"), ("value", ">f8")], (elements,))]
    # a head of 19 bytes, and -1 for a number of fields at the end
    raw = np.memmap(path, dtype="u1", mode="r")
    rows = np.frombuffer(raw[19:-2], dtype=np.dtype(record))
    values = np.empty((len(rows), scalars + elements))
    values[:, :scalars] = rows["scalar"]["value"]
    if elements:
        values[:, scalars:] = rows["element"]["value"]
    return values


def write_binary(path, keys, values):
    """The same the other way, for COPY ... FROM: an int4 and a float8 a row"""
    rows = np.empty(len(keys), dtype=[("fields", ">i2"), ("l1", ">i4"), ("key", ">i4"), ("l2", ">i4"), ("value", ">f8")])
    rows["fields"], rows["l1"], rows["key"], rows["l2"], rows["value"] = 2, 4, keys, 8, values
    with open(path, "wb") as file:
        file.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        rows.tofile(file)
        file.write(b"\xff\xff")
