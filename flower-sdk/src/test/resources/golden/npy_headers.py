#!/usr/bin/env python3
"""npy_headers.py > npy_headers.json : headers of .npy files as NumPy writes them, for shapes around every padding boundary."""
import io
import json

import numpy as np

shapes = [(), (0,), (1,), (2, 2), (0, 3), (1234567890,), (8, 4096), (4096, 8), (1, 2, 3, 4)]
shapes += [(1234,) * n for n in range(5, 20)] + [(7,) * n for n in range(8, 32)]
shapes += [(1,) + (1234,) * n for n in range(1, 20)] + [(123456789,) + (7,) * n for n in range(1, 20)]
headers = []
for shape in shapes:
    for descr in ("<f4", "|b1", ">f8"):
        for fortran in (False, True):
            out = io.BytesIO()
            np.lib.format.write_array_header_1_0(out, {"descr": descr, "fortran_order": fortran, "shape": shape})
            headers.append({"descr": descr, "fortran": fortran, "shape": list(shape), "text": out.getvalue()[10:].decode("ascii")})
print(json.dumps({"numpy": np.__version__, "headers": headers}, indent=0))
