#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The writing process is killed at every system call it makes, and every open, write, fsync, rename and close is made to
# fail with ENOSPC and EIO, every write to be short. Afterwards FILE must be a complete image that restarts: the previous
# one or the new one. usage: crash.sh OUT [STEP]    STEP > 1 tries every STEP-th call only
set -u
OUT=$(realpath "$1") STEP=${2:-1}
RC=$OUT/bin/roost-checkpoint RESTART=$OUT/bin/roost-restart IMAGE=$OUT/bin/roost-image T=$OUT/test/ckpt
DIR=$(mktemp -d "${TMPDIR:-/tmp}/roost-crash.XXXXXX"); trap 'rm -rf "$DIR"' EXIT
cd "$DIR" || exit 1
exec 2>shell
CK_TEST=tstp CK_AT=2 "$RC" "$T/heap_sum" -_condor_nowarn -_condor_ckpt "$DIR/first" >/dev/null
first=$("$IMAGE" first | head -1)
want=$("$T/heap_sum")
tried=0 failed=0 old=0 new=0
for mode in kill enospc eio short; do
	for ((n = 1; n < 2000; n += STEP)); do
		cp first i
		CK_TEST=tstp CK_AT=4 "$T/injector" $mode $n "$RC" "$T/heap_sum" -_condor_nowarn -_condor_ckpt "$DIR/i" >/dev/null 2>&1
		[ $? = 3 ] && break
		tried=$((tried + 1))
		"$IMAGE" --verify i >/dev/null || { echo "FAIL $mode at call $n: the image is damaged"; failed=$((failed + 1)); continue; }
		[ "$("$IMAGE" i | head -1)" = "$first" ] && old=$((old + 1)) || new=$((new + 1))
		[ "$("$RESTART" i)" = "$want" ] || { echo "FAIL $mode at call $n: the restarted program prints something else"; failed=$((failed + 1)); }
	done
	[ $n -gt 1 ] || { echo "FAIL $mode: the sweep found no calls"; failed=$((failed + 1)); }
done
[ $old -gt 0 ] && [ $new -gt 0 ] || { echo "FAIL the sweep met only one of the two images"; failed=$((failed + 1)); }
echo "crash sweep: $tried faults, previous image $old times, new image $new times, $failed failures"
[ $failed = 0 ]
