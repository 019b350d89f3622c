from . import test_preview
from . import test_guide
from . import test_guide_browser
from . import test_left_browser
from . import test_overview
from . import test_overview_browser
