# What people do in the benchmark: `make N` opens so many tickets ten days ago, `change N SECOND` comments on each within
# the quarter of an hour before that second. Scrips are off: nothing is mailed.

use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib';
use MIME::Entity;
use RT;

my ( $what, $number, $until ) = @ARGV;
my ( $DAY, $QUARTER ) = ( 86400, 900 );

RT::LoadConfig();
RT::Init();
$RT::Handle->dbh->do('PRAGMA synchronous = OFF');
{
    no warnings 'redefine';
    my $recorded = \&RT::Transaction::Create;
    *RT::Transaction::Create = sub { my $transaction = shift; $recorded->( $transaction, @_, ActivateScrips => 0 ) };
}

sub user {
    my ($name) = @_;
    my $user = RT::CurrentUser->new;
    $user->Load($name);
    return $user;
}

sub words { return MIME::Entity->build( Type => 'text/plain', Data => ["A text.\n"] ) }

my $now       = SteadyTime::now();
my @customers = map { user( sprintf 'user%04d', $_ ) } 1 .. 40;
my $agent     = user('agent01');

sub make {
    my ($place) = @_;
    $SteadyTime::second = $now - 10 * $DAY + 60 * $place;
    my $customer = $customers[ $place % @customers ];
    my $ticket   = RT::Ticket->new($customer);
    my %what     = ( Queue => 'General', Requestor => [ $customer->Name ], Subject => 'A question', MIMEObj => words() );
    my ( $made, undef, $message ) = $ticket->Create(%what);
    die "$message\n" unless $made;
    return;
}

sub change {
    my ( $place, $newest ) = @_;
    $SteadyTime::second = $until - $QUARTER + int( $QUARTER * $place / $number );
    my $ticket = RT::Ticket->new($agent);
    $ticket->Load( $newest - $place );
    my ( $done, $message ) = $ticket->Comment( MIMEObj => words(), TimeTaken => 5 );
    die "$message\n" unless $done;
    return;
}

my ($newest) = $RT::Handle->dbh->selectrow_array('SELECT max(id) FROM Tickets');
$RT::Handle->BeginTransaction();
for my $place ( 0 .. $number - 1 ) {
    $what eq 'make' ? make($place) : change( $place, $newest );
}
$RT::Handle->Commit();
