// SPDX-License-Identifier: Apache-2.0
package roost.job;

/**
 * How far an image is.
 *
 * @param sinceMillis when it was asked for, Unix milliseconds
 * @param bytes written so far
 * @param expectedBytes what it will have, estimated from the job's memory; 0 if unknown
 * @param waitsFor what the program does that a checkpoint must not cut; empty if it does not wait
 */
public record CaptureProgress(long sinceMillis, long bytes, long expectedBytes, String waitsFor) {}
