#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs test programs through checkpoints and compares with an uninterrupted run, byte for byte.
# usage: run.sh OUT PROGRAM...     a program is a compiled one-fact program or a script with a #! line
# For each program:
#   continue    a checkpoint at every marked place, the program goes on
#   generations checkpoint-and-exit at every marked place and a restart, as often as there are places
# Standard output, exit status and the number of checkpoints that really happened must be right.
set -u
OUT=$(realpath "$1"); shift
RC=$OUT/bin/roost-checkpoint RESTART=$OUT/bin/roost-restart
DIR=$(mktemp -d "${TMPDIR:-/tmp}/roost-ckpt.XXXXXX"); trap 'rm -rf "$DIR"' EXIT
failed=0 passed=0

fail() { echo "FAIL $name ($flavour): $*"; failed=$((failed + 1)); ok=false; }

compare() { # expected-status status
	[ "$1" = "$2" ] || fail "exit status $2, wanted $1: $(tail -2 err)"
	cmp -s ref out || fail "output differs: $(diff ref out | head -4 | tr '\n' '|')"
}

one() {
	local program status want places g
	program=$1
	name=$(basename "$program") ok=true
	mkdir "$DIR/$name"; cd "$DIR/$name" || exit 1
	mkdir ref.d out.d
	(cd ref.d; CK_TEST=count CK_COUNT="$PWD/../count" exec timeout 60 "$program" >../ref 2>../referr </dev/null); want=$?
	places=$(wc -c <count)

	flavour=continue
	(cd out.d; CK_TEST=ckpt exec timeout 60 "$RC" "$program" -_condor_nowarn -_condor_ckpt "$PWD/../image" >../out 2>../err </dev/null)
	compare $want $?
	g=$(od -An -tu4 -j28 -N4 image 2>/dev/null | tr -d ' ')
	[ "$g" = "$places" ] || fail "image has generation ${g:-none}, wanted $places: $(tail -2 err)"
	[ -e image.tmp ] && fail "image.tmp left behind"

	flavour=generations
	rm -rf out.d image out; mkdir out.d
	(cd out.d; CK_TEST=tstp exec timeout 60 "$RC" "$program" -_condor_nowarn -_condor_ckpt "$PWD/../image" >../out 2>../err </dev/null)
	status=$? g=0
	while [ $status = 140 ] && [ $g -lt 50 ]; do
		g=$((g + 1))
		(cd out.d; exec timeout 60 "$RESTART" "$PWD/../image" >>../out 2>>../err </dev/null)
		status=$?
	done
	compare $want $status
	[ $g = "$places" ] || fail "$g checkpoints, wanted $places"
	cd "$DIR" || exit 1
	$ok && { passed=$((passed + 1)); rm -rf "${DIR:?}/$name"; }
}

mapfile -t programs < <(realpath "$@")
for program in "${programs[@]}"; do one "$program"; done 2>"$DIR/log"
grep -v 'User defined signal 2' "$DIR/log"
echo "checkpoint programs: $passed passed, $failed failures"
[ $failed = 0 ]
