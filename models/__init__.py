from . import connection
from . import outbox
from . import ledger
from . import masterdata
from . import documents
from . import payments
from . import settlement
from . import startup_import
