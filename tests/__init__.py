# Odoo looks for modules test_* right here, so those of the packages are taken in
# by name.
from .plain import *
from .connection import *
from .outbox import *
from .ledger import *
from .masterdata import *
from .documents import *
from .payments import *
from .settlement import *
from .startup_import import *
from .pages import *
from . import test_contract
from . import test_probe
from . import test_reconcile
from . import test_security
from . import test_security_buttons
from . import test_security_companies
from . import test_security_manager
from . import test_till
from . import test_unknowns
from . import test_walk
