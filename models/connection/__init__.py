from . import fiken_connection
from . import fiken_session
from . import fiken_gate
from . import fiken_log
from . import fiken_company
from . import fiken_company_setup
from . import res_config_settings
from . import res_partner
