from hypothesis import settings

from . import test_amounts
from . import test_answers
from . import test_bill_match
from . import test_day_comparison
from . import test_deduction
from . import test_files
from . import test_hostile_answers
from . import test_journal
from . import test_kid
from . import test_money
from . import test_oauth_tokens
from . import test_paging
from . import test_parts_of_a_day
from . import test_parts_of_a_file
from . import test_receipt
from . import test_redact
from . import test_sentence
from . import test_sentence_cause
from . import test_shape
from . import test_texts
from . import test_write_off

# How fast the machine is says nothing about an amount.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
