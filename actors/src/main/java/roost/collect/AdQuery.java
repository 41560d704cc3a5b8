// SPDX-License-Identifier: Apache-2.0
package roost.collect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import roost.api.ApiException;
import roost.api.ApiRequest;
import roost.classad.ClassAd;
import roost.match.Constraint;

/** Which ads a query wants and how much of each. Pure. */
record AdQuery(Optional<Constraint> constraint, List<String> projection) {
    private static final Comparator<ClassAd> BY_MACHINE_AND_SLOT =
            Comparator.comparing((ClassAd ad) -> ad.getString("Machine").orElse(""))
                    .thenComparing(ad -> ad.getInteger("SlotID").orElse(0));

    /**
     * @throws ApiException INVALID if the constraint is no expression
     */
    static AdQuery of(ApiRequest.QueryAds request) {
        return new AdQuery(request.constraint().map(Constraint::parse), request.projection());
    }

    /** The wanted ads, by machine and slot. */
    List<ClassAd> select(List<ClassAd> ads) {
        List<ClassAd> selected = new ArrayList<>();
        for (ClassAd ad : ads) {
            if (constraint.isEmpty() || constraint.get().accepts(ad)) {
                selected.add(ad);
            }
        }
        selected.sort(BY_MACHINE_AND_SLOT);
        if (projection.isEmpty()) {
            return selected;
        }
        return selected.stream().map(ad -> Constraint.project(ad, projection)).toList();
    }
}
