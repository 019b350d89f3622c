from . import test_amounts
from . import test_bill_match
from . import test_files
from . import test_kid
from . import test_money
from . import test_redact
