from . import base
from . import contact
from . import product
from . import document
from . import sale
from . import invoice
