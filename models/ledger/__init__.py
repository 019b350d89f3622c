from . import fiken_account
from . import fiken_vendor
from . import fiken_ledger
from . import fiken_ledger_line
from . import account_account
from . import account_tax
from . import account_journal
from . import fiken_company
