from . import test_enable
from . import test_ledger
from . import test_setup_check
from . import test_vendor
