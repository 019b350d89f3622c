from . import test_import_after
from . import test_import_browser
from . import test_import_match
from . import test_import_people
from . import test_import_read
from . import test_import_run
from . import test_import_values
