from . import test_payment_from_fiken
from . import test_payment_to_fiken
