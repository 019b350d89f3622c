from . import controllers, models, pages, wizards
from .hooks import post_init_hook, uninstall_hook
