from . import test_job_state
from . import test_killed_worker
from . import test_lost_answers
from . import test_outbox
from . import test_recovery
from . import test_release
from . import test_notifying
from . import test_trouble
