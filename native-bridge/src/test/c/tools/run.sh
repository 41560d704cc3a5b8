#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Tests of condor_compile, roost-checkpoint --check and roost-checkpoint --wrapper.
# usage: run.sh OUT
set -u
OUT=$(realpath "$1")
HERE=$(dirname "$(realpath "$0")") COMPILE=$OUT/bin/condor_compile RC=$OUT/bin/roost-checkpoint
DIR=$(mktemp -d "${TMPDIR:-/tmp}/roost-tools.XXXXXX"); trap 'rm -rf "$DIR"' EXIT
cd "$DIR" || exit 1
exec 3>&2 2>shell # what the shell itself says about killed programs
passed=0 failed=0
ok() { passed=$((passed + 1)); }
bad() { echo "FAIL $*"; failed=$((failed + 1)); }
same() { [ "$2" = "$3" ] && ok || bad "$1: got [$2], wanted [$3]"; }
has() { case $2 in *"$3"*) ok ;; *) bad "$1: [$2] lacks [$3]" ;; esac }
# await CONDITION: something another process brings about; gives up after 30 s
await() { local i; for ((i = 0; i < 3000; i++)); do eval "$1" && return; read -rt 0.01 <> <(:); done; bad "never: $1"; }
seq 2000 >want

# three checkpoints and restarts of a linked program, without any preload
generations() { # name, program
	local n=0 status
	rm -f image
	./"$2" 500 -_condor_nowarn -_condor_ckpt "$DIR/image" >out 2>err; status=$?
	while [ $status = 140 ] && [ $n -lt 9 ]; do
		n=$((n + 1))
		./"$2" -_condor_nowarn -_condor_restart "$DIR/image" >>out 2>>err; status=$?
	done
	same "$1 restarts" $n 4
	same "$1 status" "$status $(cat err)" "7 "
	cmp -s out want && ok || bad "$1: output differs"
}

# --- condor_compile: C, C++, Fortran; shared, static, static and position independent
for how in "" -static "-static-pie -fPIE"; do
	"$COMPILE" gcc $how -O1 -o prog "$HERE/counts.c" 2>err && generations "gcc $how" prog || bad "gcc $how: $(cat err)"
	"$COMPILE" g++ $how -O1 -o prog "$HERE/throws.cc" 2>err && generations "g++ $how" prog || bad "g++ $how: $(cat err)"
	[ -n "$(command -v gfortran)" ] || { echo "SKIPPED: gfortran is not installed"; continue; }
	"$COMPILE" gfortran $how -O1 -o prog "$HERE/sums.f90" 2>err && generations "gfortran $how" prog || bad "gfortran $how: $(cat err)"
done
printf 'prog: counts.o\n\t$(CC) -static -o prog counts.o\ncounts.o: %s\n\t$(CC) -c -o counts.o $<\n' "$HERE/counts.c" >Makefile
rm -f prog; "$COMPILE" make -s 2>err && generations make prog || bad "make: $(cat err)"
has "make that has nothing to do" "$("$COMPILE" make -s 2>&1; echo $?)" "condor_compile: make has run no compiler by its name: nothing was linked with the checkpoint library
0"
# ld, as gcc would have called it
gcc '-###' -no-pie -o prog counts.o 2>&1 | sed -n 's/^ [^ ]*collect2 //p' | sed 's/-plugin [^ ]*//; s/"-plugin-opt=[^"]*"//g' >ld.args
rm -f prog; eval "\"$COMPILE\" ld $(cat ld.args)" 2>err && generations ld prog || bad "ld: $(cat err)"
"$COMPILE" gcc -c -o only.o "$HERE/counts.c" && [ -s only.o ] && ok || bad "-c"
same "-c leaves the library out" "$(nm only.o | grep -c ck_start)" 0
same "--version passes" "$("$COMPILE" gcc --version)" "$(gcc --version)"
"$COMPILE" >out 2>err; same "no arguments" "$? $(head -1 err)" "1 Usage: condor_compile <command> [options/files .... ]"
"$COMPILE" no-such-compiler x.c 2>err; same "unknown command" "$? $(cat err)" "1 condor_compile: there is no command no-such-compiler"
echo 'int main(void) { return }' >wrong.c; "$COMPILE" gcc wrong.c 2>err; same "status of the command" $? 1

# linked in, too, the library knows who asked for the process id
for how in "" -static; do
	"$COMPILE" gcc $how -O1 -D_GNU_SOURCE -pthread -o prog "$HERE/../ckpt/asks.c" 2>err || bad "asks $how: $(cat err)"
	(CK_TEST=tstp CK_AT=1 exec ./prog pid -_condor_nowarn -_condor_ckpt "$DIR/asks" >out 2>err); (exec "$OUT/bin/roost-restart" asks >out 2>err) & pid=$!
	wait $pid; has "asks $how" "$? $(cat err)" "0 HTCondor: Warning: UNSUP: the program has asked for its process id, which was $(cat out) and is $pid now"
	rm -f asks; (CK_TEST=tstp CK_AT=1 exec ./prog none -_condor_nowarn -_condor_ckpt "$DIR/asks" >out 2>err); "$OUT/bin/roost-restart" asks >out 2>err
	same "asks not $how" "$? $(cat err)" "0 "; rm -f asks
done

# --- --check
gcc -o plain "$HERE/counts.c"; gcc -static -o alone "$HERE/counts.c"; "$COMPILE" gcc -static -o linked "$HERE/counts.c"; strip linked
check() { # name, wanted status, wanted text, operands
	local name=$1 want=$2 text=$3 said; shift 3
	said=$("$RC" --check "$@" 2>&1); same "check $name" $? "$want"; has "check $name" "$said" "$text"; }
check machine 0 "programs on this machine can be checkpointed"
check plain 0 "can be checkpointed" ./plain
check static 1 "it is statically linked" ./alone
check "static, linked, stripped" 0 "./linked can be checkpointed" ./linked
check none 1 "there is no such file" ./none
chmod -x counts.o; check object 1 "is not a program that can be run" ./counts.o
chmod +x counts.o; check "object file" 1 "it is not a program" ./counts.o
head -c 100 plain >cut; chmod +x cut; check "cut off" 1 "is not a 64-bit program" ./cut
printf '#! /no/such/interpreter\n' >script; chmod +x script; check script 1 "its interpreter /no/such/interpreter is not there" ./script
printf '#!/bin/sh\n' >script; check "shell script" 0 "it is a shell script" ./script
echo 'exit 7' >script; chmod +x script; check "script without #!" 0 "is run by a shell" ./script
"$RC" ./script -_condor_nowarn >out 2>err; same "script without #!, run" "$? $(cat err)" "7 "
for line in "env sh" "env -S sh" "env -S A=1 B=2 sh -e" "env -u A -i sh" "env -Ssh"; do
	printf '#!/usr/bin/%s\n' "$line" >script; check "$line" 0 "it is a shell script" ./script
done
printf '#!/usr/bin/env -S no-such-command\n' >script; check "env without command" 1 "its interpreter no-such-command is not there" ./script
cp plain set; chmod u+s set; [ "$(id -u)" = 0 ] && chown 65534 set && chmod u+s set && check set-user-ID 1 "another user's" ./set

# --- a program that cannot be checkpointed is run, and the user told; it does not begin anew where a restart is wanted
unsaved() { # name, wanted text, program
	"$RC" "$3" 500 >out 2>err; has "$1, run: said so" "$? $(cat err)" "7 roost-checkpoint: $3 cannot be checkpointed: $2"
	cmp -s out want && ok || bad "$1, run: output differs"
	"$RC" "$3" 500 -_condor_restart "$DIR/image" >out 2>err; same "$1, restart: main does not run" "$? $(cat out)" "126 "; }
unsaved static "it is statically linked and has no checkpoint library in it; link it with condor_compile" ./alone
[ "$(id -u)" = 0 ] && unsaved set-user-ID "it gains another user's or group's rights" ./set
./plain >out & pid=$!
await '[ -s out ]'; check "process without library" 1 "started without the checkpoint library" $pid
kill $pid; wait $pid; check "process that has ended" 1 "there is no such process" $pid
rm out; "$RC" ./plain -_condor_nowarn -_condor_ckpt "$DIR/image" >out & pid=$!
await '[ -s out ]'; check "process with library" 0 "process $pid can be checkpointed" $pid
kill $pid; wait $pid
for limit in 1024 256 unlimited; do # the library's own descriptors, which are no obstacles, where the limit lets them be
	rm -f out image; (ulimit -n $limit 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$RC" ./plain -_condor_nowarn -_condor_incremental -_condor_ckpt "$DIR/image" >out) & pid=$!
	await '[ -s out ]'; kill -USR2 $pid; await '[ -e image ]'; check "its own descriptors, limit $limit" 0 "process $pid can be checkpointed" $pid
	kill $pid; wait $pid
done
same "lines for programs" "$("$RC" --check --lines ./alone | cut -f1,3)" "obstacle	link it with condor_compile"

# --- --wrapper
begun() { await 'grep -q . /proc/$pid/task/$pid/children'; } # the wrapper has its child
wrap=("$RC" --wrapper --image "$DIR/image")
for program in plain linked; do
	rm -f image out; "${wrap[@]}" ./$program >out 2>err & pid=$!
	await '[ $(wc -l <out) -gt 20 ]'; kill -USR2 $pid; await '[ -e image ]'
	at=$(wc -l <out); await '[ $(wc -l <out) -gt $at ]'
	kill -TERM $pid; wait $pid; same "$program: SIGTERM ends with" $? 85
	[ "$(wc -l <out)" -lt 2000 ] && ok || bad "$program: was not taken off"
	"${wrap[@]}" ./$program >>out 2>>err & pid=$!
	at=$(wc -l <out); await '[ $(wc -l <out) -gt $at ]'
	kill -TSTP $pid; wait $pid; same "$program: SIGTSTP ends with" $? 85
	"${wrap[@]}" --by-signal ./$program >>out 2>>err & pid=$!
	at=$(wc -l <out); await '[ $(wc -l <out) -gt $at ]'
	kill -TERM $pid; wait $pid; same "$program: --by-signal ends with" $? 140
	touch go; "${wrap[@]}" --remove ./$program >>out 2>>err; same "$program: its own status" $? 7; rm go
	cmp -s out want && ok || bad "$program: output of the wrapped program differs"
	[ -e image ] && ok || bad "$program: a failed program's image was removed"
done
head -c 5000 image >short; mv short image
"${wrap[@]}" ./plain >out 2>err; same "damaged image" "$? $(wc -c <out)" "137 0"
rm -f image out; "${wrap[@]}" ./plain >out 2>err & pid=$!
begun; kill -TERM $pid; wait $pid; same "a signal before the program has begun" $? 85
"${wrap[@]}" --exit-code 86 ./plain >>out 2>err & pid=$!
begun; kill -TERM $pid; wait $pid; same "--exit-code" $? 86
rm -f image; "${wrap[@]}" /bin/true; same "success" $? 0
"${wrap[@]}" ./alone 2>err; same "a program that cannot be checkpointed" $? 126
"${wrap[@]}" ./none 2>err; same "a program that is not there" $? 127
"${wrap[@]}" 2>err; same "usage" $? 2

# --- help, manual and completion say the same
MANUAL=$HERE/../../../../../cli/src/main/dist/man/man1 COMPLETION=$HERE/../../../../../cli/src/main/dist/completion/checkpoint.bash
complete_word() { # words...: what bash would offer for the last one
	bash -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _roost_checkpoint; echo "${COMPREPLY[*]}"' bash "$COMPLETION" "$@"
}
explained() { # command line of a tool, without -help
	local tool=$1 help option word; word=$(tr '\n' ' ' <"$MANUAL/$tool.1" | sed 's/\\//g')
	help=$("$OUT/bin/$@" -help 2>err); same "$* -help" "$? $(cat err)" "0 "
	has "$* -help" "$help" "Usage: $tool"
	same "$* --help" "$("$OUT/bin/$@" --help)" "$help"; same "$* -h" "$("$OUT/bin/$@" -h)" "$help"
	for option in $(echo "$help" | grep -o '^  -[A-Za-z_-]*'); do
		option=${option%LEVEL}; has "manual of $*" "$word" "$option"
		has "completion of $*" " $(complete_word "$@" -) $(complete_word "$@" x -) " " $option"
	done
	"$OUT/bin/$@" -bogus >out 2>err; [ $? -ne 0 ] && ok || bad "$* -bogus: status"
	has "$* -bogus" "$(cat err)" "unknown option '-bogus'"; same "$* -bogus" "$(cat out)" ""
}
explained roost-checkpoint
explained roost-checkpoint -check
explained roost-checkpoint -wrapper
explained roost-image
explained condor_compile
explained roost-restart
same completion "$(complete_word roost-checkpoint -wrapper -im) $(complete_word roost-image -ver) $(complete_word roost-checkpoint x -_condor_com)" "-image -verify -_condor_compress"
same "--check -json" "$("$RC" --check -json ./alone | grep -o '"possible":false.*"kind":"obstacle"')" '"possible":false,"findings":[{"kind":"obstacle"'
echo "checkpoint tools: $passed passed, $failed failures"
[ $failed = 0 ]
