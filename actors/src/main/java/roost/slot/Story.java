// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import roost.job.JobNews;

/** The newest word of each kind on a batch job, for an owner who has to be told again. */
final class Story {
    private JobNews beginning;
    private JobNews image;
    private JobNews activity;
    private JobNews end;

    void add(JobNews news) {
        if (news instanceof JobNews.Started || news instanceof JobNews.Found) {
            beginning = news;
        } else if (news instanceof JobNews.Captured || news instanceof JobNews.SelfCheckpointed) {
            image = news;
        } else if (news instanceof JobNews.Stopped || news instanceof JobNews.Continued) {
            activity = news;
        } else if (isEnd(news)) {
            end = news;
        }
    }

    /** In the order in which they matter. */
    List<JobNews> told() {
        return Stream.of(beginning, image, activity, end).filter(Objects::nonNull).toList();
    }

    static boolean isEnd(JobNews news) {
        return news instanceof JobNews.Exited
                || news instanceof JobNews.Lost
                || news instanceof JobNews.StartFailed;
    }
}
