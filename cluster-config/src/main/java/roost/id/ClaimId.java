// SPDX-License-Identifier: Apache-2.0
package roost.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * The name of a claim and, through its cookie, a proof that the bearer was told it.
 *
 * <p>Text form: {@code <ip:port>#birthday#sequence#cookie}. The address may itself contain {@code
 * #}, so it ends at the first {@code >}. Ids compare as whole strings, as HTCondor's do. {@link
 * #toString()} shows the public part only; {@link #secret()} gives the whole id and belongs in
 * replies to the claim's owner, never in logs or ads.
 *
 * @param node address of the node that made the claim
 * @param birthday Unix time in seconds at which that node's claim numbering began
 * @param sequence number of the claim on that node, 1 or more; the short id is {@code
 *     COD<sequence>}
 * @param cookie 40 hexadecimal digits, 160 random bits
 */
public record ClaimId(NodeAddress node, long birthday, long sequence, String cookie) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int COOKIE_BYTES = 20;

    public ClaimId {
        Objects.requireNonNull(node);
        Objects.requireNonNull(cookie);
    }

    /** Makes the id of a new claim, with a fresh cookie. */
    public static ClaimId create(NodeAddress node, long birthday, long sequence) {
        byte[] bytes = new byte[COOKIE_BYTES];
        RANDOM.nextBytes(bytes);
        return new ClaimId(node, birthday, sequence, HexFormat.of().formatHex(bytes));
    }

    /** Reads an id; empty if the text does not have the form of one. */
    public static Optional<ClaimId> parse(String text) {
        int end = text.indexOf('>');
        if (!text.startsWith("<") || end < 0) {
            return Optional.empty();
        }
        String[] rest = text.substring(end + 1).split("#", -1);
        if (rest.length != 4 || !rest[0].isEmpty() || rest[3].isEmpty()) {
            return Optional.empty();
        }
        try {
            return NodeAddress.parse(text.substring(0, end + 1))
                    .map(
                            node ->
                                    new ClaimId(
                                            node,
                                            Long.parseLong(rest[1]),
                                            Long.parseLong(rest[2]),
                                            rest[3]));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ClaimId fromJson(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a claim id"));
    }

    /** The short id that ads and {@code condor_status -cod} show. */
    public String shortId() {
        return "COD" + sequence;
    }

    /** The whole id, cookie included. */
    @JsonValue
    public String secret() {
        return node.sinful() + "#" + birthday + "#" + sequence + "#" + cookie;
    }

    /** The public part: everything up to the last {@code #}, followed by {@code #...}. */
    public String publicId() {
        return node.sinful() + "#" + birthday + "#" + sequence + "#...";
    }

    @Override
    public String toString() {
        return publicId();
    }
}
