"""Commands that make in Request Tracker what its REST2 cannot: a data file for `rt-setup-database`, and its call.

The file looks itself for what is there already, for it sees more than the user behind the token: run again it changes
nothing. Formats: RT's docs/initialdata.pod; an `@Initial` that dies ends the program with a failure, which no other
part of such a file does.
"""

from collections.abc import Iterable

from connector.helpdesks.request_tracker.needed import IN_ALERT_QUEUE, OF_TICKETS, TRIED_KEYS, Needed
from connector.http.texts import clean
from rules.facts import HelpdeskName

_LONGEST = 250
_RUN = """\
cat >FILE <<'END_OF_DATA'
CONTENT
END_OF_DATA
program=/usr/sbin/rt-setup-database-5                        # of Debian's package
[ -x "$program" ] || program=/opt/rt5/sbin/rt-setup-database # of Request Tracker itself
"$program" --action insert --skip-create --datafile FILE
"""

_HEAD = """\
# What touchcost needs in Request Tracker. What is there already is used: run again, this changes nothing.
use strict;
use warnings;
use utf8;

our @Initial = ( sub { Touchcost::make() } );

package Touchcost;

my $admin          = RT->SystemUser;
"""

_BODY = r"""
sub sure_of {
    my ( $done, $message ) = @_;
    die "touchcost: $message\n" unless $done;
    return $done;
}

sub custom_field {
    my ( $name, $on, $most ) = @_;
    my $field = RT::CustomField->new($admin);
    $field->LoadByName( Name => $name, LookupType => $on );
    if ( !$field->Id ) {
        sure_of( $field->Create( Name => $name, LookupType => $on, Type => 'Freeform', MaxValues => $most ) );
        print "made custom field $name of $on\n";
    }
    my $fits = $field->Type eq 'Freeform' && $field->MaxValues == $most;
    sure_of( $fits, "custom field $name of $on is of another type: rename it, then run this again" );
    sure_of( $field->SetDisabled(0) ) if $field->Disabled;
    return $field;
}

# A record that is not loaded stands for all of its kind.
sub apply {
    my ( $field, $object ) = @_;
    return if $field->IsGlobal || ( $object->Id && $field->IsAdded( $object->Id ) );
    return sure_of( $field->AddToObject($object) );
}

sub alert_queue {
    my $queue = RT::Queue->new($admin);
    $queue->LoadByCols( Name => $queue_name );
    if ( !$queue->Id ) {
        sure_of( $queue->Create( Name => $queue_name, CorrespondAddress => '', CommentAddress => '' ) );
        print "made queue $queue_name\n";
    }
    sure_of( $queue->SetDisabled(0) ) if $queue->Disabled;
    return $queue;
}

sub group_of {
    my ($user) = @_;
    my $group = RT::Group->new($admin);
    $group->LoadUserDefinedGroup($group_name);
    if ( !$group->Id ) {
        sure_of( $group->CreateUserDefinedGroup( Name => $group_name ) );
        print "made group $group_name\n";
    }
    sure_of( $group->SetDisabled(0) ) if $group->Disabled;
    sure_of( $group->AddMember( $user->PrincipalId ) ) unless $group->HasMember( $user->PrincipalObj );
    return $group;
}

sub grant {
    my ( $user, $object, $where, @rights ) = @_;
    for my $right ( grep { !$user->HasRight( Right => $_, Object => $object ) } @rights ) {
        sure_of( group_of($user)->PrincipalObj->GrantRight( Right => $right, Object => $object ) );
        print "granted $right on $where\n";
    }
    return;
}

# Whoever may read tickets somewhere keeps to that; whoever may nowhere, may everywhere.
sub grant_reading {
    my ( $user, $apart ) = @_;
    my $queues = RT::Queues->new($admin);
    $queues->UnLimit;
    my @counted = grep { !$apart || $_->Id != $apart->Id } @{ $queues->ItemsArrayRef };
    for my $right (@of_tickets) {
        next if grep { $user->HasRight( Right => $right, Object => $_ ) } @counted;
        grant( $user, $RT::System, 'everything', $right );
    }
    return;
}

# A ticket of our own, by which is seen what may be done in its queue.
sub make_tried_ticket {
    my ( $queue, $key ) = @_;
    my $tickets = RT::Tickets->new($admin);
    my $keys    = join ' OR ', map { sprintf q{CF.{%d} = '%s'}, $key->Id, $_ } @tried_keys;
    $tickets->FromSQL( sprintf 'Queue = %d AND (%s)', $queue->Id, $keys );
    return if $tickets->Count;
    my $ticket = RT::Ticket->new($admin);
    my %what   = ( Queue => $queue->Id, Subject => $tried_subject, 'CustomField-' . $key->Id => $tried_keys[0] );
    my ( $made, undef, $message ) = $ticket->Create(%what);
    sure_of( $made, $message );
    print "made ticket $made of queue $queue_name\n";
    my ($over) = grep { $_ ne 'deleted' } $queue->LifecycleObj->Inactive;
    $ticket->SetStatus($over) if $over;
    return;
}

sub make_field {
    my ( $user, $queue, $name, $on, $most ) = @_;
    my $field = custom_field( $name, $on, $most );
    my $where = $on eq 'RT::User' ? RT::User->new($admin) : $on eq 'RT::Queue' ? RT::Queue->new($admin) : $queue;
    apply( $field, $where );
    grant( $user, $field, "custom field $name", 'ModifyCustomField' );
    return $field;
}

sub make {
    my $user = RT::User->new($admin);
    $user->Load($user_number);
    sure_of( $user->Id, "there is no user $user_number" );
    my $queue = defined $queue_name ? alert_queue() : undef;
    my %made  = map { $_->[0] => make_field( $user, $queue, @{$_} ) } @fields;
    grant( $user, $RT::System, 'everything', @everywhere );
    grant_reading( $user, $queue );
    return if !$queue;
    grant( $user, $queue, "queue $queue_name", @of_tickets, @in_alert_queue );
    make_tried_ticket( $queue, $made{$key_field} );
    return;
}

1;"""


def commands(helpdesk: HelpdeskName, user: int, needed: Needed) -> str:
    """Shell commands for an administrator of the machine that Request Tracker runs on; `user` is ours, by number."""
    content = _HEAD + _declared(user, needed) + _BODY
    return _RUN.replace("FILE", f"touchcost-{helpdesk}.pl").replace("CONTENT", content)


def _declared(user: int, needed: Needed) -> str:
    rows = "".join(f"    [ {_quoted(field.name)}, {_quoted(field.on)}, {field.most} ],\n" for field in needed.fields)
    return f"""\
my $user_number    = {user};
my $group_name     = 'touchcost';
my $queue_name     = {"undef" if needed.queue is None else _quoted(needed.queue)};
my $key_field      = {_quoted(needed.key_field)};
my @tried_keys     = ({", ".join(map(_quoted, TRIED_KEYS))});
my $tried_subject  = 'touchcost tries on this ticket what it may do in its queue';
my @everywhere     = {_words(needed.everywhere)};
my @of_tickets     = {_words(OF_TICKETS)};
my @in_alert_queue = {_words(IN_ALERT_QUEUE)};

# Name, what it is of, how many values it holds (0: any number).
my @fields = (
{rows});
"""


def _words(words: Iterable[str]) -> str:
    return f"qw({' '.join(words)})"


def _quoted(text: str) -> str:
    """As Perl writes it, on one line."""
    escaped = clean(text, _LONGEST).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
