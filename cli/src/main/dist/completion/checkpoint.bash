# SPDX-License-Identifier: Apache-2.0
# Completion of the checkpoint tools in bash: source this file. A test compares it with what they say themselves.

_roost_checkpoint() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} options=
	COMPREPLY=()
	case ${COMP_WORDS[0]##*/}:${COMP_WORDS[1]} in
	roost-image:*) options='-verify -explain -regions -merge -json -help' ;;
	roost-restart:*) options='-relocatable -same-pid -help' ;;
	condor_compile:*) [ "$COMP_CWORD" -gt 1 ] || options='-condor_standalone -condor_lib -help' ;;
	roost-checkpoint:-check | roost-checkpoint:--check) options='-lines -json -help' ;;
	roost-checkpoint:-wrapper | roost-checkpoint:--wrapper)
		case $before in
		-image | -exit-code) return ;;
		esac
		options='-image -exit-code -by-signal -remove -help'
		;;
	roost-checkpoint:-restart | roost-checkpoint:--restart) options='-_condor_relocatable -same-pid' ;;
	roost-checkpoint:*)
		if [ "$COMP_CWORD" -eq 1 ]; then
			options='-restart -check -wrapper -help'
		else
			options='-_condor_ckpt -_condor_restart -_condor_relocatable -_condor_compress -_condor_incremental
				-_condor_warning -_condor_nowarn -_condor_cmd_fd -_condor_cmd_file -_condor_D_ALWAYS
				-_condor_D_FULLDEBUG -_condor_D_CKPT'
		fi
		;;
	esac
	case $word in
	-*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
	*) [ "$COMP_CWORD" -gt 1 ] || case ${COMP_WORDS[0]##*/} in
		roost-checkpoint | condor_compile) COMPREPLY=($(compgen -c -- "$word")) ;;
		esac ;;
	esac
}
complete -o default -F _roost_checkpoint roost-checkpoint roost-restart roost-image condor_compile
