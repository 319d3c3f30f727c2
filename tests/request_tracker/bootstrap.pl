# What an administrator does once for the connector, and what REST2 cannot do: rights, tokens, custom fields, queues.

use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib';
use RT;

RT::LoadConfig();
RT::Init();

my $admin = RT->SystemUser;

# What reading needs, and no more: a test shows what is missing without each. AdminUsers is not among them.
my @reading = qw(SeeQueue ShowTicket ShowTicketComments SeeCustomField SeeGroup ShowUserHistory);

# What writing needs besides: on the queue of alert tickets, and on our own custom fields alone.
my @in_alert_queue = qw(CreateTicket CommentOnTicket ModifyTicket);
my @of_our_fields  = qw(ModifyCustomField);

sub sure {
    my ( $done, @message ) = @_;
    die "bootstrap: @message\n" unless $done;
    return $done;
}

sub grant {
    my ( $group, $object, @rights ) = @_;
    sure( $group->PrincipalObj->GrantRight( Right => $_, Object => $object ) ) for @rights;
}

sub group_of {
    my ( $name, @members ) = @_;
    my $group = RT::Group->new($admin);
    sure( $group->CreateUserDefinedGroup( Name => $name ) );
    sure( $group->AddMember( $_->PrincipalId ) ) for @members;
    return $group;
}

sub person {
    my ( $name, %more ) = @_;
    my $user = RT::User->new($admin);
    sure( $user->Create( Name => $name, EmailAddress => "$name\@rt.example", Privileged => 1, %more ) );
    return $user;
}

sub field {
    my ( $name, $on, $most, $where ) = @_;
    my $field = RT::CustomField->new($admin);
    sure( $field->Create( Name => $name, LookupType => $on, Type => 'Freeform', MaxValues => $most ) );
    # A record that is not loaded stands for all of its kind.
    $where ||= $on eq 'RT::User' ? RT::User->new($admin) : RT::Queue->new($admin);
    sure( $field->AddToObject($where) );
    return $field;
}

sub queue {
    my ($name) = @_;
    my $queue = RT::Queue->new($admin);
    sure( $queue->Create( Name => $name, CorrespondAddress => '', CommentAddress => '' ) );
    return $queue;
}

sub token {
    my ($name) = @_;
    my $owner = RT::CurrentUser->new($admin);
    $owner->Load($name);
    my ( $id, $message, $token ) = RT::AuthToken->new($admin)->Create( Owner => $owner->Id, Description => 'tests' );
    sure( $id, $message );
    return $token;
}

my $everyone = RT::Group->new($admin);
$everyone->LoadSystemInternalGroup('Everyone');
grant( $everyone, $RT::System, qw(CreateTicket ReplyToTicket) );

my @agents = map { person( sprintf 'agent%02d', $_ ) } 1 .. 8;
my $first  = group_of( 'Tier 1', @agents[ 0 .. 4 ] );
my $second = group_of( 'Tier 2', @agents[ 5, 6 ] );
group_of( 'Everybody', @agents );
my @working = qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket OwnTicket
    TakeTicket DeleteTicket SeeCustomField ModifyCustomField);
grant( $_, $RT::System, @working ) for $first, $second;

my $alerts = queue('Customer Success');
queue($_) for 'Support', 'Billing';

my $ticket = 'RT::Queue-RT::Ticket';
field( 'Customer', $ticket,    1 );
field( 'Segment',  'RT::User', 1 );
my @numbers = qw(tickets_90d minutes_90d cost_90d share_90d);
my @shown   = map {"care_$_"} qw(state why since alert as_of), @numbers;
my @ours    = (
    field( 'care_key',     $ticket,                   1, $alerts ),
    field( 'care_answer',  $ticket,                   1, $alerts ),
    field( 'care_message', "$ticket-RT::Transaction", 1, $alerts ),
    map { my $on = $_; field( 'care_tags', $on, 0 ), map { field( $_, $on, 1 ) } @shown } 'RT::User', 'RT::Queue'
);

my $steward    = person( 'steward', Timezone => 'UTC' );
my $connectors = group_of( 'Connectors', $steward, person( 'connector', Timezone => 'UTC' ) );
grant( $connectors, $RT::System, @reading );
grant( $connectors, $alerts,     @in_alert_queue );
grant( $connectors, $_,          @of_our_fields ) for @ours;
# Where queues are the accounts.
grant( group_of( 'Stewards', $steward ), $RT::System, 'AdminQueue' );

# Somebody from outside who may comment on alert tickets.
my $outsider = person( 'outsider', Privileged => 0, EmailAddress => 'outsider@elsewhere.example' );
grant( group_of( 'Outsiders', $outsider ), $alerts, qw(ShowTicket CommentOnTicket) );

# Users who want for something: the rights to write, the time zone, one of the rights to read, all of them.
my $readers = group_of( 'Readers', person( 'reader', Timezone => 'UTC' ) );
grant( $readers, $RT::System, @reading );
grant( group_of( 'Romans', person( 'roman', Timezone => 'Europe/Rome' ) ), $RT::System, @reading );
for my $missing (@reading) {
    my $name = "without-$missing";
    my @rest = grep { $_ ne $missing } @reading;
    grant( group_of( $name, person( $name, Timezone => 'UTC' ) ), $RT::System, @rest );
}
grant( group_of( 'Administrators', person( 'keeper', Timezone => 'UTC' ) ), $RT::System, @reading, 'AdminUsers' );
person( 'stranger', Timezone => 'UTC' );

my @without = map { "without-$_" } @reading;
print "$_ ", token($_), "\n" for qw(root connector steward outsider reader roman keeper stranger agent01 agent06), @without;
