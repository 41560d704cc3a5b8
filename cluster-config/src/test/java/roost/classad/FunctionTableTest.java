// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every function with its edges: a row is a call and its value as printed, in old mode. */
class FunctionTableTest {
    private static final String TABLE =
            """
            isUndefined(nope) => true
            isUndefined(1) => false
            isUndefined() => error
            isUndefined(1,2) => error
            isError(1/0) => true
            isError(nope) => false
            isString("") => true
            isString(1) => false
            isString(nope) => false
            isInteger(1) => true
            isInteger(1.0) => false
            isInteger("1") => false
            isReal(1.0) => true
            isReal(1) => false
            isList({}) => true
            isList([]) => false
            isClassAd([]) => true
            isClassAd({}) => false
            isBoolean(true) => true
            isBoolean(1) => false
            isAbsTime(absTime(0)) => true
            isAbsTime(0) => false
            isRelTime(relTime(0)) => true
            isRelTime(absTime(0)) => false
            ISSTRING("x") => true

            member(1,{3,2,1}) => true
            member(1.0,{1}) => true
            member("A",{"a"}) => true
            member(1,{}) => false
            member(1,{"x",error,undefined}) => false
            member(nope,{1}) => undefined
            member(1,nope) => undefined
            member({1},{1}) => error
            member(1,2) => error
            member(1) => error
            identicalMember("A",{"a"}) => false
            identicalMember(1.0,{1}) => false
            identicalMember(nope,{1,undefined}) => true
            identicalMember(nope,{1}) => false
            identicalMember([],{[]}) => error
            size({}) => 0
            size({1,{2,3}}) => 2
            size("abc") => 3
            size("") => 0
            size([a = 1; b = 2]) => 2
            size(3) => error
            size(nope) => undefined
            sum({}) => undefined
            sum({1,2,3}) => 6
            sum({1,2.5}) => 3.5
            sum({1,"x"}) => error
            sum({1,nope}) => undefined
            sum({true}) => error
            sum(5) => error
            avg({}) => undefined
            avg({1,2}) => 1.5
            avg({1,2,3}) => 2.0
            avg({"x"}) => error
            min({}) => undefined
            min({3,1,2}) => 1
            min({3,1,2.5}) => 1.0
            min({3,"x"}) => error
            max({}) => undefined
            max({3,1,2}) => 3
            max({1,3.5}) => 3.5
            anyCompare("<",{},3) => false
            anyCompare("<",{5,2},3) => true
            anyCompare("is",{1,undefined},undefined) => true
            anyCompare("!=",{3},3) => false
            anyCompare("?",{3},3) => error
            anyCompare("<",3,3) => error
            anyCompare("<",nope,3) => undefined
            allCompare("<",{},3) => true
            allCompare("<",{1,2},3) => true
            allCompare("<",{1,5},3) => false
            allCompare("==",{"a","A"},"a") => true
            allCompare("<",{1,"x"},3) => false
            allCompare("isnt",{1,"x"},undefined) => true

            time() => 1709210096
            time(1) => error
            currentTime() => absTime("2024-02-29T06:34:56-06:00")
            timeZoneOffset() => relTime("-06:00:00")
            dayTime() => relTime("06:34:56")
            getYear(absTime("2024-02-29T23:59:58+02:00")) => 2024
            getMonth(absTime("2024-02-29T23:59:58+02:00")) => 2
            getDayOfYear(absTime("2024-01-01T00:00:00Z")) => 0
            getDayOfMonth(absTime("2024-02-29T23:59:58+02:00")) => 29
            getDayOfWeek(absTime("2024-02-25T00:00:00Z")) => 0
            getHours(absTime("2024-02-29T23:59:58+02:00")) => 23
            getMinutes(absTime("2024-02-29T23:59:58+02:00")) => 59
            getSeconds(absTime("2024-02-29T23:59:58+02:00")) => 58
            getDays(relTime("2+03:04:05")) => 2
            getHours(relTime("2+03:04:05")) => 3
            getMinutes(relTime("2+03:04:05")) => 4
            getSeconds(relTime("2+03:04:05")) => 5
            getDays(absTime(0)) => error
            getYear(relTime(0)) => error
            getYear(5) => error
            getYear(nope) => undefined
            splitTime(absTime("1970-01-02T03:04:05-06:00")) => [ Type = "AbsoluteTime"; Year = 1970; Month = 1; Day = 2; Hours = 3; Minutes = 4; Seconds = 5; Offset = -21600 ]
            splitTime(relTime("1d2h3m4.5s")) => [ Type = "RelativeTime"; Days = 1; Hours = 2; Minutes = 3; Seconds = 4.5 ]
            splitTime(0).Hours => 18
            splitTime("x") => error
            formatTime() => "Thu Feb 29 06:34:56 2024"
            formatTime(0) => "Wed Dec 31 18:00:00 1969"
            formatTime(1174737600,"%m/%d/%y") => "03/24/07"
            formatTime(absTime("1997-08-30T16:04:05-0500"),"%m %d %Y %H:%M:%S") => "08 30 1997 16:04:05"
            formatTime(absTime("1997-08-30T16:04:05-0500"),"%A %a %B %b") => "Saturday Sat August Aug"
            formatTime(splitTime(absTime("1997-08-30T16:04:05-0500")),"%H:%M") => "16:04"
            formatTime(absTime("2024-02-29T16:04:05Z"),"%I %p %j %U %w %W %y %z %%") => "04 PM 060 08 4 09 24 +0000 %"
            formatTime(0,"%Z") => "CST"
            formatTime(absTime("2024-12-30T00:00:00Z"),"%G-W%V-%u %e %D %F %R %T %s") => "2025-W01-1 30 12/30/24 2024-12-30 00:00 00:00:00 1735516800"
            formatTime(0,"%Q%") => "%Q%"
            formatTime(-231) => error
            formatTime(0,5) => error
            formatTime("x") => error
            formatTime(nope) => undefined
            absTime() => absTime("2024-02-29T06:34:56-06:00")
            absTime(0) => absTime("1969-12-31T18:00:00-06:00")
            absTime(0,3600) => absTime("1970-01-01T01:00:00+01:00")
            absTime(0,17) => absTime(0,17)
            absTime("2004-01-01") => absTime("2004-01-01T00:00:00-06:00")
            absTime("2004-07-01T12:00:00") => absTime("2004-07-01T12:00:00-05:00")
            absTime("1970-01-01T:00:00:01Z") => absTime("1970-01-01T00:00:01+00:00")
            absTime("20040102 030405+0130") => absTime("2004-01-02T03:04:05+01:30")
            absTime("2004-13-01") => error
            absTime("x") => error
            absTime("2004-01-01",0) => error
            absTime(nope) => undefined
            relTime(5) => relTime("05")
            relTime(3601.5) => relTime("01:00:01.500")
            relTime("2+25:14:16.123") => relTime("3+01:14:16.123")
            relTime("-1:00") => relTime("-01:00")
            relTime("1d2h3m4.5s") => relTime("1+02:03:04.500")
            relTime("90m") => relTime("01:30:00")
            relTime("x") => error
            relTime("") => error
            relTime({}) => error
            interval(0) => "0"
            interval(67) => "1:07"
            interval(3600) => "1:00:00"
            interval(86400) => "1+00:00:00"
            interval(1472523) => "17+01:02:03"
            interval(-67) => "-1:07"
            interval("x") => error
            interval(nope) => undefined

            strcat() => ""
            strcat("a",1,2.5,true) => "a12.5true"
            strcat("a",nope) => undefined
            strcat(nope,error) => error
            join(",","a","b",1) => "a,b,1"
            join(";",{"a","b"}) => "a;b"
            join({"a","b"}) => "ab"
            join(";",{}) => ""
            join(";") => error
            join(";",{"a",nope}) => undefined
            toUpper("aBc1") => "ABC1"
            toUpper(true) => "TRUE"
            toUpper(nope) => undefined
            toLower("ABC") => "abc"
            substr("abcdefg",3) => "defg"
            substr("abcdefg",3,2) => "de"
            substr("abcdefg",-2,1) => "f"
            substr("abcdefg",3,-1) => "def"
            substr("abcdefg",3,-9) => ""
            substr("abcdefg",-20,3) => "abc"
            substr("abcdefg",20) => ""
            substr("abcdefg",2,0) => ""
            substr("abcdefg",2,99) => "cdefg"
            substr("abcdefg",3.3,1) => error
            substr(5,1) => error
            substr(nope,3) => undefined
            substr("x") => error
            strcmp("a","b") => -1
            strcmp("b","a") => 1
            strcmp("a","a") => 0
            strcmp("A","a") => -1
            strcmp(1 + 1,"2") => 0
            strcmp(nope,"a") => undefined
            stricmp("ABC","abc") => 0
            stricmp("a","B") => -1
            versioncmp("1.9","1.10") => -1
            versioncmp("1.10","1.9") => 1
            versioncmp("1.0","1.0") => 0
            versioncmp("000","00") => -1
            versioncmp("00","01") => -1
            versioncmp("01","010") => -1
            versioncmp("010","09") => -1
            versioncmp("09","0") => -1
            versioncmp("0","1") => -1
            versioncmp("9","10") => -1
            versioncmp("7.x","7.y") => -1
            versioncmp("8.9","8.9.1") => -1
            versioncmp(1,"1") => error
            versionLE("8.8","8.10") => true
            versionLT("8.8","8.8") => false
            versionGE("8.8","8.8") => true
            versionGT("8.10","8.9") => true
            versionEQ("8.8","8.8.0") => false
            version_in_range("8.9","8.8","8.10") => true
            version_in_range("8.11","8.8","8.10") => false
            version_in_range("8.8",nope,"9") => undefined
            splitUserName("ann@example.org") => { "ann","example.org" }
            splitUserName("ann") => { "ann","" }
            splitUserName(5) => error
            splitSlotName("slot1@node") => { "slot1","node" }
            splitSlotName("node") => { "","node" }
            split("a b,c") => { "a","b","c" }
            split("a;b c;;d",";") => { "a","b c","d" }
            split("") => {  }
            split(5) => error

            regexp("a.c","xabcx") => true
            regexp("^b","abc") => false
            regexp("A.C","abc") => false
            regexp("A.C","abc","i") => true
            regexp("a.c","a\\nc") => false
            regexp("a.c","a\\nc","s") => true
            regexp("^b$","a\\nb\\nc","m") => true
            regexp("a b # c","ab","x") => true
            regexp("a","b","qz!") => false
            regexp("(","x") => error
            regexp(20,"x") => error
            regexp("x",20) => error
            regexp("x","x",20) => error
            regexp(nope,"x") => undefined
            regexp("[[:digit:]]+[[]","12[") => true
            regexp("[]a]","]") => true
            regexp("x{a}","x{a}") => true
            regexp("(?P<n>a)(?P=n)","aa") => true
            regexp("(a)\\1","aa") => true
            regexp("a\\.b","a.b") => true
            regexpMember("b.*",{}) => false
            regexpMember("b.*",{"aa","bb"}) => true
            regexpMember("b.*",{1,"bb"}) => error
            regexpMember("b.*",{"bb",1}) => true
            regexpMember("b.*",{nope,"aa"}) => undefined
            regexpMember("b.*",{nope,"bb"}) => true
            regexpMember("b.*","bb") => error
            regexps("([Mm]at)c(h).i","thisisamatchlist","one \\1 two \\2") => "one mat two h"
            regexps("a(b)?c","ac","<\\1>") => "<>"
            regexps("abc","abcabc","\\0\\0") => "abcabc"
            regexps("a","abc","\\3") => error
            regexps("x","abc","y") => ""
            regexps("B","abc","x","i") => "x"
            regexps("b","abcb","x","f") => "axcb"
            regexps("b","abcb","x","fg") => "axcx"
            regexps("b","abcb","x","g") => "xx"
            replace("b","abcb","[\\0]") => "a[b]cb"
            replaceAll("b","abcb","[\\0]") => "a[b]c[b]"
            replaceAll("x","abc","y") => "abc"

            int(3.9) => 3
            int(-3.9) => -3
            int("3.9") => 3
            int(" 12 ") => 12
            int("2K") => 2048
            int("9223372036854775807") => 9223372036854775807
            int("x") => error
            int(true) => 1
            int(absTime(7,0)) => 7
            int(relTime(7.9)) => 7
            int(real("INF")) => error
            int({}) => error
            int(nope) => undefined
            real(3) => 3.0
            real("3.5") => 3.5
            real("INF") => real("INF")
            real("-inf") => real("-INF")
            real("nan") => real("NaN")
            real("x") => error
            real(false) => 0.0
            real(relTime(1.5)) => 1.5
            string(1) => "1"
            string(1.0) => "1.0"
            string("x") => "x"
            string({1,"x"}) => "{ 1,\\"x\\" }"
            string(real("INF")) => "real(\\"INF\\")"
            string(absTime(0,0)) => "1970-01-01T00:00:00+00:00"
            string(relTime(61)) => "01:01"
            string(nope) => undefined
            bool("true") => true
            bool("FALSE") => false
            bool(0) => false
            bool(0.5) => true
            bool("x") => error
            bool(nope) => undefined

            floor(3.9) => 3
            floor(-3.1) => -4
            floor("3.9") => 3
            floor("x") => error
            floor(1e300) => error
            ceil(3.1) => 4
            ceiling(3.1) => 4
            ceiling("-3.4") => -3
            round(2.5) => 2
            round(3.5) => 4
            round("-3.5") => -4
            round(7) => 7
            round(nope) => undefined
            pow(2,10) => 1024
            pow(2,-1) => 0.5
            pow(2.0,3) => 8.0
            pow(0,0) => 1
            pow(5.0,0) => 1.0
            pow(10,30) => error
            pow("x",2) => error
            quantize(3,8) => 8
            quantize(3,2) => 4
            quantize(0,4) => 0
            quantize(1.5,6.8) => 6.8
            quantize(6.8,1.2) => 7.199999999999999
            quantize(10,5.1) => 10.2
            quantize(0,{4}) => 4
            quantize(2,{1,2,"A"}) => 2
            quantize(3,{1,2,0.5}) => 3.0
            quantize(2.7,{1,2,0.5}) => 3.0
            quantize(3,{1,2,"A"}) => error
            quantize(3,0) => error
            quantize(3,{}) => error
            random(1) => 0
            random(0) => error
            random(-1) => error
            random("x") => error
            random() < 1.0 => true
            random(5.5) < 5.5 => true

            ifThenElse(1,2,3) => 2
            ifThenElse(0.0,2,3) => 3
            ifThenElse(nope,2,3) => undefined
            ifThenElse("",2,3) => error
            ifThenElse(error,2,3) => error
            ifThenElse(true,2,1/0) => 2
            ifThenElse(true,2) => error
            eval("1 + A") => 6
            eval(1 + 1) => 2
            eval("1 +") => error
            eval(nope) => undefined
            eval(strcat("slot",A,"_State")) => "Idle"
            eval("(") => error
            debug(A + 1) => 6
            unparse(B) => "A + 1"
            unparse(nope) => ""
            unparse(1) => error
            unresolved(R) => "TARGET.Memory,Nope"
            unresolved(nope) => ""
            unresolved("x") => error

            stringListSize("A ,0 ,C") => 3
            stringListSize("") => 0
            stringListSize("A;B;C",";") => 3
            stringListSize("A B C,,,,,D") => 4
            stringListSize("A B C ; D",";") => 2
            stringListSize("A  +B;C$D","$;+") => 4
            stringListSize("A",true) => error
            stringListSize(true) => error
            stringListSize(nope) => undefined
            stringListSum("1,2,3") => 6
            stringListSum("") => 0
            stringListSum("1,2.0,3") => 6.0
            stringListSum("a,b") => error
            stringListAvg("10, 20, 30, 40") => 25.0
            stringListAvg("") => 0.0
            stringListAvg("1;A",";") => error
            stringListMin("-1,2,-3") => -3
            stringListMin("") => undefined
            stringListMin("1,-2.0,3") => -2.0
            stringListMax("1 , 4.5, -5") => 4.5
            stringListMax("") => undefined
            stringListMax("x") => error
            stringListMember("green","red, blue, green") => true
            stringListMember("Green","red, blue, green") => false
            stringListMember("green","red; blue; green",";") => true
            stringListMember("green","") => false
            stringListMember(1,"green") => error
            stringListIMember("ReD","RED, BLUE") => true
            stringListsIntersect("a,b","c,b") => true
            stringListsIntersect("a,b","c") => false
            stringListsIntersect("a;b","b",";") => true
            stringListsIntersect("a") => error
            stringList_regexpMember("gr..n","red, blue, green") => true
            stringList_regexpMember("([p]+)","red, blue, green") => false
            stringList_regexpMember("RED","red",",","i") => true
            stringList_regexpMember("(","red") => error
            stringList_regexpMember(20,"red") => error

            envV1ToV2("A=1;B=x y") => "A=1 'B=x y'"
            envV1ToV2("") => ""
            envV1ToV2("A") => error
            envV1ToV2(nope) => undefined
            mergeEnvironment("A=1 B=2","B=3 'C=x y'") => "A=1 B=3 'C=x y'"
            mergeEnvironment(nope,"A=1") => "A=1"
            mergeEnvironment() => ""
            mergeEnvironment("A='") => error
            argsToList("a 'b c' d''e 'it''s'") => { "a","b c","de","it's" }
            argsToList("a 'b c'",1) => { "a","'b","c'" }
            argsToList("a 'b") => error
            argsToList("a",3) => error
            listToArgs({"a","b c","it's",""}) => "a 'b c' 'it''s' ''"
            listToArgs({"a","b"},1) => "a b"
            listToArgs({"a b"},1) => error
            listToArgs({1}) => error
            userHome("ann") => "/home/ann"
            userHome("nobody") => undefined
            userHome("nobody","/tmp") => "/tmp"
            userHome(5) => error
            userMap("groups","ann") => { "physics","chemistry" }
            userMap("groups","bob") => undefined
            userMap("groups","ann","Chemistry") => "chemistry"
            userMap("groups","ann","x") => "physics"
            userMap("groups","bob","x") => undefined
            userMap("groups","bob","x","none") => "none"
            userMap("nope","ann") => undefined

            nosuchfunction() => error
            """;

    private static final ClassAd MY =
            ClassAd.parse(
                    "A = 5\nB = A + 1\nslot5_State = \"Idle\"\n"
                            + "R = TARGET.Memory > A && Nope == B\n");

    private static final Accounts ACCOUNTS =
            new Accounts() {
                @Override
                public Optional<String> home(String user) {
                    return user.equals("ann") ? Optional.of("/home/ann") : Optional.empty();
                }

                @Override
                public Optional<List<String>> groups(String map, String user) {
                    if (!map.equals("groups")) {
                        return Optional.empty();
                    }
                    return Optional.of(
                            user.equals("ann") ? List.of("physics", "chemistry") : List.of());
                }
            };

    private static final EvalContext CONTEXT =
            EvalContext.DEFAULT
                    .withClock(
                            Clock.fixed(
                                    Instant.parse("2024-02-29T12:34:56Z"),
                                    ZoneId.of("America/Chicago")))
                    .withSeed(7)
                    .withAccounts(ACCOUNTS);

    static List<String> rows() {
        return TABLE.lines().filter(line -> !line.isBlank()).toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aCallHasItsValue(String row) {
        String[] parts = row.split(" => ", 2);
        Expr call = ClassAdParser.parseExpr(parts[0].replace("\\n", "\n"));
        assertThat(Evaluator.evaluate(call, MY, null, CONTEXT)).hasToString(parts[1]);
    }

    @Test
    void theTableHasEveryFunctionThereIs() {
        Set<String> missing = new TreeSet<>(Builtins.names());
        rows().forEach(row -> missing.remove(row.split("\\(")[0].toLowerCase(Locale.ROOT)));
        assertThat(missing).isEmpty();
    }

    @Test
    void debugTellsWhatItSaw() {
        List<String> lines = new ArrayList<>();
        EvalContext context = CONTEXT.withDebug(lines::add);
        Evaluator.evaluate(Expr.parse("debug(A + 1) == 6"), MY, null, context);
        assertThat(lines).containsExactly("A + 1 --> 6");
    }

    @Test
    void theSameSeedGivesTheSameNumbers() {
        Expr expr = Expr.parse("{ random(1000000), random() }[0]");
        Value first = Evaluator.evaluate(expr, MY, null, CONTEXT);
        assertThat(Evaluator.evaluate(expr, MY, null, CONTEXT)).isEqualTo(first);
    }

    @Test
    void timeStandsStillWithinOneEvaluation() {
        Expr expr = Expr.parse("time() == CurrentTime && time() == int(currentTime())");
        assertThat(Evaluator.evaluate(expr, ClassAd.EMPTY)).isEqualTo(Value.Bool.TRUE);
    }
}
