// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Decides who runs in a slot. Pure: it is given what everybody wants and where every job stands,
 * and says what is to be done now; carried out and asked again, it comes to rest.
 *
 * <p>The rules. A batch job is stopped before a COD job starts or continues, or when the owner's
 * policy wants it stopped, and continues when neither is so any more. A COD job that was suspended
 * needs nothing; one that is ending needs the slot until it is gone. Several COD jobs may run side
 * by side. A batch job that is itself on its way out is left alone. Killing waits for nobody.
 *
 * <p>Source: HTCondor manual 8.0 §4.3.6; htcondor Resource.cpp, suspendForCOD and resumeForCOD. On
 * purpose different: the batch job is also stopped while a suspended COD job is made to end,
 * because that job runs again to do so; and the end of a COD job does not continue a batch job that
 * the owner's policy stopped.
 */
public final class SlotArbiter {

    /** What a job's owner wants of it. */
    public enum Want {
        RUN,
        /** Stopped in memory; of a batch job, that the owner's policy wants it so. */
        STOP,
        /** To end, in its own way and time. */
        END,
        KILL
    }

    /** Where a job stands, as far as orders were given and answers came back. */
    public enum Phase {
        /** Not started yet. */
        NEW,
        /** Runs, or was told to start or continue. */
        RUNNING,
        /** Was told to stop and has not answered. */
        STOPPING,
        /** Every process is stopped. */
        STOPPED,
        /** Was asked to end. */
        ENDING,
        /** Was killed; not gone yet. */
        KILLING
    }

    /** A job as the arbiter sees it. */
    public record Job(Want want, Phase phase) {}

    /** What is to be done with a job. */
    public enum Action {
        START,
        /** Start it, but stopped before its first instruction. */
        START_STOPPED,
        STOP,
        CONTINUE,
        END,
        KILL,
        /** It was never started and never will be. */
        FORGET
    }

    /**
     * An order.
     *
     * @param cod which COD job it is for, by its place in the collection; empty for the batch job
     */
    public record Order(Optional<Integer> cod, Action action) {}

    private SlotArbiter() {}

    /**
     * What is to be done now, in this order; nothing when all is as it should be or under way.
     *
     * @param expected whether a COD job will start or continue in a moment: room is made for it
     */
    public static List<Order> orders(Optional<Job> batch, Collection<Job> cods, boolean expected) {
        List<Order> orders = new ArrayList<>();
        boolean needed = expected || cods.stream().anyMatch(SlotArbiter::needsSlot);
        batch.flatMap(job -> forBatch(job, needed))
                .ifPresent(action -> orders.add(new Order(Optional.empty(), action)));
        boolean clear = batch.map(SlotArbiter::isOutOfTheWay).orElse(true);
        int place = 0;
        for (Job cod : cods) {
            Optional<Integer> which = Optional.of(place++);
            forCod(cod, clear).ifPresent(action -> orders.add(new Order(which, action)));
        }
        return orders;
    }

    /** Whether the batch job must be stopped for this COD job. */
    public static boolean needsSlot(Job cod) {
        return switch (cod.want()) {
            case RUN -> true;
            case STOP -> cod.phase() == Phase.RUNNING || cod.phase() == Phase.STOPPING;
            case END, KILL -> cod.phase() != Phase.NEW;
        };
    }

    private static boolean isOutOfTheWay(Job batch) {
        return switch (batch.phase()) {
            case NEW, STOPPED, ENDING, KILLING -> true;
            case RUNNING, STOPPING -> false;
        };
    }

    private static Optional<Action> forBatch(Job batch, boolean needed) {
        if (batch.want() == Want.KILL || batch.want() == Want.END) {
            return ending(batch, true);
        }
        boolean stopped = needed || batch.want() == Want.STOP;
        return switch (batch.phase()) {
            case NEW -> stopped ? Optional.empty() : Optional.of(Action.START);
            case RUNNING -> stopped ? Optional.of(Action.STOP) : Optional.empty();
            case STOPPED -> stopped ? Optional.empty() : Optional.of(Action.CONTINUE);
            case STOPPING, ENDING, KILLING -> Optional.empty();
        };
    }

    private static Optional<Action> forCod(Job cod, boolean clear) {
        return switch (cod.want()) {
            case RUN ->
                    switch (cod.phase()) {
                        case NEW -> clear ? Optional.of(Action.START) : Optional.empty();
                        case STOPPED -> clear ? Optional.of(Action.CONTINUE) : Optional.empty();
                        case RUNNING, STOPPING, ENDING, KILLING -> Optional.empty();
                    };
            case STOP ->
                    switch (cod.phase()) {
                        case NEW -> Optional.of(Action.START_STOPPED);
                        case RUNNING -> Optional.of(Action.STOP);
                        case STOPPING, STOPPED, ENDING, KILLING -> Optional.empty();
                    };
            case END, KILL -> ending(cod, clear);
        };
    }

    /** A job that is to end is continued to do so, which has to wait until the way is clear. */
    private static Optional<Action> ending(Job job, boolean clear) {
        if (job.phase() == Phase.NEW) {
            return Optional.of(Action.FORGET);
        }
        if (job.want() == Want.KILL) {
            return job.phase() == Phase.KILLING ? Optional.empty() : Optional.of(Action.KILL);
        }
        return switch (job.phase()) {
            case RUNNING -> Optional.of(Action.END);
            case STOPPED -> clear ? Optional.of(Action.END) : Optional.empty();
            case NEW, STOPPING, ENDING, KILLING -> Optional.empty();
        };
    }
}
