# A past of 110 days, made by RT's own functions in the order in which it happened: 40 organisations, 300 tickets and
# over 1,000 transactions. Chance is seeded; scrips are off, so nothing is mailed, and what the scrip that opens tickets
# would have done is done here.

use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib';
use MIME::Entity;
use RT;

my $NOW = shift @ARGV or die "say the second at which the past ends\n";

RT::LoadConfig();
RT::Init();
srand 17;
$RT::Handle->dbh->do('PRAGMA synchronous = OFF');
{
    no warnings 'redefine';
    my $recorded = \&RT::Transaction::Create;
    *RT::Transaction::Create = sub { my $transaction = shift; $recorded->( $transaction, @_, ActivateScrips => 0 ) };
}

my ( $HOUR, $DAY ) = ( 3600, 86400 );
my @WORKING = map { sprintf 'agent%02d', $_ } 1 .. 7;
my @QUEUES  = ( 'General', 'General', 'Support', 'Billing' );
my ( %known, %ticket, %replied, @plan );

sub one_of { return $_[ int rand @_ ] }

sub happens { return rand() < $_[0] }

sub sure {
    my ( $done, @message ) = @_;
    die "seed: @message\n" unless $done;
    return $done;
}

sub at {
    my ( $second, $deed ) = @_;
    push @plan, [ $second, scalar @plan, $deed ];
    return;
}

sub user {
    my ($name) = @_;
    return RT->SystemUser if $name eq 'RT_System';
    return $known{$name} ||= do { my $user = RT::CurrentUser->new; sure( $user->Load($name), $name ); $user };
}

sub customer {
    my ( $name, $domain, $organization ) = @_;
    my $user = RT::User->new( RT->SystemUser );
    sure( $user->Create( Name => $name, EmailAddress => "$name\@$domain", Organization => $organization ) );
    return $name;
}

sub words { return MIME::Entity->build( Type => 'text/plain', Data => ["A text.\n"] ) }

sub as {
    my ( $name, $number ) = @_;
    my $ticket = RT::Ticket->new( user($name) );
    $ticket->Load( $ticket{$number} );
    return $ticket;
}

sub create {
    my ( $number, $by, $requester, $queue, $minutes ) = @_;
    my $ticket = RT::Ticket->new( user($by) );
    my %what = ( Queue => $queue, Requestor => [$requester], Subject => "Question $number", TimeWorked => $minutes );
    my ( $id, undef, $message ) = $ticket->Create( %what, MIMEObj => words() );
    $ticket{$number} = sure( $id, $message );
    return;
}

sub status {
    my ( $by, $number, $status ) = @_;
    my $ticket = as( $by, $number );
    return if $ticket->Status eq $status;
    return sure( $ticket->SetStatus($status) );
}

sub reply {
    my ( $by, $number, $minutes ) = @_;
    sure( as( $by, $number )->Correspond( MIMEObj => words(), TimeTaken => $minutes ) );
    # What RT's scrip does: the ticket is open again, unless its own customer wrote before anybody answered.
    status( 'RT_System', $number, 'open' ) if $by =~ /^agent/ || $replied{$number};
    $replied{$number} = 1 if $by =~ /^agent/;
    return;
}

sub note {
    my ( $by, $number, $minutes ) = @_;
    return sure( as( $by, $number )->Comment( MIMEObj => words(), TimeTaken => $minutes ) );
}

sub plan_ticket {
    my ( $number, $second, $requester ) = @_;
    my ( $agent, $queue ) = ( one_of(@WORKING), one_of(@QUEUES) );
    my $by_agent = happens(0.15);
    my $minutes  = $by_agent ? one_of( 0, 10 ) : 0;
    at( $second, sub { create( $number, $by_agent ? $agent : $requester, $requester, $queue, $minutes ) } );
    for ( 1 .. one_of( 1, 1, 1, 2 ) ) {
        $second += int( $HOUR * ( 0.2 + rand 20 ) );
        my ( $long, $longer ) = ( one_of( 0, 5, 10, 25 ), one_of( 0, 0, 4 ) );
        at( $second, sub { reply( $agent, $number, $long ) } );
        at( $second + one_of( 20, 600 ), sub { note( $agent, $number, $longer ) } ) if happens(0.4);
        next unless happens(0.35);
        $second += int( $HOUR * ( 0.2 + rand 20 ) );
        at( $second, sub { reply( $requester, $number, 0 ) } );
    }
    return unless happens(0.7);
    $second += $HOUR;
    at( $second, sub { status( $agent, $number, 'resolved' ) } );
    return unless happens(0.12);
    $second += 30 * $HOUR;
    at( $second, sub { reply( $requester, $number, 0 ) } );
    return;
}

my @customers;
for my $company ( 1 .. 40 ) {
    my ( $domain, $organization ) = ( sprintf( 'company%02d.example', $company ), sprintf( 'Company %02d', $company ) );
    push @customers, customer( sprintf( 'user%04d', 3 * $company - $_ ), $domain, $organization ) for reverse 0 .. 2;
}
push @customers, customer( sprintf( 'user%04d', 200 + $_ ), 'mail.example', '' ) for 1 .. 12;
push @customers, customer( 'user0300', 'company03.example', ' Company 03 ' );
my $both = RT::User->new( RT->SystemUser );
$both->Load('agent08');
sure( $both->SetOrganization('Company 05') );

my @seconds = sort { $a <=> $b } map { $NOW - 110 * $DAY + int rand( 106 * $DAY ) } 1 .. 300;
my @askers = ( @customers, map { one_of(@customers) } 1 .. 300 - @customers );
$askers[$_] = 'agent08' for 150, 160, 170;
plan_ticket( $_ + 1, $seconds[$_], $askers[$_] ) for 0 .. 299;

my $later = $NOW - 2 * $DAY;
at( $later, sub { status( one_of(@WORKING), $_, 'stalled' ) for 11 .. 20 } );
at( $later, sub { status( one_of(@WORKING), $_, 'rejected' ) for 21 .. 25 } );
at( $later, sub { status( 'agent01', $_, 'deleted' ) for 31 .. 35 } );
at( $later, sub { sure( as( 'agent02', $_->[0] )->MergeInto( $ticket{ $_->[1] } ) ) for [ 41, 42 ], [ 45, 46 ], [ 46, 47 ] } );
at( $later, sub { sure( as( 'agent03', $_ )->SetTimeWorked(90) ) for 51 .. 55 } );
at( $later + 60, sub { sure( as( 'agent03', 51 )->SetTimeWorked(30) ) } );
at( $later, sub { sure( as( 'agent04', $_ )->SetOwner('agent05') ) for 61 .. 70 } );
my $customer = RT::CustomField->new( RT->SystemUser );
$customer->LoadByName( Name => 'Customer', LookupType => 'RT::Queue-RT::Ticket' );
at( $later, sub { sure( as( 'agent05', $_ )->AddCustomFieldValue( Field => $customer, Value => 'Holding' ) ) for 71 .. 90 } );
at(
    $later,
    sub {
        sure( as( 'agent06', 91 )->AddWatcher( Type => 'Requestor', PrincipalId => user('user0001')->PrincipalId ) );
        sure( as( 'agent06', 91 )->DeleteWatcher( Type => 'Requestor', PrincipalId => user( $askers[90] )->PrincipalId ) );
    }
);
at( $NOW - $DAY, sub { sure( as( 'agent07', $_ )->SetPriority(20) ) for 101 .. 220 } );
at(
    $NOW - $HOUR,
    sub {
        my $left = RT::User->new( RT->SystemUser );
        $left->Load('agent07');
        sure( $left->SetDisabled(1) );
    }
);

# Not kept but at the end: a seed that was cut is made anew.
$RT::Handle->BeginTransaction();
for my $step ( sort { $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1] } @plan ) {
    last if $step->[0] > $NOW;
    $SteadyTime::second = $step->[0];
    $step->[2]->();
}
$RT::Handle->Commit();

for my $name (qw(user0001 user0002)) {
    my ( $id, $message, $token ) = RT::AuthToken->new( RT->SystemUser )->Create( Owner => user($name)->Id );
    sure( $id, $message );
    print "$name $token\n";
}
