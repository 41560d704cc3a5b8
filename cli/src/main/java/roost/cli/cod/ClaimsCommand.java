// SPDX-License-Identifier: Apache-2.0
package roost.cli.cod;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CommandHost;
import roost.classad.ClassAd;
import roost.cli.Command;
import roost.cli.NodeCalls;
import roost.cli.format.Ads;
import roost.cli.format.Columns;
import roost.cli.format.Durations;
import roost.cli.format.TextTable;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;
import roost.cli.option.ParsedOptions;
import roost.cli.option.UsageException;

/**
 * {@code roost claims}: the caller's own claims with their whole ids, for those who lost one.
 * HTCondor has nothing like it. It is no verb of {@code condor_cod}, whose words and screens stay
 * as they are.
 */
public final class ClaimsCommand implements Command {
    private static final OptionTable OPTIONS =
            OptionTable.of(
                    "",
                    Option.value("name", 1, "host", "ask that node instead of this machine's"),
                    Option.flag("ids", 1, "print the ids only, a line each"),
                    Option.flag("long", 1, "print whole ads"),
                    Option.flag("json", 1, "print whole ads as JSON, ids included"),
                    Columns.AUTOFORMAT,
                    Columns.FORMAT);

    @Override
    public String name() {
        return "roost claims";
    }

    @Override
    public String summary() {
        return "List your own claims, with the ids that condor_cod takes.";
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public int run(CommandHost host, Arguments arguments) throws IOException, UsageException {
        ParsedOptions options = arguments.options();
        Optional<Columns> columns = Columns.of(options);
        ApiRequest.Target target =
                options.value("name").map(ApiRequest.Target::named).orElse(ApiRequest.Target.HERE);
        ApiReply.Ads reply = NodeCalls.ask(host, new ApiRequest.ListClaims(target));
        List<ClassAd> claims = new ArrayList<>(reply.ads());
        claims.sort(Comparator.comparingLong(ClaimsCommand::sequence));
        if (columns.isPresent()) {
            host.out().print(columns.get().print(claims));
        } else if (options.has("json")) {
            host.out().print(Ads.jsonWithSecrets(claims));
        } else if (options.has("long")) {
            claims.forEach(claim -> host.out().print(claim + "\n"));
        } else if (options.has("ids")) {
            claims.forEach(claim -> host.out().println(claim.getString("ClaimId").orElse("")));
        } else if (!claims.isEmpty()) {
            host.out().print(table(claims, host.clock().instant().getEpochSecond()));
        }
        return 0;
    }

    private static long sequence(ClassAd claim) {
        return claim.getString("ClaimId")
                .flatMap(roost.id.ClaimId::parse)
                .map(roost.id.ClaimId::sequence)
                .orElse(0L);
    }

    private static String table(List<ClassAd> claims, long now) {
        TextTable table = new TextTable("ID", "Slot", "State", "TimeInState", "JobId", "ClaimId");
        StringBuilder troubles = new StringBuilder();
        for (ClassAd claim : claims) {
            long entered = claim.getInteger("EnteredCurrentState").orElse(now);
            String id = "COD" + sequence(claim);
            table.row(
                    List.of(
                            id,
                            claim.getString("Name").orElse(""),
                            claim.getString("ClaimState").orElse(""),
                            Durations.dayTime(now - entered, 1),
                            claim.getString("JobId").orElse(""),
                            claim.getString("ClaimId").orElse("")));
            claim.getString("LastStartFailure")
                    .ifPresent(
                            why ->
                                    troubles.append(id)
                                            .append(": the last start failed: ")
                                            .append(why)
                                            .append('\n'));
        }
        return table.print() + troubles;
    }
}
