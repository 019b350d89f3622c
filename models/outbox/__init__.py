from . import fiken_resource
from . import fiken_setting_mixin
from . import fiken_job
from . import fiken_worker
from . import fiken_binding
from . import fiken_teller
from . import fiken_connection
from . import fiken_company
