from . import test_pos_day
from . import test_settlement
from . import test_settlement_books
from . import test_settlement_control
from . import test_settlement_schedule
from . import test_settlement_unknowns
