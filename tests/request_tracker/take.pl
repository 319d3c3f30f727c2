# Takes from the connector what a test wants it to be without: a right of a group on something, a custom field, or its token.

use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib';
use RT;

RT::LoadConfig();
RT::Init();

my ( $what, $name, @more ) = @ARGV;
my $admin = RT->SystemUser;

sub field {
    my ( $name, $on ) = @_;
    my $field = RT::CustomField->new($admin);
    $field->LoadByName( Name => $name, LookupType => $on );
    return $field;
}

sub queue {
    my ($name) = @_;
    my $queue = RT::Queue->new($admin);
    $queue->Load($name);
    return $queue;
}

sub right {
    my ( $right, $kind, @which ) = @_;
    my $object = $kind eq 'everywhere' ? $RT::System : $kind eq 'queue' ? queue(@which) : field(@which);
    my ( $ours, $everyone ) = ( RT::Group->new($admin), RT::Group->new($admin) );
    $ours->LoadUserDefinedGroup('touchcost');
    $everyone->LoadSystemInternalGroup('Everyone');
    my ( $done, $message ) = $ours->PrincipalObj->RevokeRight( Right => $right, Object => $object );
    return $done ? 1 : $everyone->PrincipalObj->RevokeRight( Right => $right, Object => $RT::System );
}

sub token {
    my ($name) = @_;
    my $user   = RT::User->new($admin);
    my $tokens = RT::AuthTokens->new($admin);
    $user->Load($name);
    $tokens->LimitOwner( VALUE => $user->Id );
    return $tokens->First->Delete;
}

my ( $done, $message )
    = $what eq 'token' ? token($name)
    : $what eq 'right' ? right( $name, @more )
    :                    field( $name, @more )->SetDisabled(1);
die "$message\n" unless $done;
