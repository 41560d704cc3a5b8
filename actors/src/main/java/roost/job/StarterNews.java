// SPDX-License-Identifier: Apache-2.0
package roost.job;

import akka.actor.typed.ActorRef;
import java.util.Optional;
import roost.posix.ProcessIdentity;

/** Brings what a starter says, on threads of its own, into the actor of its job. */
record StarterNews(ActorRef<JobActor.Command> job) implements Starters.Listener {
    /** The program runs. */
    record HasStarted(Starters.Starter starter, ProcessIdentity process, long startedAtMillis)
            implements JobActor.Internal {}

    /** The program runs since before, or has ended; its end follows. */
    record HasFound(Starters.Starter starter, Optional<ProcessIdentity> process, boolean stopped)
            implements JobActor.Internal {}

    /** What happened to it, in the words of the job. */
    record FromStarter(JobNews news) implements JobActor.Internal {}

    @Override
    public void started(
            Starters.Starter connected, ProcessIdentity identity, long startedAtMillis) {
        job.tell(new HasStarted(connected, identity, startedAtMillis));
    }

    @Override
    public void found(
            Starters.Starter connected, Optional<ProcessIdentity> identity, boolean halted) {
        job.tell(new HasFound(connected, identity, halted));
    }

    @Override
    public void stopped(int processes) {
        job.tell(new FromStarter(new JobNews.Stopped(processes)));
    }

    @Override
    public void continued() {
        job.tell(new FromStarter(new JobNews.Continued()));
    }

    @Override
    public void uses(CpuTime cpu, long residentBytes) {
        job.tell(new FromStarter(new JobNews.Uses(cpu, residentBytes)));
    }

    @Override
    public void notStarted(String reason, int errno) {
        job.tell(new FromStarter(new JobNews.StartFailed(reason, errno)));
    }

    @Override
    public void exited(JobExit exit, JobNews.Traces traces) {
        job.tell(new FromStarter(new JobNews.Exited(exit, traces)));
    }

    @Override
    public void selfCheckpointed(JobNews.SelfCheckpointed news) {
        job.tell(new FromStarter(news));
    }

    @Override
    public void lost(String reason) {
        job.tell(new FromStarter(new JobNews.Lost(reason)));
    }
}
