from . import test_bank_line
from . import test_branch
from . import test_part
from . import test_payment_from_fiken
from . import test_payment_from_fiken_unclear
from . import test_payment_to_fiken
from . import test_payment_to_fiken_undone
