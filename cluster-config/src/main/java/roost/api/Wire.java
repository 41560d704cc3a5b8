// SPDX-License-Identifier: Apache-2.0
package roost.api;

/** Marks what may cross between nodes; the only things the serializer accepts from a peer. */
public interface Wire {}
