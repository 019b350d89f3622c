from . import account_partial_reconcile
from . import account_move
from . import fiken_payment_reader
from . import fiken_company
from . import fiken_vendor
from . import fiken_resource_document_payment
from . import fiken_resource_payment
from . import fiken_paid_documents
