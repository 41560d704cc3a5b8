// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import akka.actor.typed.ActorRef;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import roost.api.ApiEvent;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.SlotName;
import roost.job.JobSpec;
import roost.slot.SlotActor.SlotUpdate;
import roost.slot.SlotMachine.Standing;

/**
 * Makes the slot's ad and tells those who registered of every change. Changes that follow each
 * other quickly are told as one: the first at once, the others after a quiet time. Belongs to one
 * {@link SlotActor} and is used by nothing else.
 */
final class SlotAdvertiser {

    /**
     * How the slot is now.
     *
     * @param borrowed whether a COD job runs, so that no batch job may start
     * @param acceptsBatch whether a batch job could start now
     */
    record Now(
            Standing standing,
            boolean borrowed,
            Optional<JobId> batchJob,
            Optional<JobSpec> batchSpec,
            SlotView.Measured measured,
            boolean acceptsBatch) {}

    /** What the advertiser needs of its actor. */
    interface Host {
        /** The slot as others can speak to it. */
        ActorRef<SlotActor.Command> slot();

        /** Has {@link #settled} called after the quiet time. */
        void settleLater();

        void publish(ApiEvent event);
    }

    private final SlotName name;
    private final SlotActor.AdMaker adMaker;
    private final Supplier<Now> view;
    private final Host host;
    private final Set<ActorRef<SlotUpdate>> listeners = new LinkedHashSet<>();

    private boolean quiet = true;
    private boolean changed;
    private String toldState = "";
    private long stateSince = System.currentTimeMillis();
    private long activitySince = stateSince;
    private Standing standing = Standing.UNCLAIMED;
    private ClassAd lastAd = ClassAd.EMPTY;

    SlotAdvertiser(SlotName name, SlotActor.AdMaker adMaker, Supplier<Now> view, Host host) {
        this.name = name;
        this.adMaker = adMaker;
        this.view = view;
        this.host = host;
    }

    /** Tells a new listener how the slot is. */
    void add(ActorRef<SlotUpdate> listener) {
        listeners.add(listener);
        listener.tell(update());
    }

    /** The ad may be out of date: tells so, now or after the quiet time. */
    void changed() {
        changed = !quiet;
        if (quiet) {
            quiet = false;
            host.settleLater();
            tell();
        }
    }

    /** The quiet time is over. */
    void settled() {
        quiet = true;
        if (changed) {
            changed();
        }
    }

    /** The ad with every change of which {@link #changed} was told. */
    ClassAd current() {
        return changed || lastAd.isEmpty() ? ad() : lastAd;
    }

    /** The newest ad that was made. */
    ClassAd last() {
        return lastAd;
    }

    /** State and activity as of the newest ad. */
    Standing standing() {
        return standing;
    }

    /** The ad as everything is at this moment. */
    ClassAd ad() {
        return ad(view.get());
    }

    private void tell() {
        SlotUpdate update = update();
        listeners.forEach(listener -> listener.tell(update));
        String now = standing.state() + "/" + standing.activity();
        if (!now.equals(toldState)) {
            toldState = now;
            host.publish(
                    new ApiEvent.SlotChanged(
                            System.currentTimeMillis(),
                            name.toString(),
                            standing.state(),
                            standing.activity()));
        }
    }

    /** The slot as it is at this moment. */
    SlotUpdate update() {
        Now now = view.get();
        return new SlotUpdate(name, ad(now), now.acceptsBatch(), host.slot());
    }

    private ClassAd ad(Now now) {
        stamp(now.standing());
        lastAd =
                adMaker.ad(
                        new SlotView(
                                name,
                                standing.state(),
                                standing.activity(),
                                stateSince,
                                activitySince,
                                now.borrowed(),
                                now.batchJob(),
                                now.batchSpec(),
                                now.measured()));
        return lastAd;
    }

    /** Notes when State and Activity were entered. */
    private void stamp(Standing now) {
        long time = System.currentTimeMillis();
        if (!now.state().equals(standing.state())) {
            stateSince = time;
        }
        if (now != standing) {
            activitySince = time;
        }
        standing = now;
    }
}
