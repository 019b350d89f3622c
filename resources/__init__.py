from . import base
from . import contact
from . import product
from . import project
from . import document
from . import sale
from . import invoice
from . import invoice_series
