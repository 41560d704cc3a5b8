# SPDX-License-Identifier: Apache-2.0
# Completion of Roost's commands in bash: source this file. Made from the commands'
# option tables; a test compares.

# The options of a command.
_roost_options() {
	case $1 in
	'roost help') echo '-help' ;;
	'roost version') echo '-help' ;;
	'roost demo') echo '-picture -keep -help' ;;
	'roost start') echo '-help' ;;
	'roost node') echo '-help' ;;
	'roost stop') echo '-fast -help' ;;
	'roost reconfig') echo '-help' ;;
	'roost config') echo '-json -man -help' ;;
	'condor_config_val') echo '-dump -verbose -expanded -raw -summary -config -macro -json -mixedcase -owner -tilde -local-name -subsystem -version -name -address -pool -master -schedd -startd -collector -negotiator -set -unset -rset -runset -evaluate -used -unused -help' ;;
	'condor_cod') echo '-version -help' ;;
	'condor_cod_request') echo '-name -address -lease -requirements -classad -pool -timeout -debug -json -version -help' ;;
	'condor_cod_release') echo '-id -fast -classad -pool -timeout -debug -json -version -help' ;;
	'condor_cod_activate') echo '-id -keyword -jobad -cluster -proc -wait -requirements -classad -pool -timeout -debug -json -version -help' ;;
	'condor_cod_deactivate') echo '-id -fast -classad -pool -timeout -debug -json -version -help' ;;
	'condor_cod_suspend') echo '-id -classad -pool -timeout -debug -json -version -help' ;;
	'condor_cod_resume') echo '-id -classad -pool -timeout -debug -json -version -help' ;;
	'condor_cod_renew') echo '-id -classad -pool -timeout -debug -json -version -help' ;;
	'condor_cod_delegate_proxy') echo '-id -x509proxy -classad -pool -timeout -debug -json -version -help' ;;
	'roost claims') echo '-name -ids -long -json -autoformat -af -format -help' ;;
	'condor_status') echo '-cod -constraint -ads -available -claimed -run -state -master -nodes -total -long -json -xml -autoformat -af -format -help' ;;
	'condor_submit') echo '-append -batch-name -dry-run -json -queue -terse -verbose -help' ;;
	'condor_q') echo '-nobatch -batch -allusers -constraint -hold -held -run -ckpt -goodput -totals -better-analyze -analyze -wide -long -json -xml -autoformat -af -format -help' ;;
	'condor_rm') echo '-all -constraint -reason -json -forcex -help' ;;
	'condor_hold') echo '-all -constraint -reason -json -help' ;;
	'condor_release') echo '-all -constraint -reason -json -help' ;;
	'condor_vacate_job') echo '-all -constraint -reason -json -fast -wait -long -totals -name -addr -pool -debug -help' ;;
	'condor_vacate') echo '-name -addr -all -constraint -graceful -fast -wait -json -pool -debug -version -help' ;;
	'condor_checkpoint') echo '-name -addr -all -constraint -wait -json -pool -debug -version -help' ;;
	'condor_ckpt') echo '-name -addr -all -constraint -wait -json -pool -debug -version -help' ;;
	'classad_eval') echo '-quiet -json -strict -debug -file -my-file -target-file -help' ;;
	'classad_match') echo '-half -quiet -json -strict -help' ;;
	esac
}

# The parts of roost.
_roost_parts='checkpoint ckpt claims classad_eval classad_match cod config config_val demo help hold node q reconfig release rm start status stop submit vacate vacate_job version'

# The verbs of condor_cod.
_roost_verbs='request release activate deactivate suspend resume renew delegate_proxy'

_roost() {
	local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[0]##*/} next=1 options
	COMPREPLY=()
	if [ "$command" = roost ]; then
		if [ "$COMP_CWORD" -eq 1 ]; then
			COMPREPLY=($(compgen -W "$_roost_parts" -- "$word"))
			return
		fi
		command="roost ${COMP_WORDS[1]}" next=2
		[ -n "$(_roost_options "$command")" ] || command=condor_${COMP_WORDS[1]}
	fi
	if [ "$command" = condor_cod ]; then
		if [ "$COMP_CWORD" -eq "$next" ]; then
			COMPREPLY=($(compgen -W "$_roost_verbs" -- "$word"))
			return
		fi
		command=condor_cod_${COMP_WORDS[next]}
	fi
	case $word in
	-*)
		options=$(_roost_options "$command")
		COMPREPLY=($(compgen -W "$options" -- "$word"))
		;;
	esac
}
complete -o default -F _roost roost condor_config_val condor_cod condor_cod_request condor_cod_release condor_cod_activate condor_cod_deactivate condor_cod_suspend condor_cod_resume condor_cod_renew condor_cod_delegate_proxy condor_status condor_submit condor_q condor_rm condor_hold condor_release condor_vacate_job condor_vacate condor_checkpoint condor_ckpt classad_eval classad_match
