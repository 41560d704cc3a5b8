// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ClassAdTest {
    @Test
    void namesAreFoundInAnyCaseAndPrintedAsWritten() {
        ClassAd ad = ClassAd.builder().putInt("FooBar", 1).put("s", "x").build();
        assertThat(ad.lookup("FOOBAR")).isEqualTo(Value.Int.of(1));
        assertThat(ad.names()).containsExactly("FooBar", "s");
        assertThat(ad).hasToString("FooBar = 1\ns = \"x\"\n");
    }

    @Test
    void aReplacedAttributeKeepsItsPlaceAndItsCase() {
        ClassAd ad = ClassAd.parse("A = 1\nB = 2\n").toBuilder().putInt("a", 3).build();
        assertThat(ad).hasToString("A = 3\nB = 2\n");
    }

    @Test
    void adsWithTheSameAttributesAreEqualInAnyOrderAndCase() {
        ClassAd ad = ClassAd.parse("A = b + 1\nB = 2\n");
        ClassAd other = ClassAd.parse("b = 2\na = B+1\n");
        assertThat(other).isEqualTo(ad).hasSameHashCodeAs(ad);
        assertThat(ClassAd.parse("A = b + 1\nB = 2.0\n")).isNotEqualTo(ad);
        assertThat(ad.without("B")).isNotEqualTo(ad);
    }

    @Test
    void anAdIsNotChangedByWhatIsBuiltFromIt() {
        ClassAd ad = ClassAd.parse("A = 1\n");
        assertThat(ad.with(ClassAd.parse("B = 2\nA = 3\n"))).hasToString("A = 3\nB = 2\n");
        assertThat(ad.without("a")).isEqualTo(ClassAd.EMPTY);
        assertThat(ad).hasToString("A = 1\n");
    }

    @Test
    void typedLookupsConvertAsHtcondorDoes() {
        ClassAd ad = ClassAd.parse("I = 2 + 1\nR = 2.9\nB = true\nS = \"x\"\nE = 1/0\n");
        assertThat(ad.getInteger("i")).hasValue(3);
        assertThat(ad.getInteger("R")).hasValue(2);
        assertThat(ad.getInteger("B")).hasValue(1);
        assertThat(ad.getInteger("S")).isEmpty();
        assertThat(ad.getReal("I")).hasValue(3.0);
        assertThat(ad.getBoolean("I")).contains(true);
        assertThat(ad.getBoolean("S")).isEmpty();
        assertThat(ad.getString("S")).contains("x");
        assertThat(ad.getString("I")).isEmpty();
        assertThat(ad.getString("nope")).isEmpty();
        assertThat(ad.evaluate("E")).isEqualTo(Value.ERROR);
    }

    @Test
    void equalTextsBecomeTheSameExpression() {
        String text = "Requirements = TARGET.Memory > 64 && Arch == \"x\"\nName = \"slot1\"\n";
        ClassAd one = ClassAd.parse(text);
        ClassAd two = ClassAd.parse(text + "Other = 1\n");
        assertThat(one.lookup("Requirements")).isSameAs(two.lookup("requirements"));
        assertThat(one.lookup("Name")).isSameAs(two.lookup("Name"));
    }

    @Test
    void anEvaluatedListCanBeStoredEvenIfItContainsItself() {
        ClassAd ad = ClassAd.parse("A = { 1 + 1, A, [ x = A ] }\n");
        ClassAd stored = ClassAd.builder().put("L", ad.evaluate("A")).build();
        assertThat(stored).hasToString("L = { 2,{ 1 + 1,A,[ x = A ] },[ x = A ] }\n");
    }

    @Test
    void listsAndRecordsAreEvaluatedWhereTheyWereFound() {
        ClassAd ad = ClassAd.parse("L = { N, [ x = N + 1 ] }\nN = 5\n");
        Value.ListValue list = (Value.ListValue) ad.evaluate("L");
        assertThat(list.toList().get(0)).isEqualTo(Value.Int.of(5));
        assertThat(((Value.AdValue) list.toList().get(1)).get("X")).isEqualTo(Value.Int.of(6));
    }

    @Test
    void anAttributeNeedsAName() {
        assertThatThrownBy(() -> ClassAd.builder().putInt("", 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
