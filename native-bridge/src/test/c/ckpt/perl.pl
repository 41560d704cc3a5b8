#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Fact: a Perl program with hashes, closures, regular expressions, sort, file handles and local signal handlers.
use strict;
use warnings;
$| = 1;
$SIG{USR1} = sub { print "usr1\n" };
sub generation {
    open my $image, "<", "../image" or return 0;
    seek $image, 28, 0;
    read $image, my $bytes, 4;
    return unpack "L", $bytes;
}
sub here {
    my $what = $ENV{CK_TEST} // return;
    if ($what eq "count") { open my $f, ">>", $ENV{CK_COUNT}; print $f "."; }
    elsif ($what eq "tstp") { kill 20, $$; }
    else {
        my $before = generation();
        kill 12, $$;
        select undef, undef, undef, 0.002 while generation() == $before;
    }
}
my %count;
my @closures = map { my $n = $_; sub { $n += shift } } 1 .. 5;
open my $out, ">", "pl.txt";
for my $step (0 .. 3) {
    $count{$_ % 7}++ for 1 .. 1000 * ($step + 1);
    print $out "line $step\n";
    here();
    kill USR1 => $$;
    my $text = join ",", map { "$_=$count{$_}" } sort keys %count;
    $text =~ s/(\d+)=/<$1>/g;
    print "$step $text ", join(" ", map { $_->($step) } @closures), "\n";
}
close $out;
open my $in, "<", "pl.txt";
print while <$in>;
exit 9;
