// SPDX-License-Identifier: Apache-2.0
package roost.job;

/** A job cannot be run; the message says why and is for the job's owner. */
public final class JobFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final JobNews.Obstacle obstacle;

    public JobFailure(String message) {
        this(JobNews.Obstacle.START, message);
    }

    public JobFailure(String message, Throwable cause) {
        super(message, cause);
        this.obstacle = JobNews.Obstacle.START;
    }

    public JobFailure(JobNews.Obstacle obstacle, String message) {
        super(message);
        this.obstacle = obstacle;
    }

    /** What is in the way. */
    public JobNews.Obstacle obstacle() {
        return obstacle;
    }
}
