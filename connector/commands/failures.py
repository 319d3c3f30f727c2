"""What a command may end with that is no fault of ours: shown as one sentence, without a traceback."""

from connector.billing import BillingError
from connector.helpdesk import HelpdeskError
from connector.store.rows import FencedError, LockedError, StoreError

EXPECTED = (BillingError, FencedError, HelpdeskError, LockedError, StoreError)
