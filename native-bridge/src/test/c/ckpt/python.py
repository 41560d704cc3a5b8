#!/usr/bin/env -S python3 -S
# SPDX-License-Identifier: Apache-2.0
# Fact: a Python program with its garbage collector, generators, files, exceptions and threads.
import ctypes, gc, hashlib, os, random, sys, threading

def here():
    what = os.environ.get("CK_TEST")
    if what == "count":
        with open(os.environ["CK_COUNT"], "a") as f:
            f.write(".")
    elif what == "ckpt":
        ctypes.CDLL(None).ckpt()
    elif what:
        os.kill(os.getpid(), 20)

def numbers():
    n = 0
    while True:
        n += 1
        yield n * n

random.seed(42)
table = {str(i): [random.random() for _ in range(20)] for i in range(500)}
squares = numbers()
ready, stop = threading.Event(), threading.Event()
worker = threading.Thread(target=lambda: (ready.set(), stop.wait()))
worker.start()
ready.wait()
with open("py.txt", "w") as out:
    for step in range(4):
        out.write("line %d\n" % step)
        here()
        gc.collect()
        digest = hashlib.sha256(repr(sorted(table.items())).encode()).hexdigest()
        print(step, next(squares), digest[:12], random.random())
        sys.stdout.flush()
        table.pop(str(step))
stop.set()
worker.join()
print(open("py.txt").read(), end="")
sys.exit(6)
