#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs one-fact programs through every way of being checkpointed, and compares with an uninterrupted run byte for byte.
# usage: matrix.sh OUT [-f "FLAVOURS"] PROGRAM...
# Flavours: a way in (preload; shared, static: linked by condor_compile, programs in OUT/test/shared and OUT/test/static)
# and what happens, with a dot between:
#   continue     a checkpoint at every marked place while the program goes on
#   exit         checkpoint-and-exit at one place in the middle, restart
#   generations  checkpoint-and-exit and restart at every marked place
#   noaslr       generations, without address randomisation (setarch -R)
#   moved        generations, each restart in another directory (-_condor_relocatable); files by absolute name only
#   signal       as continue, by a signal in place of a call
#   compressed   generations, with compressed images
#   ordinary     generations, as an ordinary user also when root runs the tests: thread ids change
# Asserted: output, exit status, number of checkpoints that really happened, nothing left behind but the image.
set -u
OUT=$(realpath "$1"); shift
FLAVOURS="preload.continue preload.signal preload.exit preload.generations preload.noaslr preload.moved preload.ordinary
preload.compressed shared.continue shared.generations shared.compressed static.continue static.generations static.compressed"
[ "${1:-}" != -f ] || { FLAVOURS=$2; shift 2; }
RC=$OUT/bin/roost-checkpoint RESTART=$OUT/bin/roost-restart
DIR=$(mktemp -d "${TMPDIR:-/tmp}/roost-matrix.XXXXXX"); trap 'rm -rf "$DIR"' EXIT
LZ4=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -F liblz4.so.1)
passed=0 failed=0 skipped=0 serial=0 now=$DIR/now

# Programs that say by their name why they cannot be run so.
skip() { # program, flavour
	case $2:$1 in
	static.*:late_library) why="a static program loads no libraries" ;;
	*.moved:*) # what it left behind in its directory, it opened by relative names
		[ -n "$(ls -A "$DIR/plain")" ] || return 1
		why="it uses names relative to its directory" ;;
	*.ordinary:*) # its files must be within that user's reach
		[ "$(id -u)" != 0 ] || ! setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$program" || return 1
		why="an ordinary user cannot read it here" ;;
	*.compressed:*)
		[ -n "$LZ4" ] && return 1
		why="liblz4.so.1 is not on this machine" ;;
	*.exit:*.py | *.exit:*.pl | *.exit:java_program) why="it has no single place" ;;
	*) return 1 ;;
	esac
}

begin() { # command...: in the directory of the run, output to ../out
	(cd "$work" && exec timeout 60 "${through[@]}" "$@" >>"$now/out" 2>>"$now/err" </dev/null)
}

run() { # program, name, way, what
	local status g=0 binary=$1 how=ckpt
	local -a start
	rm -rf "$now" 2>/dev/null
	now=$DIR/now.$((++serial)) # never used again: a copy that still writes must not meet the next run
	work=$now/run through=()
	mkdir -p "$work"; image=$now/image
	case $3 in
	preload) start=("$RC" "$binary") ;;
	*) binary=$OUT/test/$3/$2; start=("$binary") ;;
	esac
	case $4 in
	exit | generations | noaslr | moved | ordinary | compressed) how=tstp ;;
	signal) how=usr2 ;;
	esac
	[ "$4" != noaslr ] || through=(setarch -R)
	if [ "$4" = ordinary ] && [ "$(id -u)" = 0 ]; then
		chmod 755 "$DIR" && chmod 777 "$now" "$work"
		through=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	fi
	[ "$4" != exit ] || export CK_AT=$(((places + 1) / 2))
	[ "$4" != compressed ] || export ROOST_CKPT_COMPRESS=1
	export CK_TEST=$how
	begin "${start[@]}" -_condor_nowarn -_condor_ckpt "$image"; status=$?
	while [ $status = 140 ] && [ $g -lt 60 ]; do
		g=$((g + 1))
		if [ "$4" = moved ]; then
			work=$now/run$g; mkdir "$work"
			begin "$RESTART" -relocatable "$image"
		else
			begin "$RESTART" "$image"
		fi
		status=$?
	done
	unset CK_AT CK_TEST ROOST_CKPT_COMPRESS
	if [ "$4" = compressed ] && ! "$OUT/bin/roost-image" --verify --json "$image" | grep -q '"compressed":true.*"verified":true'; then
		complain "the image is not compressed, or not right"
	fi
	wanted=$places
	[ "$4" != exit ] || wanted=1
	if [ $how = usr2 ]; then # the copy that writes may outlive a program this short
		for ((g = 0; g < 2000; g++)); do [ -e "$image" ] && break; read -rt 0.01 <> <(:); done
	fi
	[ $how = tstp ] || g=$(od -An -tu4 -j28 -N4 "$image" 2>/dev/null | tr -d ' ')
	[ "$status" = "$want" ] || complain "exit status $status, wanted $want: $(tail -2 "$now/err" | tr '\n' '|')"
	if [ $how = usr2 ]; then # signals may come while the image before is being written: those are dropped
		[ "${g:-0}" -ge 1 ] && [ "${g:-0}" -le "$wanted" ] || complain "${g:-no} checkpoints, wanted 1 to $wanted"
	else
		[ "${g:-0}" = "$wanted" ] || complain "${g:-no} checkpoints, wanted $wanted"
	fi
	cmp -s "$DIR/ref" "$now/out" || complain "output differs: $(diff "$DIR/ref" "$now/out" | head -4 | tr '\n' '|')"
	[ ! -e "$image.tmp" ] || [ $how = usr2 ] || complain "$image.tmp was left behind"
}

complain() { echo "FAIL $name ($flavour): $*"; good=false; }

mapfile -t programs < <(realpath "$@")
for program in "${programs[@]}"; do
	name=$(basename "$program")
	rm -rf "$DIR/plain" "$DIR/count"; mkdir "$DIR/plain"
	(cd "$DIR/plain" && CK_TEST=count CK_COUNT=$DIR/count exec timeout 60 "$program" >"$DIR/ref" 2>/dev/null </dev/null); want=$?
	places=$(wc -c <"$DIR/count")
	for flavour in $FLAVOURS; do
		way=${flavour%.*} what=${flavour#*.}
		if [ "$way" != preload ] && [ ! -x "$OUT/test/$way/$name" ]; then
			case $name in *.py | *.pl | java_program) continue ;; esac
			[ "$way.$name" = static.late_library ] || { complain "is not built"; failed=$((failed + 1)); continue; }
		fi
		if skip "$name" "$flavour"; then
			[ -n "${VERBOSE:-}" ] && echo "SKIPPED $name ($flavour): $why"
			skipped=$((skipped + 1))
			continue
		fi
		good=true
		run "$program" "$name" "$way" "$what"
		$good && passed=$((passed + 1)) || failed=$((failed + 1))
	done
done 2>"$DIR/log"
grep -v -e 'User defined signal 2' -e '^$' "$DIR/log"
echo "checkpoint matrix: ${#programs[@]} programs, $passed runs passed, $failed failed, $skipped not applicable"
[ $failed = 0 ]
