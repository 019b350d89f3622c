from . import fiken_import
from . import fiken_import_line
from . import fiken_import_match
from . import fiken_import_run
from . import fiken_company
from . import fiken_importable
from . import fiken_resource_contact
from . import fiken_resource_product
