"""Pages that are neither a form nor a list: what the browser asks for them."""

from . import fiken_guide
from . import fiken_guide_mapping
from . import fiken_guide_start
from . import fiken_preview
from . import fiken_overview
from . import fiken_overview_figures
