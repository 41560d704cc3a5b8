/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exit codes of Roost's own native programs (never of a job: a job's status travels in its exit
 * record). Included by the programs under c/; roost.starter.StarterLauncher turns the same numbers
 * into messages.
 */
#ifndef ROOST_EXIT_CODES_H
#define ROOST_EXIT_CODES_H

enum roost_exit {
	ROOST_EXIT_OK = 0,
	ROOST_EXIT_FAILED = 1,	/* said why on standard error */
	ROOST_EXIT_USAGE = 2,	/* the command line was wrong */
	ROOST_EXIT_SOCKET = 3,	/* could not bind the socket it was told to listen on */
	ROOST_EXIT_CHILD = 127, /* a forked child could not become the job; nobody sees it */
};

#endif
