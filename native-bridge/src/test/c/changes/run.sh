#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs the programs of this directory with incremental images and compares with an uninterrupted run, byte for byte.
# usage: run.sh OUT PROGRAM...
#   continue   a checkpoint in every round, the program goes on; then a restart of the last image: the end comes again
#   running    the same, but the program does not wait for its images; some are put off
#   restarts   every third checkpoint ends the program, and it is restarted
# The number of checkpoints must be right, incremental images must have been among them, and no file may be left over.
set -u
OUT=$(realpath "$1"); shift
RC=$OUT/bin/roost-checkpoint RESTART=$OUT/bin/roost-restart IMAGE=$OUT/bin/roost-image
DIR=$(mktemp -d "${TMPDIR:-/tmp}/roost-changes.XXXXXX"); trap 'rm -rf "$DIR"' EXIT
failed=0 passed=0 chains=0
fail() { echo "FAIL $name ($flavour): $*"; failed=$((failed + 1)); }
# Every base there is belongs to the image, and the image is whole.
whole() {
	local wanted there
	"$IMAGE" --verify image >head 2>err || fail "image: $(cat err)"
	wanted=$(sed -n 's/^needs  *\([^ ]*\) .*/\1/p' head | sort)
	there=$(ls image.base.* 2>/dev/null | sort)
	[ "$wanted" = "$there" ] || fail "needs [$wanted] and there is [$there]"
	[ "$(echo "$wanted" | grep -c .)" -le 8 ] || fail "a chain of more than 8"
	[ -z "$wanted" ] || chains=$((chains + 1))
}
# The last image goes on to the same end.
ends_again() {
	timeout 60 "$RESTART" image >again 2>err </dev/null || fail "restart: status $?: $(tail -2 err)"
	tr -d '\0' <again >rest # it goes on where the program was in its output
	[ -s rest ] && tail -n "$(wc -l <rest)" ../ref | cmp -s - rest || fail "the restarted program ends differently"
}
# A program may end before its last image is complete: its writer still works in the program's directory.
writing() {
	local p
	for p in $(grep -lsE "^(roost-writer|${name:0:15})\$" /proc/[0-9]*/comm); do
		[ "$(readlink "${p%comm}cwd" 2>/dev/null)" = "$PWD" ] && return 0
	done
	return 1
}
await_writer() {
	for _ in $(seq 2000); do writing || return; read -rt 0.01 <> <(:) || true; done
	fail "an image was never completed"
}
# In a directory of its own: a program may end while its image is being written.
begin() { flavour=$1; mkdir "$DIR/$name/$1" && cd "$DIR/$name/$1" || exit 1; }
options() { echo -_condor_nowarn -_condor_incremental -_condor_ckpt "$PWD/image"; }

one() {
	local status g places before=$chains
	name=$(basename "$1")
	mkdir "$DIR/$name"; cd "$DIR/$name" || exit 1
	CK_TEST=count CK_COUNT=$PWD/count timeout 60 "$1" >ref </dev/null || fail "status $? of its own"
	places=$(wc -c <count)

	begin continue
	CK_TEST=ckpt timeout 60 "$RC" "$1" $(options) >out 2>err </dev/null || fail "status $?: $(tail -2 err)"
	cmp -s ../ref out || fail "output differs: $(diff ../ref out | head -4 | tr '\n' '|')"
	g=$(od -An -tu4 -j28 -N4 image | tr -d ' ')
	[ "$g" = "$places" ] || fail "image has generation $g, wanted $places"
	whole
	ends_again

	begin running
	CK_TEST=usr2 timeout 60 "$RC" "$1" $(options) >out 2>err </dev/null || fail "status $?: $(tail -2 err)"
	cmp -s ../ref out || fail "output differs: $(diff ../ref out | head -4 | tr '\n' '|')"
	await_writer
	whole
	ends_again

	begin restarts
	CK_TEST=third timeout 60 "$RC" "$1" $(options) >out 2>err </dev/null
	status=$?
	while [ $status = 140 ]; do
		whole
		timeout 60 "$RESTART" "$PWD/image" >>out 2>err </dev/null
		status=$?
	done
	[ $status = 0 ] || fail "status $status: $(tail -2 err)"
	cmp -s ../ref out || fail "output differs: $(diff ../ref out | head -4 | tr '\n' '|')"
	g=$(od -An -tu4 -j28 -N4 image | tr -d ' ')
	[ "$g" = "$places" ] || fail "image has generation $g, wanted $places"
	[ $chains -gt $before ] || fail "no incremental image was made"
	cd "$DIR" || exit 1
	passed=$((passed + 1))
}

mapfile -t programs < <(realpath "$@")
for program in "${programs[@]}"; do one "$program"; done 2>"$DIR/log"
grep -v 'User defined signal 2' "$DIR/log"
echo "incremental images: $passed programs, $chains chains looked at, $failed failures"
[ $failed = 0 ]
