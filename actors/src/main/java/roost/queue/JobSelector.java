// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import roost.api.ApiException;
import roost.api.ApiRequest.JobSelection;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.match.Constraint;

/** Which jobs of a queue a user's selection means. Pure. */
final class JobSelector {
    private JobSelector() {}

    /**
     * The selected jobs in order; jobs named by id are among them even if there are none such.
     *
     * @throws ApiException INVALID if the constraint is no expression
     */
    static List<JobId> select(
            JobSelection selection, Collection<JobId> present, Function<JobId, ClassAd> adOf) {
        Optional<Constraint> constraint = selection.constraint().map(Constraint::parse);
        TreeSet<JobId> selected = new TreeSet<>(selection.ids());
        boolean byOwner = !selection.owners().isEmpty();
        for (JobId id : present) {
            if (selection.all() || selection.clusters().contains(id.cluster())) {
                selected.add(id);
            } else if (byOwner || constraint.isPresent()) {
                ClassAd ad = adOf.apply(id);
                if ((byOwner && selection.owners().contains(ad.getString("Owner").orElse("")))
                        || constraint.filter(c -> c.accepts(ad)).isPresent()) {
                    selected.add(id);
                }
            }
        }
        return List.copyOf(selected);
    }
}
