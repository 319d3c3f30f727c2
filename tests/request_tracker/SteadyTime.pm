package SteadyTime;

# Time stands still for Request Tracker, at the second that stands in a file, until somebody writes another one there.
# A script may say the second itself, in $SteadyTime::second.

use strict;
use warnings;

our $second;
my $file = $ENV{STEADY_TIME} or die "STEADY_TIME names no file\n";

# The prototypes are those of the functions that these replace.
sub now () {
    return $second if defined $second;
    open my $handle, '<', $file or die "cannot read $file: $!\n";
    my $written = <$handle>;
    return int $written;
}

sub greenwich (;$) { return CORE::gmtime( @_ ? $_[0] : now() ) }

sub local (;$) { return CORE::localtime( @_ ? $_[0] : now() ) }

BEGIN {
    *CORE::GLOBAL::time      = \&now;
    *CORE::GLOBAL::gmtime    = \&greenwich;
    *CORE::GLOBAL::localtime = \&local;
}

1;
