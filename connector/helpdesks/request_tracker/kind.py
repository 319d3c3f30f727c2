"""What a Request Tracker can be configured with."""

from connector.settings import Kind, SourceKind

KIND = Kind(
    accounts=tuple(SourceKind),
    sign_ins=(("token",),),
    unused=("ignore.tags", "timer_field", "exports_per_minute"),
)
