#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a user sees of the library: arguments, banner, messages, exit statuses, commit, refusals, commands, delay.
# usage: behaviour.sh OUT [--long]     --long: an image truncated at every length, and every byte flipped
set -u
OUT=$(realpath "$1"); LONG=${2:-} HERE=$(dirname "$(realpath "$0")")
RC=$OUT/bin/roost-checkpoint RESTART=$OUT/bin/roost-restart IMAGE=$OUT/bin/roost-image T=$OUT/test/ckpt
DIR=$(mktemp -d "${TMPDIR:-/tmp}/roost-behave.XXXXXX"); trap 'rm -rf "$DIR"' EXIT
cd "$DIR" || exit 1
exec 2>"$DIR/shell" # "Killed" and the like of the shell itself
passed=0 failed=0
ok() { passed=$((passed + 1)); }
bad() { echo "FAIL $*"; failed=$((failed + 1)); }
same() { [ "$2" = "$3" ] && ok || bad "$1: got [$2] wanted [$3]"; }
has() { case $2 in *"$3"*) ok ;; *) bad "$1: [$2] lacks [$3]" ;; esac }
hasnt() { case $2 in *"$3"*) bad "$1: [$2] has [$3]" ;; *) ok ;; esac }
# await CONDITION: a state of the file system another process brings about; gives up after 20 s
await() { for _ in $(seq 2000); do eval "$1" && return 0; read -rt 0.01 <> <(:) || true; done; bad "never: $1"; return 1; }
# image NAME [ARGS]: talker checkpoints itself out after two lines
make_image() { (CK_TEST=tstp CK_AT=2 "$RC" "$T/heap_sum" -_condor_nowarn -_condor_ckpt "$@" >out) 2>/dev/null; }

# --- arguments and banner
o=$(echo end | "$RC" "$T/talker" one -_condor_ckpt "$DIR/i" two -_condor_D_CKPT -_condor three 2>err); same "arguments removed" "$o" "main 5 one two -_condor three"
same "banner" "$(cat err)" "HTCondor: Notice: Will checkpoint to $DIR/i
HTCondor: Notice: Remote system calls disabled."
(cd "$T" && echo end | "$RC" ./talker 2>"$DIR/err" >/dev/null); same "status of the program" $? 9
has "default name" "$(cat err)" "Will checkpoint to ./talker.ckpt"
CK_TEST=tstp CK_AT=1 "$RC" "$T/errno_kept" -_condor_nowarn -_condor_D_ALWAYS -_condor_ckpt "$DIR/lines" >out 2>err
same "lines of a checkpoint" "$(sed 's/= [0-9]* bytes/= N bytes/' err)" "Got SIGTSTP
Saved signal state.
About to save file state
Done saving file state
About to update MyImage
About to write checkpoint
Checkpoint name is \"$DIR/lines\"
Tmp name is \"$DIR/lines.tmp\"
About to rename \"$DIR/lines.tmp\" to \"$DIR/lines\"
Renamed OK
Size of ckpt image = N bytes
USER PROC: CHECKPOINT IMAGE SENT OK
Ckpt exit"
for name in talker php8.2 ruby3.1; do # who wants the library's signals is refused, but for those that could not bear it
	cp "$T/talker" $name; echo catch | "$RC" ./$name -_condor_nowarn | sed -n 2p >>caught; rm $name
done
same "catches SIGUSR2" "$(xargs <caught)" "refused caught caught"
"$RC" "$T/like_sbcl" -_condor_nowarn -_condor_ckpt "$DIR/sbcl" >out 2>err; same "like SBCL: its own signal" "$? $(cat out) $(ls | grep -c sbcl)" "0 12 has come 0"
has "like SBCL: said so" "$(cat err)" "UNSUP: SBCL uses SIGUSR2 itself"; has "like SBCL: --check" "$("$RC" --check -lines "$T/like_sbcl")" "obstacle	it is SBCL"
echo end | "$RC" "$T/talker" -_condor_warning NOTICE OFF 2>err >/dev/null; same "NOTICE OFF" "$(cat err)" ""
echo end | "$RC" "$T/talker" -_condor_warning notice once 2>err >/dev/null
has "ONCE" "$(cat err)" "Warning: Further messages of this type supressed."
refused() { # what, wanted text, arguments...
	local what=$1 text=$2; shift 2
	o=$("$RC" "$T/talker" "$@" 2>err </dev/null); same "$what status" $? 255; same "$what: main runs not" "$o" ""
	has "$what text" "$(cat err)" "$text"; }
refused unknown "HTCondor: Error: I don't understand argument bogus" -_condor_bogus
refused ckpt "Error: -_condor_ckpt requires another argument" -_condor_ckpt
refused restart "Error: -_condor_restart requires an argument" -_condor_restart
refused warning "Bad arguments to -_condor_warning
First must be one of: ALL NOTICE READWRITE UNSUP BADURL 
Second must be one of: ON ONCE OFF " -_condor_warning
refused cmd_both "Error in command line syntax" -_condor_cmd_fd 0 -_condor_cmd_file /dev/null
refused cmd_fd "Can't parse cmd stream fd (x1)" -_condor_cmd_fd x1
refused cmd_fd2 "Error in command line syntax" -_condor_cmd_fd
refused cmd_file "Can't read cmd file /nonexistent" -_condor_cmd_file /nonexistent

# --- an image that cannot be used: message, no success, main never runs
make_image "$DIR/good"; same "checkpoint and exit" $? 140
unusable() { # what, image, wanted text
	o=$("$RC" "$T/heap_sum" -_condor_nowarn -_condor_restart "$2" 2>err); local s=$?
	[ $s -ne 0 ] && [ $s -ne 3 ] && ok || bad "$1: status $s"
	same "$1: main runs not" "$o" ""; has "$1 text" "$(cat err)" "$3"; }
unusable missing "$DIR/none" "can't open the checkpoint image $DIR/none (No such file or directory)"
: >empty; unusable empty "$DIR/empty" "not a checkpoint image, or truncated"
cp /bin/ls foreign; unusable foreign "$DIR/foreign" "not a checkpoint image"
unusable directory "$DIR" "is a directory"
damaged() { # a whole image, damaged in many places
	local step=$(($(stat -c %s "$1") / 23)); [ -n "$LONG" ] && step=1
	said=$("$T/damage" "$1" "$RESTART" $step) && ok || bad "$1, damaged: $? $said"
	[ -z "$LONG" ] || echo "$1: $said"; }
[ -n "$LONG" ] || damaged good
for how in "" -_condor_compress; do # a program as small as they get, and its input at hand
	CK_TEST=tstp CK_AT=1 "$RC" "$T/errno_kept" $how -_condor_nowarn -_condor_ckpt "$DIR/small" >/dev/null 2>&1; damaged small
done

# --- of another machine, or another version
altered() { cp good bad; "$T/altered" bad $1 2>err || bad "altered $1: $(cat err)"; "$RESTART" bad >out 2>err; }
while read -r what text; do altered $what; same "altered $what: main does not run" "$? $(cat out)" "137 "; has "altered $what" "$(cat err)" "$text"; done <<END
cpu this machine's CPU lacks features of the one the program ran on (
state this machine's CPU lacks features of the one the program ran on (
version the checkpoint image was written by another version
features the checkpoint image was written by another version
machine the checkpoint image is of another kind of machine
pages the checkpoint image is of another kind of machine
END
altered clock; same "clock behind: goes on" $? 3; has "clock behind: said so" "$(cat err)" "UNSUP: the monotonic clock of this host is behind"

# --- compressed images
make_image "$DIR/packed" -_condor_compress; same "compressed: checkpoint and exit" $? 140
if PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -qF liblz4.so.1; then
	has "compressed: said so" "$("$IMAGE" --verify packed)" "bytes, compressed (LZ4)"
	[ "$(stat -c %s packed)" -lt $(($(stat -c %s good) / 2)) ] && ok || bad "compressed: no smaller"
	same "compressed: restarts alike" "$("$RESTART" packed 2>&1 | md5sum)" "$("$RESTART" good 2>&1 | md5sum)"
	[ -n "$LONG" ] || damaged packed
else
	echo "SKIPPED: liblz4.so.1 is not on this machine"
fi
ROOST_CKPT_LZ4=$OUT/test/pack/dies.so make_image "$DIR/alone" -_condor_compress; same "roost-pack dies: checkpoint" $? 140
has "roost-pack dies: verified" "$("$IMAGE" --verify alone)" "verified     every block"
same "roost-pack dies: restarts alike" "$("$RESTART" alone 2>&1 | md5sum)" "$("$RESTART" good 2>&1 | md5sum)"
ROOST_CKPT_LZ4=/nonexistent CK_TEST=ckpt "$RC" "$T/heap_sum" -_condor_compress -_condor_ckpt "$DIR/unpacked" >out 2>err; same "no LZ4: goes on" $? 3
has "no LZ4: said so" "$(cat err)" "UNSUP: the image is not compressed: liblz4.so.1 is not on this machine"
same "no LZ4: said once" "$(grep -c UNSUP err)" 1
"$RESTART" unpacked >out 2>err; same "no LZ4: its image restarts" $? 3
same "one image, restarted twice" "$("$RESTART" good 2>&1 | md5sum)" "$("$RESTART" good 2>&1 | md5sum)"

# --- a large image: memory comes while the program runs
(CK_TEST=tstp CK_AT=1 "$RC" "$T/large_memory_stops" -_condor_nowarn -_condor_ckpt "$DIR/large" >out) 2>/dev/null
lazy=no # the thread that brings it may have been faster than the first look: it is never so five times
for _ in 1 2 3 4 5; do
	"$RESTART" large >out 2>err & pid=$!
	await "grep -q '^State:.T' /proc/$pid/status"; grep -q "$DIR/large" /proc/$pid/maps && lazy=yes
	kill -CONT $pid; wait $pid; same "large image: status" "$?" 5
	[ $lazy = no ] || break
done
can_be_lazy() { # Linux 6.11, and userfaultfd (system call 323) not forbidden as in some containers
	[[ $(uname -r) =~ ^(6\.(1[1-9]|[2-9][0-9])|[7-9]|[1-9][0-9]) ]] && perl -e 'exit(syscall(323, 1) < 0)' &&
		[ "$(ulimit -v) $(ulimit -d)" = "unlimited unlimited" ]; }
can_be_lazy || echo "SKIPPED: memory that comes while the program runs: not on this system"
can_be_lazy && same "a large image comes while the program runs" $lazy yes
size=$(stat -c %s large)
for at in $((size / 3)) $((size - 2000000)); do
	cp large bad; printf '\x5a\xa5\x5a' | dd of=bad bs=1 seek=$at conv=notrunc 2>/dev/null
	"$RESTART" bad >out 2>err & pid=$!
	await "! grep -q '^State:.[RSD]' /proc/$pid/status"; kill -CONT $pid; wait $pid # it may never have come so far
	same "large image, damaged at $at: status" $? 137
	has "large image, damaged at $at" "$(cat err)" "the checkpoint image is damaged (block at byte "
done
# a limit of the control group that leaves no room for what is prepared: all is read before the program runs
if unshare -m mount -t tmpfs none /sys/fs/cgroup 2>/dev/null; then
	within() { # what, line of /proc/self/cgroup, file, its content
		unshare -m sh -c 'mount -t tmpfs none /sys/fs/cgroup && mkdir -p "${2%/*}" && echo "$3" >"$2" && echo "$1" >/sys/fs/cgroup/line &&
			mount --bind /sys/fs/cgroup/line /proc/$$/cgroup && exec "$0" large' "$RESTART" "$2" "/sys/fs/cgroup$3" "$4" >out 2>err & pid=$!
		await "grep -q '^State:.T' /proc/$pid/status"; same "$1" "$(grep -c "$DIR/large" /proc/$pid/maps)" 0
		kill -CONT $pid; wait $pid; same "$1: status" $? 5; }
	within "little memory, version 2" 0::/a/b /a/b/memory.max 100000000
	within "little memory, above, version 2" 0::/a/b /a/memory.max 100000000
	within "little memory, container, version 2" 0::/ /memory.max 100000000
	within "little memory, version 1" 7:cpu,memory:/a /memory/a/memory.stat "hierarchical_memory_limit 100000000"
	within "little memory, container, version 1" 7:memory:/a /memory/memory.stat "hierarchical_memory_limit 100000000"
else
	echo "SKIPPED: limits of control groups: only root can make them up"
fi
rm -f large bad

# --- memory is scarce: it goes on, or is killed; it does not hang, and is never wrong
memory_group() { # one of our own, $group, and the file of its limit, $limit
	for group in /sys/fs/cgroup/memory/roost-test-$$ /sys/fs/cgroup/roost-test-$$; do
		mkdir "$group" || continue
		for limit in "$group/memory.limit_in_bytes" "$group/memory.max"; do [ -w "$limit" ] && return; done
		rmdir "$group"
	done
	return 1; }
if memory_group 2>/dev/null; then
	(CK_TEST=tstp "$RC" "$T/much_memory" 512 writes -_condor_nowarn -_condor_ckpt "$DIR/much" >out) 2>/dev/null
	scarce() { rm -f out; bash -c 'echo $$ >"$0/cgroup.procs" && exec timeout 100 "$@"' "$group" "$RESTART" much >out 2>err; echo "$? $(cat out)"; }
	echo $((536 << 20)) >"$limit"; same "just enough memory" "$(scarce)" "6 wrong 0"
	echo $((256 << 20)) >"$limit"; o=$(scarce)
 case $o in "137 " | "6 wrong 0") ok ;; *) bad "too little memory: $o $(cat err)" ;; esac # 6: the machine swaps
	await "rmdir $group"; rm -f much
else
	echo "SKIPPED: little memory: no control group can be made here"
fi

# --- the program replaced on disk
cp "$T/heap_sum" prog
(CK_TEST=tstp CK_AT=2 "$RC" ./prog -_condor_nowarn -_condor_ckpt "$DIR/p" >out) 2>/dev/null
ROOST_CKPT_CARRY=1 bash -c "CK_TEST=tstp CK_AT=2 '$RC' ./prog -_condor_nowarn -_condor_ckpt '$DIR/carried' >out" 2>/dev/null
# of the fifth image, whose sums were kept from the first
CK_TEST=ckpt "$RC" ./prog -_condor_nowarn -_condor_ckpt "$DIR/fifth" >out 2>err; same "five images" "$? $("$IMAGE" fifth | grep generation)" "3 generation   5"
touch prog; "$RESTART" fifth >out 2>err; same "fifth: same content, other date" $? 3
cp prog patched; printf 'x' | dd of=patched bs=1 seek=$(($(stat -c %s prog) - 1)) conv=notrunc 2>/dev/null; cp prog whole; mv patched prog
"$RESTART" fifth >out 2>err; same "fifth: one byte replaced" $? 137
has "fifth: replaced program named" "$(cat err)" "/prog' is not the file the program was using"
mv whole prog
touch prog; "$RESTART" p >out 2>err; same "same content, other date" $? 3
cp "$T/talker" prog; "$RESTART" p >out 2>err; same "replaced program refused" $? 137
has "replaced program named" "$(cat err)" "/prog' is not the file the program was using"
rm prog; "$RESTART" p >out 2>err; has "program gone" "$(cat err)" "Please fix it."
"$RESTART" carried >out 2>err; same "an image that carries its files" $? 3

# --- failed writes leave the previous image usable
mkdir w; make_image "$DIR/w/i"; sum=$(md5sum <w/i)
(ulimit -f 1; CK_TEST=ckpt exec "$RC" "$T/heap_sum" -_condor_nowarn -_condor_ckpt "$DIR/w/i" >/dev/null 2>&1); same "SIGUSR2, no space: goes on" $? 3
(ulimit -f 1; trap '' XFSZ; CK_TEST=tstp exec "$RC" "$T/heap_sum" -_condor_nowarn -_condor_ckpt "$DIR/w/i" >/dev/null 2>err); same "SIGTSTP, no space: killed" $? 137
same "previous image intact" "$(md5sum <w/i)" "$sum"; same "no .tmp left" "$(ls w)" i
"$RESTART" w/i >out 2>err; same "previous image restarts" $? 3

# --- no address space for the library
limited() { (ulimit -v 200000; exec "$@" >out 2>err) 2>/dev/null; }
CK_TEST=ckpt limited "$RC" "$T/heap_sum" -_condor_nowarn; same "no address space: goes on" $? 3
has "no address space: said so" "$(cat err)" "UNSUP: no address space for the checkpoint library: this program will not be saved"
CK_TEST=usr2 limited "$RC" "$T/heap_sum" -_condor_nowarn; same "no address space, SIGUSR2: goes on" $? 3
CK_TEST=tstp limited "$RC" "$T/heap_sum" -_condor_nowarn; same "no address space, SIGTSTP: does not end as if saved" $? 137
limited "$RC" "$T/heap_sum" -_condor_nowarn -_condor_restart "$DIR/w/i"; same "no address space, restart: main does not run" "$? $(cat out)" "137 "
mkfifo special; CK_TEST=tstp "$RC" "$T/heap_sum" -_condor_nowarn -_condor_ckpt "$DIR/special" >out 2>err; same "a pipe in the image's place stays" "$? $(stat -c %F special)" "137 fifo"

# --- no /proc
if unshare -m umount -l /proc 2>/dev/null; then
	(CK_TEST=tstp exec unshare -m sh -c 'umount -l /proc; exec "$@"' sh env LD_PRELOAD="$OUT/lib/libroostckpt.so" "$T/heap_sum" -_condor_nowarn -_condor_ckpt "$DIR/noproc" >out 2>err) 2>/dev/null
	same "no /proc: not saved" "$? $(ls noproc* 2>&1 | grep -c cannot)" "137 1"; has "no /proc: said so" "$(cat err)" "UNSUP: /proc is not mounted here"
	unshare -m sh -c 'umount -l /proc; exec "$@"' sh "$RESTART" w/i >out 2>err; same "no /proc: no restart" "$? $(cat out)" "137 "
	has "no /proc: why no restart" "$(cat err)" "/proc is not mounted here"
else
	echo "SKIPPED: without /proc: only root can take it away"
fi

# --- names and directories after a restart
make_image "$DIR/n1"; cp n1 n2
CK_TEST=tstp "$RC" "$T/heap_sum" -_condor_nowarn -_condor_ckpt "$DIR/m1" >/dev/null 2>&1; cp m1 m2; rm m1
"$RC" "$T/heap_sum" -_condor_nowarn -_condor_restart "$DIR/m2" >/dev/null 2>&1
same "later images go to the restart's name" "$(ls m1 m2 2>/dev/null) $("$IMAGE" m2 | grep generation)" "m2 generation   2"
mkdir here there
start_talker() { rm -f in out err; mkfifo in; "$@" <in >out 2>err & pid=$!; exec 8>in; }
finish() { exec 8>&-; wait $pid; status=$?; }
# The input stays open until the program is out, or it could see its end before it sees the signal.
stop() { kill -TSTP $pid; wait $pid; status=$?; exec 8>&-; }
rm -f in out; mkfifo in; (cd here; exec "$RC" "$T/talker" -_condor_nowarn -_condor_ckpt "$DIR/c" <../in >../out 2>../err) & pid=$!; exec 8>in
echo a >&8; await 'grep -q "1 a" out'; stop; same "talker out" $status 140
(cd there; printf 'cwd\nend\n' | "$RESTART" ../c >../out2 2>../err); same "same directory" "$(cat out2)" "$DIR/here"
(cd there; printf 'b\ncwd\nend\n' | "$RESTART" -relocatable ../c >../out2 2>../err); same "relocatable" "$(cat out2)" "2 b
$DIR/there"
rmdir here; "$RESTART" c </dev/null >out2 2>err; same "directory gone: status" $? 137
has "directory gone: text" "$(cat err)" "HTCondor: Error: Couldn't move to '$DIR/here' (No such file or directory).  Please fix it."
mkdir lost; rm -f in out; mkfifo in; (cd lost; exec "$RC" "$T/talker" -_condor_nowarn -_condor_ckpt "$DIR/l" <../in >../out 2>../err) & pid=$!; exec 8>in
echo a >&8; await 'grep -q "1 a" out'; rmdir lost; stop; same "directory removed while it runs: out" $status 140
"$RESTART" l </dev/null >out2 2>err; has "directory removed while it ran" "$? $(cat err)" "137 HTCondor: Error: Couldn't move to '$DIR/lost' "
same "directory removed, relocatable" "$(printf 'b\nend\n' | "$RESTART" -relocatable l 2>&1)" "2 b"

# --- a file that is gone
echo data >gone; (CK_TEST=tstp CK_AT=1 "$RC" "$T/holds" gone -_condor_nowarn -_condor_ckpt "$DIR/g" >out) 2>/dev/null
"$RESTART" g >out 2>err; same "file there" "$(cat out)" "data"
mv gone away; "$RESTART" g >out 2>err; same "file gone: status" $? 137
has "file gone: text" "$(cat err)" "HTCondor: Error: Couldn't re-open '$DIR/gone' after a restart.  Please fix it."

# --- what was there at the start, or was the program's own, and is not now
: | CK_TEST=tstp CK_AT=1 "$RC" "$T/heap_sum" -_condor_nowarn -_condor_ckpt "$DIR/piped" 5<&0 </dev/null >out 2>/dev/null; same "with a pipe inherited" $? 140
"$RESTART" piped >out 2>err; same "without it: status" $? 3; has "without it: said so" "$(cat err)" "UNSUP: a pipe or socket the program was started with is not there now"
CK_TEST=tstp CK_AT=1 "$RC" "$T/locks_kept" -_condor_nowarn -_condor_ckpt "$DIR/lk" >out 2>/dev/null; same "with locks" $? 140
exec 6>fl; flock -n 6; "$RESTART" lk >out 2>err; has "a lock taken by another: said so" "$? $(cat err)" "0 HTCondor: Warning: UNSUP: a file lock could not be taken again"; exec 6>&-

# --- signals from outside, generations
start_talker "$RC" "$T/talker" -_condor_nowarn -_condor_ckpt "$DIR/s"
echo x >&8; await 'grep -q "1 x" out'; kill -USR2 $pid; await '[ -e s ]'; echo y >&8; await 'grep -q "2 y" out'
stop; same "SIGTSTP from outside" $status 140; same "two images" "$("$IMAGE" s | grep generation)" "generation   2"
for g in 3 4 5 6 7 8 9 10; do
	start_talker "$RESTART" s; echo z >&8; await 'grep -q z out'; stop
	same "generation $g" "$status $(cat out) $("$IMAGE" s | grep generation)" "140 $g z generation   $g"
done

# --- a writing process that was killed, and whose pid is another's since
slow_writer() { # of a running talker: sets $writer
	echo "slow 50" >&8; await 'tail -1 out | grep -q "slow 50"'; rm -f k.tmp; kill -USR2 $pid; await '[ -s k.tmp ]'
	writer=$(for p in /proc/[0-9]*; do
		[ "$(cat $p/comm 2>/dev/null)" = roost-writer ] && readlink $p/fd/* | grep -q "^$DIR/k.tmp" && echo "${p#/proc/}"; done); }
start_talker "$RC" "$T/talker" -_condor_nowarn -_condor_ckpt "$DIR/k"
slow_writer; kill -9 $writer; await '[ ! -e /proc/$writer ]'
echo "slow 0" >&8; await 'tail -1 out | grep -q "slow 0"'; kill -USR2 $pid; await '[ -e k ]'
slow_writer; kill -9 $writer; await '[ ! -e /proc/$writer ]'
other=0; for _ in $(seq 50); do
	echo $((writer - 1)) 2>/dev/null >/proc/sys/kernel/ns_last_pid || break
	sleep 100 & other=$!; [ $other != $writer ] || break; kill $other; done
if [ $other = $writer ]; then
	stop; same "killed writer: out" $status 140; kill $other && ok || bad "killed writer: another process was killed"
else
	echo "SKIPPED: a pid that is another's since: nobody may choose one here"; finish
fi

# --- what the program asked for about itself, and is another after the restart
asks() { (CK_TEST=tstp CK_AT=1 exec "$RC" "$@" -_condor_nowarn -_condor_ckpt "$DIR/ask" >out 2>err) & old=$!; wait $old; same "$* out" $? 140; }
again() { rm -f out err; (exec "$@" ask >out 2>err) & new=$!; wait $new; same "$* ask" $? 0; }
asks "$T/asks" pid; again "$RESTART"
same "asked for its pid: said so, once" "$(cat err)" "HTCondor: Warning: UNSUP: the program has asked for its process id, which was $old and is $new now: what it keeps of the old one is wrong. roost-restart -same-pid gives it back"
asks "$T/asks" pid-by-number; again "$RESTART"; has "asked for its pid with syscall" "$(cat err)" "which was $old and is $new now"
asks "$T/asks" late; again "$RESTART"; same "asks for its pid later" "$(cat err out)" "$new"
asks "$T/asks" none; again "$RESTART"; same "never asks for its pid" "$(cat err)" ""
asks "$T/asks" pid -_condor_warning UNSUP OFF; again "$RESTART"; same "asked for its pid, warnings off" "$(cat err)" ""
asks sh -c 'self=$$; kill -TSTP $self; echo $self'; again "$RESTART"; has "a shell asked for its pid" "$(cat err)" "which was $old and is $new now"
asks "$T/asks" tid; again "$RESTART"; has "asked for a thread's id" "$(cat err)" "UNSUP: the program has asked for ids of its threads"
asks "$T/asks" tid-by-number; again "$RESTART"; has "asked for a thread's id with syscall" "$(cat err)" "UNSUP: the program has asked for ids of its threads"
kin() { # what to ask for, how to start, what the warning says
	(CK_TEST=tstp CK_AT=1 exec "${@:2:$#-2}" "$RC" "$T/asks" "$1" -_condor_nowarn -_condor_ckpt "$DIR/ask") >out 2>&1
	("${@:2:$#-2}" "$RESTART" ask) >out 2>err
	same "asked for $1" "$(sed 's/was [0-9]* and is [0-9]* now/was N and is M now/' err)" "HTCondor: Warning: UNSUP: the program has asked for ${!#}, which was N and is M now: what it keeps of the old one is wrong"
}
another_parent=(sh -c '"$@"; exit $?' sh)
kin parent "${another_parent[@]}" "the id of its parent"
kin parent-by-number "${another_parent[@]}" "the id of its parent"
kin leader "${another_parent[@]}" "its process group"
kin group setsid -w "its process group"
kin session setsid -w "its session"
if command -v java >/dev/null; then
	mkdir jv; (cd jv; CK_TEST=tstp exec "$RC" "$HERE/java_program" -_condor_nowarn -_condor_ckpt "$DIR/image" >/dev/null 2>&1 </dev/null)
	(cd jv; exec "$RESTART" ../image >/dev/null 2>../err </dev/null); has "a JVM asked for its pid" "$(cat err)" "the program has asked for its process id"
fi
# --- the same process id
asks "$T/asks" pid; chmod 755 "$DIR"; chmod 644 ask
if [ "$(id -u)" = 0 ]; then
	again "$RESTART" -same-pid; same "the same pid" "$(cat out err)" "$old"
	ordinary=(setpriv --reuid=65534 --regid=65534 --clear-groups)
else
	ordinary=()
fi
"${ordinary[@]}" "$RESTART" -same-pid ask >out 2>err; same "not allowed the same pid: main does not run" "$? $(cat out)" "137 "
has "not allowed the same pid" "$(cat err)" "the program cannot have the id $old: only the superuser may choose it"
if "${ordinary[@]}" unshare -rpf --mount-proc true; then
	again "${ordinary[@]}" unshare -rpf --mount-proc "$RESTART" -same-pid; same "the same pid in a namespace" "$(cat out err)" "$old"
else
	echo "SKIPPED: the same process id as an ordinary user: there are no namespaces here"
fi
if [ "$(id -u)" = 0 ]; then # what stands for the program passes signals on, and ends as it does
	start_talker "$RC" "$T/talker" -_condor_nowarn -_condor_ckpt "$DIR/child"; echo x >&8; await 'grep -q "1 x" out'; stop
	start_talker "$RESTART" -same-pid child; echo y >&8; await 'grep -q "2 y" out'; stop
	same "the same pid: killed as the program" "$status $("$IMAGE" child | grep generation)" "140 generation   2"
	start_talker "$RESTART" -same-pid child; echo end >&8; finish; same "the same pid: ends as the program" $status 9
fi

# --- terminals: standard files stay with their numbers; modes the program has set are set again
on() { "$T/terminal" on "$@" 2>&1; }
o=$(CK_TEST=tstp on "$RC" "$T/terminal" modes -_condor_nowarn -_condor_ckpt "$DIR/tty"); status=$?
if [ $status = 77 ]; then
	echo "SKIPPED: terminals: $o"
else
	same "modes as found" "$status $o" "140 lines echo"
	same "modes as found: not set again" "$(on "$RESTART" tty)" "lines echo"
	same "modes set again" "$(cp tty raw; on "$RESTART" tty)" "raw silent"
	same "modes set again, next generation" "$(on "$RESTART" tty; echo $?)" "raw silent
3"
	has "modes, in the background" "$(on -background "$RESTART" raw)" "UNSUP: terminal modes that the program had set are not set again: it is in the background
lines echo"
	"$RESTART" raw </dev/null >out 2>err; has "modes, no terminal" "$(cat err)" "UNSUP: a terminal whose modes the program had set is not there now"
	same "standard output of the restart, not its input" "$(cat out)" "no terminal"
fi

# --- command file and command stream
printf 'iwd %s\nfd 1 %s/made w\nnonsense\nckpt cmd.img\nend\n' "$DIR/there" "$DIR" >cmds
(printf 'one\ncwd\nend\n' | "$RC" "$T/talker" -_condor_cmd_file cmds 2>err >out); same "cmd_file" "$(cat made)" "main 1
1 one
$DIR/there"
rm -f stream; mkfifo stream; exec 7<>stream; printf 'ckpt %s\nend\n' "$DIR/k1" >&7
start_talker "$RC" "$T/talker" -_condor_cmd_fd 7 -_condor_nowarn; await 'grep -q main out'
echo q >&8; await 'grep -q "1 q" out'; printf 'ckpt %s\nend\n' "$DIR/k2" >&7; kill -TSTP $pid; await '[ -e k2 ]'
echo r >&8; await 'grep -q "2 r" out'; ok # it goes on
printf 'ckpt %s\nexit 5\nend\n' "$DIR/k3" >&7; stop; same "commands with exit" $status 5
same "ckpt then exit" "$(printf 's\n' | "$RESTART" k3 2>&1)" "3 s"
exec 7>&-
printf 'restart %s\nend\n' "$DIR/k2" >cmds; same "restart command" "$(printf 't\n' | "$RC" "$T/talker" -_condor_nowarn -_condor_cmd_file cmds 2>&1)" "2 t"
printf 'ckpt x\n' >cmds; "$RC" "$T/talker" -_condor_nowarn -_condor_cmd_file cmds >out 2>err </dev/null; same "no end: status" $? 137; has "no end: text" "$(cat err)" "EOF on command stream"

# --- migration over TCP
rm -f port stream; mkfifo stream; exec 7<>stream; echo end >&7
printf 'migrate_from 9\nend\n' >from
printf 'moved\nend\n' >moved
"$T/receiver" "$DIR/port" "$RC" "$T/talker" -_condor_nowarn -_condor_cmd_file from <moved >received 2>rerr & receiver=$!
await '[ -s port ]'
start_talker "$RC" "$T/talker" -_condor_cmd_fd 7 -_condor_nowarn -_condor_ckpt "$DIR/mig"; await 'grep -q main out'
echo u >&8; await 'grep -q "1 u" out'
printf 'migrate_to localhost %s\nexit 4\nend\n' "$(cat port)" >&7; stop; same "migrate_to and exit" $status 4
wait $receiver; same "migrated program ends" $? 9; same "migrated program" "$(cat received)" "2 moved"
exec 7>&-

# --- a request that has to wait can be seen
start_talker "$RC" "$T/connected" -_condor_nowarn -_condor_ckpt "$DIR/d"; await 'grep -q open out'
kill -USR2 $pid; await '[ -e d.waiting ]'; has "why it waits" "$(cat d.waiting)" "reason a network connection is open: descriptor"
[ -e d ] && bad "checkpoint while connected" || ok
echo close >&8; await '[ -e d ]'; await '[ ! -e d.waiting ]'; finish; ok

# --- what can never be saved is found by the library itself
start_talker "$RC" "$T/filtered" -_condor_nowarn -_condor_ckpt "$DIR/sec"; await 'grep -q ready out'; await '[ -e sec.waiting ]'
has "filtered: why it waits" "$(cat sec.waiting)" "reason it filters its system calls (seccomp)"
has "filtered: said so" "$(cat err)" "UNSUP: no checkpoint is possible: it filters its system calls (seccomp)"
has "filtered: --check" "$("$RC" --check $pid)" "obstacle: its system calls are filtered (seccomp)"
echo go >&8; finish; same "filtered: goes on" $status 3; [ -e sec ] && bad "filtered: image" || ok

# --- whatever else is in the way is said, by the library and by --check, and waited for
for it in io_uring inotify aio system_v secret pidfd terminal queue userfault events threads device child connection; do
	start_talker "$RC" "$T/obstacle" $it -_condor_nowarn -_condor_ckpt "$DIR/ob"; await 'grep -q ready out || ! [ -e /proc/$pid/fd/0 ]'
	grep -q ready out || { finish; same "obstacle $it" $status 77; echo "SKIPPED: obstacle $it: $(cat err)"; continue; }
	kill -USR2 $pid; await '[ -e ob.waiting ]'; has "obstacle $it: why it waits" "$(cat ob.waiting)" "reason "
	case $it in child | connection) kind=delay ;; *) kind=obstacle; has "obstacle $it: said so" "$(cat err)" "UNSUP: no checkpoint is possible: " ;; esac
	has "obstacle $it: --check" "$("$RC" --check -lines $pid)" "$kind	"
	echo go >&8; finish; same "obstacle $it: goes on" $status 3; [ -e ob ] && bad "obstacle $it: image"; [ -e ob.waiting ] && bad "obstacle $it: waits for ever"; rm -f ob ob.waiting
done

# --- a program that has gone where a restart will not be
while read -r it text; do
	start_talker "$RC" "$T/obstacle" $it -_condor_nowarn -_condor_ckpt "$DIR/ob"; await 'grep -q ready out || ! [ -e /proc/$pid/fd/0 ]'
	grep -q ready out || { finish; same "$it" $status 77; echo "SKIPPED: $it: $(cat err)"; continue; }
	kill -USR2 $pid; await 'grep -q UNSUP err'; has "$it: said so" "$(cat err)" "UNSUP: no checkpoint is possible: it has $text"
	echo go >&8; finish; same "$it: goes on" $status 3; [ -e ob ] && bad "$it: image"; rm -rf root ob.waiting
done <<END
new_root changed its root directory
namespace entered another namespace
END

# --- a shadow stack: no machine is needed that has them, only a kernel that says so
if unshare -m true 2>/dev/null; then
	start_talker unshare -m sh -c '{ cat /proc/self/status; printf "x86_Thread_features:\tshstk \n"; } >"$1/status"; shift
		mount --bind "$0/status" /proc/$$/task/$$/status && mount --bind "$0/status" /proc/$$/status && exec "$@"' \
		"$DIR" "$DIR" "$RC" "$T/talker" -_condor_nowarn -_condor_ckpt "$DIR/ob"
	await 'grep -q main out'; kill -USR2 $pid; await '[ -e ob.waiting ]'; has "shadow stack: why it waits" "$(cat ob.waiting)" "reason it has a shadow stack"
	has "shadow stack: said so" "$(cat err)" "UNSUP: no checkpoint is possible: it has a shadow stack"
	has "shadow stack: --check" "$(nsenter -m -t $pid "$RC" --check -lines $pid)" "obstacle	it has a shadow stack"
	echo end >&8; finish; same "shadow stack: goes on" $status 9; [ -e ob ] && bad "shadow stack: image"; rm -f ob ob.waiting
else
	echo "SKIPPED: shadow stack: only root can say that there is one"
fi

# --- a robust mutex whose owner has another id after the restart
CK_TEST=tstp CK_AT=1 "$RC" "$T/asks" mutex -_condor_nowarn -_condor_ckpt "$DIR/robust" >out 2>err; same "robust mutex" $? 140
"$RESTART" robust >out 2>err; has "robust mutex: said so" "$? $(cat err)" "0 HTCondor: Warning: UNSUP: a robust mutex is held by a thread whose id has changed"
if [ "$(id -u)" = 0 ]; then
	"$RESTART" -same-pid robust >out 2>err; same "robust mutex, the same ids" "$? $(cat err)" "0 "
fi

# --- who was root and gave it up does not have it again when root restarts him
if [ "$(id -u)" = 0 ]; then
	mkdir -p rights; chmod 755 "$DIR"; chmod 777 rights; dropped="nice 0 new 1 slack 70000 seen 0 user 65534 65534 65534 groups 0"
	CK_TEST=tstp CK_AT=2 "$RC" "$T/rights_given_up" user -_condor_nowarn -_condor_ckpt "$DIR/rights/i" >out 2>err; same "user given up" "$? $(cat out err)" "140 $dropped"
	"$RESTART" rights/i >out 2>err; same "user given up, restarted by root" "$? $(tail -1 out) $(cat err)" "0 $dropped "
	chmod 644 rights/i; setpriv --reuid=1234 --regid=1234 --clear-groups "$RESTART" rights/i >out 2>err
	has "user given up, restarted by another" "$? $(cat err)" "0 HTCondor: Warning: UNSUP: the user or the groups that the program had taken are not to be had"
fi

# --- sharing of descriptors where kcmp is forbidden
for name in opened_twice dup_shares many_descriptors; do
	mkdir plain; (cd plain; "$T/$name" >../want 2>/dev/null </dev/null); rm -rf plain; mkdir plain
	(cd plain; CK_TEST=tstp exec "$T/without_kcmp" "$RC" "$T/$name" -_condor_nowarn -_condor_ckpt "$DIR/nok" >../out 2>../err </dev/null); status=$?
	while [ $status = 140 ]; do (cd plain; exec "$T/without_kcmp" "$RESTART" "$DIR/nok" >>../out 2>>../err </dev/null); status=$?; done
	same "$name without kcmp" "$status $(md5sum <out)" "0 $(md5sum <want)"; rm -rf plain nok
done

# --- warnings
o=$("$RC" "$T/reads_writes" 2>&1 | grep -c READWRITE); same "READWRITE once for the one file" "$o" 1
o=$("$RC" "$T/reads_writes" many 2>&1 | grep READWRITE); same "READWRITE for a hundred files, and once for the others" "$(echo "$o" | wc -l) $(echo "$o" | tail -1)" \
	"101 HTCondor: Warning: READWRITE: File 'everything else' used for both reading and writing.  This is not checkpoint-safe."
o=$("$RC" "$T/reads_writes" -_condor_warning READWRITE OFF 2>&1 | grep -c READWRITE); same "READWRITE off" "$o" 0
o=$("$RC" "$T/reads_writes" unlinked 2>&1 | grep -c READWRITE); same "READWRITE of a file without a name" "$o" 0

# --- ordinary user, and no address randomisation
for how in "setarch -R" "setpriv --reuid=65534 --regid=65534 --clear-groups"; do
	[ "$how" = "setarch -R" ] || [ "$(id -u)" = 0 ] || continue
	command -v "${how%% *}" >/dev/null || { echo "SKIPPED: ${how%% *} is not installed"; continue; }
	mkdir -p u; chmod 777 u "$DIR"; rm -f u/*
	(cd u; CK_TEST=tstp CK_AT=2 $how "$RC" "$T/threads" -_condor_nowarn -_condor_ckpt "$DIR/u/i" >../out 2>../err; $how "$RESTART" i >>../out 2>>../err)
	same "$how" "$? $(grep -v '^kill 0' out | md5sum)" "0 $("$T/threads" | grep -v '^kill 0' | md5sum)"
	grep -q 'kill 0: [^0]' out && bad "$how: pthread_kill" || ok
	rm -f u/*; (cd u; CK_TEST=tstp CK_AT=1 $how "$RC" "$T/large_memory" -_condor_nowarn -_condor_ckpt "$DIR/u/i" >../out 2>../err; $how "$RESTART" i >>../out 2>>../err)
	same "$how, large memory" "$? $(md5sum <out)" "0 $("$T/large_memory" | md5sum)"
done
echo "checkpoint behaviour: $passed passed, $failed failures"
[ $failed = 0 ]
