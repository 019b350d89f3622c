from . import test_access
from . import test_choose
from . import test_connect
from . import test_connect_browser
from . import test_consent
from . import test_gate
from . import test_own_transactions
from . import test_test_connection
