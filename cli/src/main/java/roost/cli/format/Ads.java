// SPDX-License-Identifier: Apache-2.0
package roost.cli.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.classad.Expr;
import roost.classad.Format;
import roost.classad.Unparser;

/** Ads as HTCondor's tools print them: without secrets, attributes in the order of their bytes. */
public final class Ads {
    /** Attributes that are never printed. Source: HTCondor 8.8 compat_classad. */
    private static final Set<String> PRIVATE =
            Set.of(
                    "capability",
                    "childclaimids",
                    "claimid",
                    "claimidlist",
                    "claimids",
                    "pairedclaimid",
                    "transferkey");

    private Ads() {}

    public static boolean isExpression(String text) {
        try {
            Expr.parse(text);
            return true;
        } catch (ClassAdException e) {
            return false;
        }
    }

    /** The ad as it may be shown. */
    private static ClassAd shown(ClassAd ad) {
        List<String> names = new ArrayList<>(ad.names());
        names.sort(null);
        ClassAd.Builder shown = ClassAd.builder();
        for (String name : names) {
            if (!PRIVATE.contains(name.toLowerCase(Locale.ROOT))) {
                shown.put(name, ad.lookup(name));
            }
        }
        return shown.build();
    }

    /** An ad in long form: a line an attribute. */
    public static String longForm(ClassAd ad) {
        return Unparser.longForm(shown(ad));
    }

    /** Ads in long form, each with a blank line after it. */
    public static String longForms(List<ClassAd> ads) {
        StringBuilder text = new StringBuilder();
        ads.forEach(ad -> text.append(longForm(ad)).append('\n'));
        return text.toString();
    }

    /** An ad as a JSON object, a line an attribute, as HTCondor lays it out; no line end. */
    public static String json(ClassAd ad) {
        return layOut(shown(ad));
    }

    /** Ads as a JSON array. */
    public static String json(List<ClassAd> ads) {
        return array(ads.stream().map(Ads::json).toList());
    }

    /** Ads as a JSON array, secrets included: for the list of one's own claims. */
    public static String jsonWithSecrets(List<ClassAd> ads) {
        return array(ads.stream().map(Ads::layOut).toList());
    }

    private static String array(List<String> objects) {
        String list = String.join("\n,\n", objects);
        return "[\n" + list + (objects.isEmpty() ? "" : "\n") + "]\n";
    }

    private static String layOut(ClassAd ad) {
        StringBuilder text = new StringBuilder("{\n");
        String separator = "";
        for (String name : ad.names()) {
            text.append(separator).append("  ").append(Json.quote(name)).append(": ");
            text.append(jsonValue(ad.lookup(name)));
            separator = ",\n";
        }
        return text.append("\n}").toString();
    }

    /** The language's own writer knows values only as parts of an ad. */
    private static String jsonValue(Expr expr) {
        String object = Unparser.json(ClassAd.builder().put("v", expr).build()).strip();
        return object.substring("{\"v\":".length(), object.length() - 1).strip();
    }

    /** Ads as an XML document. */
    public static String xml(List<ClassAd> ads) {
        return Unparser.toString(Format.XML, ads.stream().map(Ads::shown).toList());
    }
}
