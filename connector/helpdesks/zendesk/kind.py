"""What a Zendesk account can be configured with."""

from connector.settings import SIGN_INS, Kind, SourceKind

KIND = Kind(
    accounts=(SourceKind.ORGANIZATION, SourceKind.EMAIL_DOMAIN),
    sign_ins=SIGN_INS,
    below_a_path=False,
    fields_have_keys=True,
)
