from . import base_partner_merge
from . import fiken_connect
from . import fiken_enable
from . import fiken_ledger_copy
from . import fiken_pos_journal
from . import fiken_setup_check
from . import fiken_settle
