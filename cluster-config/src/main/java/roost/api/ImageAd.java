// SPDX-License-Identifier: Apache-2.0
package roost.api;

/**
 * Names of the attributes that tell of an image of a batch job: in the answers to {@link
 * ApiRequest.QueryImages}, and in what a caller gets who waited for an image. With them go the
 * job's ClusterId, ProcId and Owner.
 */
public final class ImageAd {
    /** {@link #COMPLETE} or {@link #WRITING}. */
    public static final String STATE = "ImageState";

    /** The image is whole and journaled; all of the attributes below are there. */
    public static final String COMPLETE = "Complete";

    /**
     * The image is being written; of those below only SIZE, EXPECTED, CREATED and WAITS_FOR are
     * there.
     */
    public static final String WRITING = "Writing";

    /** Counts a job's images from 1. */
    public static final String GENERATION = "ImageGeneration";

    /** When it was made or begun, Unix seconds with a fraction. */
    public static final String CREATED = "ImageCreated";

    /** Bytes that it has, or has so far. */
    public static final String SIZE = "ImageBytes";

    /** Bytes that an image which is being written is expected to have. */
    public static final String EXPECTED = "ImageBytesExpected";

    /** What the program does that keeps an image from being written; of one that waits only. */
    public static final String WAITS_FOR = "ImageWaitsFor";

    /** How long the program stood still for it, seconds. */
    public static final String PAUSE = "ImagePause";

    /** From the request until it was durable, seconds. */
    public static final String TOOK = "ImageTook";

    /** Why it was made, for people. */
    public static final String REASON = "ImageReason";

    /** The machine it was made on. */
    public static final String HOST = "ImageHost";

    /** SHA-256 over it, hexadecimal. */
    public static final String DIGEST = "ImageDigest";

    /** The engine that can restart it. */
    public static final String ENGINE = "ImageEngine";

    /** Where it is; only its owner and the node can read it. */
    public static final String PATH = "ImagePath";

    private ImageAd() {}
}
