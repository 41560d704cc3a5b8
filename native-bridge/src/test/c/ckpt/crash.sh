#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The writing process is killed at every system call it makes, and every open, write, fsync, rename and close is made to
# fail with ENOSPC and EIO, every write to be short. Afterwards FILE must be a complete image that restarts: the previous
# one or the new one. usage: crash.sh OUT [STEP [incremental]]    STEP > 1 tries every STEP-th call only
# incremental: both images are, FILE includes what it needs, and the next images leave nothing over
set -u
OUT=$(realpath "$1") STEP=${2:-1} KIND=${3:-full}
RC=$OUT/bin/roost-checkpoint RESTART=$OUT/bin/roost-restart IMAGE=$OUT/bin/roost-image T=$OUT/test/ckpt
DIR=$(mktemp -d "${TMPDIR:-/tmp}/roost-crash.XXXXXX"); trap 'rm -rf "$DIR"' EXIT
cd "$DIR" || exit 1
exec 2>shell
want=$("$T/heap_sum")
generation() { od -An -tu4 -j28 -N4 i | tr -d ' '; }
# The program writes the image of its second step, and is disturbed while it writes that of its third.
if [ $KIND = full ]; then
	CK_TEST=tstp CK_AT=2 "$RC" "$T/heap_sum" -_condor_nowarn -_condor_ckpt "$DIR/first" >/dev/null
	export CK_TEST=tstp CK_AT=4
	begin() { cp first i; }
	options=
	is_old() { cmp -s first i; }
else
	export CK_TEST=third
	begin() { rm -f i i.base.*; }
	options=-_condor_incremental
	is_old() { [ "$(generation)" = 2 ]; }
fi
# Once the program has made further images: no file that nobody needs. An old image that could not be opened has not said
# what it needed.
tidy() { [ $mode = eio ] || [ $mode = enospc ] || [ "$("$IMAGE" i | sed -n 's/^needs  *\([^ ]*\) .*/\1/p' | sort)" = "$(ls i.base.* 2>/dev/null | sort)" ]; }
finish() { # prints what the program does, through all of its ends
	"$RESTART" i
	while [ $? = 140 ]; do "$RESTART" i; done
}
tried=0 failed=0 old=0 new=0
for mode in kill enospc eio short; do
	for ((n = 1; n < 2000; n += STEP)); do
		begin
		"$T/injector" $mode $n "$RC" "$T/heap_sum" -_condor_nowarn $options -_condor_ckpt "$DIR/i" >/dev/null 2>&1
		[ $? = 3 ] && break
		tried=$((tried + 1))
		"$IMAGE" --verify i >/dev/null || { echo "FAIL $mode at call $n: the image is damaged"; failed=$((failed + 1)); continue; }
		is_old && old=$((old + 1)) || new=$((new + 1))
		[ "$(finish)" = "$want" ] || { echo "FAIL $mode at call $n: the restarted program prints something else"; failed=$((failed + 1)); }
		tidy || { echo "FAIL $mode at call $n: files are left over"; failed=$((failed + 1)); }
	done
	[ $n -gt 1 ] || { echo "FAIL $mode: the sweep found no calls"; failed=$((failed + 1)); }
done
[ $old -gt 0 ] && [ $new -gt 0 ] || { echo "FAIL the sweep met only one of the two images"; failed=$((failed + 1)); }
echo "crash sweep: $tried faults, previous image $old times, new image $new times, $failed failures"
[ $failed = 0 ]
