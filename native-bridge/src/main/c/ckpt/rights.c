// SPDX-License-Identifier: Apache-2.0
// The rights of the process: user, groups, capabilities, and what prctl sets of that kind. As with its surroundings, what
// the program did not change is that of the restart. What it gave up must not come back because the superuser restarts
// it; and what it took, as another user's rights, is brought back or missed aloud. Kept in the library's own memory,
// which is in the image. Context: start; handler (gather); resumed program (bring back).
#include "ckpt.h"

#include <linux/capability.h>
#include <linux/prctl.h>

#define GROUPS 256
#define DUMPABLE 0 /* index below */

static const struct {
	long get, set;
	bool by_pointer;
} flags[] = {[DUMPABLE] = {PR_GET_DUMPABLE, PR_SET_DUMPABLE, false},
	     {PR_GET_NO_NEW_PRIVS, PR_SET_NO_NEW_PRIVS, false},
	     {PR_GET_KEEPCAPS, PR_SET_KEEPCAPS, false},
	     {PR_GET_TIMERSLACK, PR_SET_TIMERSLACK, false},
	     {PR_GET_THP_DISABLE, PR_SET_THP_DISABLE, false},
	     {PR_GET_CHILD_SUBREAPER, PR_SET_CHILD_SUBREAPER, true},
	     {PR_GET_PDEATHSIG, PR_SET_PDEATHSIG, true}};

struct ids {
	u32 user[3], group[3];
	u32 n_groups, groups[GROUPS];
};

static struct rights {
	struct ids ids;
	struct __user_cap_data_struct capabilities[2];
	long flags[RAW_COUNT(flags)];
} given, chosen; /* by whoever started the program; as of the last checkpoint */
static bool own_ids, own_capabilities;
static u32 own_flags; /* a bit for each */

static struct __user_cap_header_struct self = {_LINUX_CAPABILITY_VERSION_3, 0};

static long get_flag(u32 i)
{
	s32 value = 0;
	long r = raw_prctl(flags[i].get, flags[i].by_pointer ? (long)&value : 0, 0, 0, 0);

	return flags[i].by_pointer ? value : r;
}

static void look(struct rights *r)
{
	struct ids *ids = &r->ids;
	long n;

	raw_zero(r, sizeof *r);
	RAW_SYS3(__NR_getresuid, &ids->user[0], &ids->user[1], &ids->user[2]);
	RAW_SYS3(__NR_getresgid, &ids->group[0], &ids->group[1], &ids->group[2]);
	n = RAW_SYS2(__NR_getgroups, GROUPS, ids->groups);
	ids->n_groups = n > 0 ? (u32)n : 0; /* more than that nobody changes */
	RAW_SYS2(__NR_capget, &self, r->capabilities);
	for (u32 i = 0; i < RAW_COUNT(flags); i++)
		r->flags[i] = get_flag(i);
}

void ck_rights_given(void)
{
	look(&given);
}

/* By the thread that asks for a checkpoint. */
void ck_gather_rights(void)
{
	look(&chosen);
	own_ids |= !raw_equal(&chosen.ids, &given.ids, sizeof given.ids);
	own_capabilities |= !raw_equal(chosen.capabilities, given.capabilities, sizeof given.capabilities);
	for (u32 i = 0; i < RAW_COUNT(flags); i++)
		own_flags |= (u32)(chosen.flags[i] != given.flags[i]) << i;
}

/* A process that may not be looked at has no access to some files of its own in /proc. */
bool ck_hidden(void)
{
	return chosen.flags[DUMPABLE] != 1;
}

void ck_show(void)
{
	if (ck_hidden())
		raw_prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

void ck_hide_again(void)
{
	if (ck_hidden())
		raw_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static long take_ids(const struct ids *to)
{
	long err = RAW_SYS2(__NR_setgroups, to->n_groups, to->groups);

	err = err ? err : RAW_SYS3(__NR_setresgid, to->group[0], to->group[1], to->group[2]);
	return err ? err : RAW_SYS3(__NR_setresuid, to->user[0], to->user[1], to->user[2]);
}

/* After the files, which the program may have opened with more rights, and before the threads, which inherit them. */
void ck_bring_back_rights(void)
{
	struct rights now;
	long err = 0;

	ck_rights_given();
	if (own_ids && !raw_equal(&given.ids, &chosen.ids, sizeof chosen.ids)) {
		err = take_ids(&chosen.ids);
		if (err && given.ids.user[1] == 0) {
			ck_error("the program had given up its user or groups, which cannot be done here (", ck_strerror(err),
				 ")\n");
			ck_kill_self(9);
		}
		if (err)
			ck_warn_text(CK_UNSUP, "the user or the groups that the program had taken are not to be had: it has "
					       "those of the restart");
	}
	look(&now);
	if (own_capabilities && !raw_equal(now.capabilities, chosen.capabilities, sizeof chosen.capabilities) &&
	    RAW_SYS2(__NR_capset, &self, chosen.capabilities) && !err)
		ck_warn_text(CK_UNSUP, "capabilities that the program had are not to be had");
	for (u32 i = 0; i < RAW_COUNT(flags); i++)
		if (own_flags >> i & 1 && now.flags[i] != chosen.flags[i])
			raw_prctl(flags[i].set, i == DUMPABLE ? chosen.flags[i] == 1 : chosen.flags[i], 0, 0, 0);
}
